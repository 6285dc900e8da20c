"""Events on the map: a wide box and a narrow one show the same rows, each by its own way to them."""

import pytest
from django.urls import reverse

from shijian.events import queries
from shijian.events.models import Event
from shijian.events.queries.figures import WIDE
from shijian.events.testing import NEXT_GRID, NOWHERE, OTHER_STATION, PLACE

pytestmark = pytest.mark.django_db
BOXES = {
    "all": (108.0, 33.0, 110.0, 35.0),
    "the grids": (108.9, 34.1, 109.1, 34.3),
    "an edge on the point": (PLACE[0], PLACE[1], PLACE[0] + 1, PLACE[1] + 1),
    "nothing": (100.0, 30.0, 101.0, 31.0),
}


@pytest.fixture
def spread(scene):
    for place in (PLACE, NEXT_GRID, OTHER_STATION, NOWHERE):
        scene.report(place=place)
    scene.report(place=None, address="东大街 1 号")
    scene.closed()


@pytest.mark.parametrize("box", BOXES.values(), ids=BOXES)
def test_both_ways_into_a_box_find_the_same(spread, box):
    rows = Event.objects.open()
    found = set(rows.filter(location_wgs84__in_wide_box=box).values_list("number", flat=True))
    assert found == set(rows.filter(location_wgs84__in_box=box).values_list("number", flat=True))
    assert found == set(queries.in_box(rows, box).values_list("number", flat=True))


def test_the_map_shows_what_is_open_in_its_box(scene, spread):
    client = scene.cast.client(scene.cast.leader)

    def shown(west, south, east, north):
        page = client.get(reverse("events:map"), {"bbox": f"{west},{south},{east},{north}"}).json()
        return {tuple(each["geometry"]["coordinates"]) for each in page["features"]}

    assert shown(*BOXES["all"]) == {PLACE, NEXT_GRID, OTHER_STATION, NOWHERE}
    narrow = (PLACE[0] - WIDE / 10, PLACE[1] - WIDE / 10, PLACE[0] + WIDE / 10, PLACE[1] + WIDE / 10)
    assert shown(*narrow) == {PLACE}
