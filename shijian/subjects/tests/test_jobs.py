"""What workers do: imports with what follows them, and the nightly look for duplicates."""

import io
import json

import pytest
from django.core.management import call_command

from shijian.core.errors import InvalidInput
from shijian.grid.rules.datum import Datum
from shijian.subjects import jobs
from shijian.subjects.choices import ImportState
from shijian.subjects.models import Entity, Import, Pair
from shijian.subjects.services import importing
from shijian.subjects.testing import INSIDE, NOW, an_entity, credit_code, write_csv


def waiting(path, cast):
    return importing.start_import(path, file_name=path.name, source="登记", datum=Datum.WGS84, by=cast.clerk, now=NOW)


def test_after_an_import_places_are_derived_and_duplicates_proposed(scene, cast, tmp_path):
    an_entity(name="安柏便利店", address="纺东街1号")
    rows = [
        ["安柏便利店", credit_code(1), "纺东街1号", *INSIDE, ""],
        ["隔壁面馆", credit_code(2), "纺东街1号2层", "", "", ""],
    ]
    run = waiting(write_csv(tmp_path / "a.csv", rows), cast)
    jobs.import_entities(str(run.pk))
    assert Import.objects.get().state == ImportState.DONE
    assert Entity.objects.get(name="隔壁面馆").location_source == "derived"
    assert Pair.objects.get().reasons == ["address", "place"]


def test_a_file_that_cannot_be_used_ends_the_job_quietly_and_says_so_on_the_run(scene, cast, tmp_path):
    (tmp_path / "坏.xlsx").write_bytes(b"PK")
    jobs.import_entities(str(waiting(tmp_path / "坏.xlsx", cast).pk))
    run = Import.objects.get()
    assert run.state == ImportState.FAILED
    assert "坏.xlsx" in run.message


def test_every_night_each_bureau_is_looked_through(scene):
    for bureau in ("610111", "330106"):
        for number in range(2):
            an_entity(identity=f"{bureau}-{number}", bureau_code=bureau, name="同名店", address="同一处")
    jobs.propose_duplicates(0)
    assert sorted(Pair.objects.values_list("bureau_code", flat=True)) == ["330106", "610111"]


def test_places_are_derived_by_a_command_too(scene, cast):
    an_entity(name="邻居", address="纺东街1号")
    an_entity(name="新店", address="纺东街1号", location_wgs84=None, location_source="none", area_code="")
    out = io.StringIO()
    call_command("place_entities", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"placed": 1}
    with pytest.raises(InvalidInput, match="工号"):
        call_command("place_entities", "--by", "nobody")
