"""Counts of entities kept by the database are those of the rows, on every map and in every table."""

import random

import pytest
from django.db import connection
from django.db.models import Count

from shijian.core.scope import Scope
from shijian.subjects import queries
from shijian.subjects.models import Entity, Tally, TallyChange
from shijian.subjects.queries.tally import ACTIVE, by_area, in_cells
from shijian.subjects.rules.cells import SIZES, zoom_for
from shijian.subjects.services import tally

BUREAU = "610111"
WHOLE = Scope(BUREAU, ("",))


def make(count: int, *, seed: int = 1) -> None:
    from shijian.subjects.testing import NOW

    dice = random.Random(seed)
    Entity.objects.bulk_create(
        Entity(
            bureau_code=BUREAU, identity=f"t{seed}-{number}", name=f"店{number}", kind="enterprise", source="测试",
            content_hash="x", updated_at=NOW, area_code=dice.choice(["050101", "050102", "050201", ""]),
            status=dice.choice(["operating", "operating", "suspended", "closed", "revoked"]),
            location_wgs84=(109 + dice.random() / 10, 34 + dice.random() / 10) if dice.random() > 0.1 else None,
        )
        for number in range(count)
    )  # fmt: skip


def kept() -> dict:
    waiting = tally.CELLS.format(rows="SELECT * FROM subjects_tallychange")
    return summed(f"SELECT {tally.KEY}, number, lon, lat FROM subjects_tally UNION ALL {waiting}")


def counted() -> dict:
    return summed(tally.CELLS.format(rows=tally.FROM_ROWS))


def summed(sql: str) -> dict:
    found: dict = {}
    with connection.cursor() as cursor:
        cursor.execute(sql)
        for row in cursor.fetchall():
            sums = found.setdefault(row[:6], [0, 0, 0])
            found[row[:6]] = [a + int(b) for a, b in zip(sums, row[6:], strict=True)]
    return {key: sums for key, sums in found.items() if any(sums)}


@pytest.mark.django_db
def test_what_is_kept_is_what_is_there_after_every_change():
    make(60)
    assert kept() == counted()
    tally.add_up()
    assert kept() == counted()
    Entity.objects.filter(area_code="050101").update(area_code="050102")
    Entity.objects.filter(status="suspended").update(status="closed")
    first, second, third = Entity.objects.all()[:3]
    Entity.objects.filter(pk=first.pk).update(location_wgs84=(109.05, 34.05))
    Entity.objects.filter(pk=second.pk).update(merged_into=first)
    third.delete()
    assert kept() == counted()
    before = kept()
    tally.add_up()
    assert kept() == before
    assert not TallyChange.objects.exists()
    Tally.objects.update(number=7)
    tally.count_anew()
    assert kept() == before


@pytest.mark.django_db
def test_a_change_that_moves_nothing_writes_nothing():
    make(5)
    tally.add_up()
    Entity.objects.update(name="新名")
    assert not TallyChange.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("added", [True, False])
def test_numbers_by_grid_are_those_of_the_rows(added):
    make(80)
    if added:
        tally.add_up()
        make(40, seed=2)
    rows = Entity.objects.active().filter(bureau_code=BUREAU).order_by().values_list("area_code")
    expected = dict(rows.annotate(Count("pk")))
    assert dict(by_area(BUREAU)) == expected
    assert queries.count_by_area(BUREAU, "0501") == {
        code: number for code, number in expected.items() if code.startswith("0501")
    }
    assert queries.coverage(BUREAU) == (sum(expected.values()) - expected[""], sum(expected.values()))


@pytest.mark.django_db
@pytest.mark.parametrize("zoom", range(len(SIZES)))
@pytest.mark.parametrize("prefixes", [("",), ("0501",), ("050101", "0502")])
def test_cells_of_a_map_hold_all_of_a_scope(zoom, prefixes):
    make(80)
    tally.add_up()
    make(40, seed=2)
    scope = Scope(BUREAU, prefixes)
    rows = Entity.objects.within(scope).active().filter(location_wgs84__isnull=False)
    found = in_cells(scope, (108.9, 33.9, 109.2, 34.2), zoom, ACTIVE)
    assert sum(n for _, _, n, _, _ in found) == rows.count()
    places = [place for place in rows.values_list("location_wgs84", flat=True) if place]
    size = SIZES[zoom]
    for x, y, n, lon, lat in found:
        assert (x - 1e-6) * size <= lon / n / 1e6 <= (x + 1 + 1e-6) * size
        assert (y - 1e-6) * size <= lat / n / 1e6 <= (y + 1 + 1e-6) * size
    assert sum(lon for *_, lon, _ in found) == pytest.approx(sum(place[0] for place in places) * 1e6, abs=len(places))


@pytest.mark.parametrize(
    ("side", "zoom"), [(0.0005, None), (0.001, 0), (0.004, 0), (0.005, 1), (0.02, 1), (0.025, 2), (1, 2)]
)
def test_the_cells_of_a_map_are_the_largest_that_fit(side, zoom):
    assert zoom_for(side) == zoom
