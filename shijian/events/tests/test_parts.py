"""Lists read their scope part by part; what they show is the scope."""

from datetime import timedelta

import pytest

from shijian.core.parts import count_up_to, first_of
from shijian.events import queries, services
from shijian.events.testing import NEXT_GRID, NOW, OTHER_STATION, PLACE

pytestmark = pytest.mark.django_db
ORDER = ("-reported_at", "-pk")


@pytest.fixture
def spread(scene):
    """Events in three grids of two stations, by two reporters, one asked about elsewhere, one merged."""
    cast = scene.cast
    made = [
        scene.report(place=place, by=by, now=NOW + timedelta(minutes=number))
        for number, (place, by) in enumerate(
            [(PLACE, None), (NEXT_GRID, None), (OTHER_STATION, None), (PLACE, cast.other_chief)] * 3
        )
    ]
    elsewhere = scene.report(place=OTHER_STATION, by=cast.other_chief, now=NOW + timedelta(hours=1))
    services.say(elsewhere, text="是否见过这家？", to=[cast.chief], answers=None, by=cast.other_chief, now=NOW)
    return [*made, elsewhere]


def people(cast):
    return [cast.chief, cast.station_head, cast.other_head, cast.informant, cast.grid_office, cast.other_chief]


def test_the_parts_hold_exactly_what_a_person_may_see(scene, spread):
    for user in people(scene.cast):
        rows, parts = queries.visible_to(user), queries.parts_of(user)
        expected = set(rows.values_list("pk", flat=True))
        shown = list(first_of(rows, parts, ORDER, 50))
        assert {event.pk for event in shown} == expected
        assert len(shown) == len(expected) == count_up_to(rows, parts, 50)


def test_the_first_of_the_parts_are_the_first_of_the_whole(scene, spread):
    for user in people(scene.cast):
        rows, parts = queries.visible_to(user), queries.parts_of(user)
        for order in (ORDER, ("reported_at", "pk")):
            assert list(first_of(rows, parts, order, 4)) == list(rows.order_by(*order)[:4])
        assert count_up_to(rows, parts, 3) == min(3, rows.count())


def test_pages_of_a_list_follow_one_another_without_gap_or_repetition(scene, spread, monkeypatch):
    from shijian.core.pages import ListPage

    monkeypatch.setattr(ListPage, "page_size", 4)
    user, client = scene.cast.station_head, scene.cast.client(scene.cast.station_head)
    seen, address = [], "/events/"
    for _ in range(10):
        listing = client.get(address).context["list"]
        seen += [row.number for row in listing.shown]
        if not listing.next_token:
            break
        address = f"/events/?after={listing.next_token}"
    assert seen == list(queries.visible_to(user).order_by("-reported_at", "-pk").values_list("number", flat=True))


def test_a_unit_in_the_filter_finds_what_lies_in_its_grids(scene, spread):
    client = scene.cast.client(scene.cast.grid_office)
    for code, expected in (("0501", 9), ("050101", 6), ("05", 13), ("0502", 4), ("06", 0)):
        assert client.get(f"/events/?area={code}").context["list"].total == expected


def test_of_very_many_rows_the_list_says_more_than_a_thousand(scene, spread, monkeypatch):
    monkeypatch.setattr("shijian.core.pages.listing.COUNTED", 5)
    for user in (scene.cast.grid_office, scene.cast.station_head):
        assert scene.cast.client(user).get("/events/").context["list"].total_text == "5 条以上"
