"""The real sets, with the commands a bureau uses. They may be used in tests only, so they lie beside the checkout."""

import csv

import pyarrow.parquet as pq
import pytest

from shijian.audit.models import Entry
from shijian.subjects.choices import Verb
from shijian.subjects.models import Entity, EntityChange
from shijian.subjects.testing import report_of, run_command, versions

BAQIAO = "market_subjects/baqiao_enterprises.csv"
XIAN = "market_subjects/xian_enterprises.parquet"
POI = "poi/baqiao_poi.csv"


def test_every_enterprise_of_baqiao_is_imported_and_again_nothing_changes(scene, shared):
    first = run_command(shared(BAQIAO), "--source", "登记数据")
    assert (first["read"], first["created"], first["rejected"]) == (1127, 1127, 0)
    assert Entity.objects.filter(kind="individual_business").count() == 69  # 67 by their type, 2 more by their code
    before = versions(), EntityChange.objects.count()
    again = run_command(shared(BAQIAO), "--source", "登记数据")
    assert (again["read"], again["unchanged"], again["created"], again["updated"]) == (1127, 1127, 0, 0)
    assert (versions(), EntityChange.objects.count()) == before
    runs = Entry.objects.filter(verb=Verb.IMPORTED)
    assert [entry.detail["unchanged"] for entry in runs.order_by("pk")] == [0, 1127]


def test_the_places_of_baqiao_all_get_in_or_into_the_report(scene, shared):
    first = run_command(shared(POI), "--source", "地图地点")
    assert first["read"] == 10_614
    assert first["created"] + first["rejected"] == first["read"]
    with shared(POI).open(encoding="utf-8", newline="") as file:
        keys = [row["poi_id"] for row in csv.DictReader(file)]
    assert first["created"] == len(set(keys))
    assert {row["reason"][:2] for row in report_of(first)} <= {"与第"}
    assert Entity.objects.filter(location_wgs84=None).count() == 0
    before = versions()
    again = run_command(shared(POI), "--source", "地图地点")
    assert (again["unchanged"], again["created"], again["updated"]) == (first["created"], 0, 0)
    assert again["rejected"] == first["rejected"]
    assert versions() == before


def test_the_parquet_of_xian_is_imported_with_the_facts_of_the_file(scene, shared):
    answer = run_command(shared(XIAN), "--source", "登记数据")
    assert answer["read"] == 30_630
    assert answer["created"] + answer["rejected"] == 30_630
    for row in report_of(answer):
        assert row["line"].isdigit()
        assert row["field"]
        assert row["reason"]
    rows = pq.read_table(shared(XIAN)).slice(0, 500).to_pylist()
    known = {entity.credit_code: entity for entity in Entity.objects.filter(credit_code__in=[r["uscc"] for r in rows])}
    for row in rows:
        entity = known[row["uscc"]]
        assert entity.established_on.isoformat() == row["reg_date"]
        assert entity.name.replace(" ", "") in {row["name"].replace(" ", ""), entity.name.replace(" ", "")}
    before = versions()
    assert run_command(shared(XIAN), "--source", "登记数据")["unchanged"] == answer["created"]
    assert versions() == before


@pytest.mark.parametrize("text", ["西安", "纺织城", "有限公司", "科技", "灞桥区", "91610111"])
def test_search_of_the_real_names_finds_what_a_full_scan_finds(scene, shared, text):
    from shijian.subjects.queries import matching

    run_command(shared(BAQIAO))
    rows = Entity.objects.all()
    found = set(matching(rows, text).values_list("pk", flat=True))
    scanned = {
        entity.pk
        for entity in rows
        if text in entity.name or text in entity.address or entity.credit_code.startswith(text)
    }
    assert found == scanned
    assert found
