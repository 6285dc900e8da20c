"""The tree of a large bureau opens unit by unit, with the same rows and numbers as a small bureau's whole one."""

import pytest
from django.urls import reverse

from shijian.grid.models import Node
from shijian.grid.views import nodes as views
from tests import world as worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(cast):
    return worlds.build(cast)


def rows(client, **query):
    page = client.get(reverse("grid:tree"), query)
    return {row["node"].area_code: row for row in page.context["rows"]}


def test_a_small_bureau_shows_every_node(world):
    shown = rows(world.cast.client(world.cast.leader))
    assert sorted(shown) == sorted(Node.objects.values_list("area_code", flat=True))
    assert not any(row["closed"] for row in shown.values())


def test_a_large_bureau_shows_the_grids_of_the_unit_opened(world, monkeypatch):
    client = world.cast.client(world.cast.leader)
    whole = rows(client)
    monkeypatch.setattr(views, "WHOLE", 2)
    units = {code for code in whole if len(code) < 6}
    shut = rows(client, under="")
    assert set(shut) == units
    for code, row in shut.items():
        below = [each for each in whole if len(each) == 6 and each[:-2] == code]
        assert row["closed"] == len(below)
        assert row["hidden"] == sum(bool(whole[each]["faults"]) for each in below)
        assert row["numbers"] == whole[code]["numbers"], "a unit counts its grids, shown or not"
    opened = rows(client, under="0501")
    assert set(opened) == units | {code for code in whole if code.startswith("0501")}
    assert opened["0501"]["closed"] == 0
    for code, row in opened.items():
        assert [row["chief"], row["staff"], row["faults"]] == [
            whole[code][name] for name in ("chief", "staff", "faults")
        ]


def test_whoever_works_in_a_unit_finds_it_open(world, monkeypatch):
    monkeypatch.setattr(views, "WHOLE", 2)
    assert "050101" in rows(world.cast.client(world.cast.chief))
    assert "050101" in rows(world.cast.client(world.cast.station_head))
    assert "050101" not in rows(world.cast.client(world.cast.leader))


@pytest.mark.parametrize("under", ["0599", "05", "%", "x" * 300])
def test_what_is_no_unit_opens_nothing(world, monkeypatch, under):
    monkeypatch.setattr(views, "WHOLE", 2)
    assert not any(len(code) == 6 for code in rows(world.cast.client(world.cast.leader), under=under))
