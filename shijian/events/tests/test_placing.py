"""A wrong or missing place put right: the event goes to the grid it lies in, its clock goes on (P-05)."""

import pytest
from django.urls import reverse

from shijian.core.ids import new_id
from shijian.events import services
from shijian.events.choices import Act, State
from shijian.events.services.placing import SamePlace
from shijian.events.services.steps import NoReason, NotNow, NotYourLevel
from shijian.events.testing import NEXT_GRID, NOW, NOWHERE, OTHER_STATION, PLACE
from shijian.notices.models import Notice

pytestmark = pytest.mark.django_db


def locate(scene, event, place, by=None, reason="定位偏了"):
    return services.locate(event, lon=place[0], lat=place[1], reason=reason, by=by or scene.cast.chief, now=NOW)


def test_moved_before_anybody_works_on_it_it_goes_to_the_chief_of_its_new_grid(scene):
    event = scene.report()
    due = event.due_on
    event = locate(scene, event, NEXT_GRID)
    assert (event.area_code, event.holder_code, event.handler_code) == ("050102", "050102", "050102")
    assert (event.handler, event.state, event.due_on) == (scene.cast.other_grid_chief, State.DISPATCHED, due)
    told = Notice.objects.filter(kind="events.locate").values_list("to", flat=True)
    assert scene.cast.other_grid_chief.pk in told
    step = event.steps.last()
    assert (step.act, step.note) == (Act.LOCATE, "050101 → 050102：定位偏了")


def test_who_already_handles_it_keeps_it_also_in_another_station_and_is_reviewed_from_above(scene):
    event = locate(scene, scene.accepted(), OTHER_STATION)
    assert (event.area_code, event.handler, event.state) == ("050201", scene.cast.chief, State.HANDLING)
    event = services.feed_back(event, note="已处理", by=scene.cast.chief, now=NOW)
    assert services.close(event, by=scene.cast.leader, now=NOW).state == State.CLOSED


def test_what_lay_in_no_grid_gets_its_place_from_the_office(scene):
    event = locate(scene, scene.report(place=NOWHERE), PLACE, by=scene.cast.grid_office)
    assert (event.area_code, event.handler) == ("050101", scene.cast.chief)


def test_moved_out_of_every_grid_it_waits_for_the_office(scene):
    event = locate(scene, scene.report(), NOWHERE)
    assert (event.area_code, event.handler, event.state) == ("", None, State.REPORTED)
    assert Notice.objects.filter(kind="events.locate", to=scene.cast.grid_office).exists()


def test_moved_within_its_grid_only_the_point_changes(scene):
    event = scene.report()
    moved = locate(scene, event, (PLACE[0] + 0.0001, PLACE[1]))
    assert (moved.handler, moved.state, moved.area_code) == (event.handler, event.state, event.area_code)
    assert moved.lon == PLACE[0] + 0.0001


def test_it_needs_a_reason_another_place_an_open_event_and_the_right_person(scene):
    event = scene.report()
    with pytest.raises(NoReason):
        locate(scene, event, NEXT_GRID, reason=" ")
    with pytest.raises(SamePlace):
        locate(scene, event, PLACE)
    with pytest.raises(NotYourLevel):
        locate(scene, event, NEXT_GRID, by=scene.cast.other_grid_chief)
    with pytest.raises(NotNow):
        locate(scene, scene.closed(), NEXT_GRID)


def test_through_the_page_the_map_shows_the_point_and_the_form_moves_it(scene):
    event = scene.report(address="纺东街1号")
    client, url = scene.cast.client(scene.cast.chief), reverse("events:location", args=[event.number])
    text = client.get(url).content.decode()
    assert 'data-map="pick"' in text
    assert str(PLACE[0]) in text
    data = {"step_id": str(new_id()), "lon": NEXT_GRID[0], "lat": NEXT_GRID[1], "reason": "在马路对面"}
    assert client.post(url, data).status_code == 302
    event.refresh_from_db()
    assert event.area_code == "050102"


@pytest.mark.parametrize("place", [{"lon": "x"}, {"lon": "200"}, {"lat": ""}, {"lat": "nan"}])
def test_a_place_that_cannot_be_is_refused(scene, place):
    event = scene.report()
    url = reverse("events:location", args=[event.number])
    data = {"step_id": str(new_id()), "lon": "109.005", "lat": "34.2051", "reason": "x", **place}
    assert scene.cast.client(scene.cast.chief).post(url, data).status_code == 422
    event.refresh_from_db()
    assert event.lon == PLACE[0]
