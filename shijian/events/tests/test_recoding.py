"""Open events follow a changed boundary; who is away leaves nothing behind, whatever it waits for."""

import pytest

from shijian.audit.models import Entry
from shijian.events import queries, services
from shijian.events.choices import Act, State, Verb
from shijian.events.models import Event
from shijian.events.services.recoding import rebind
from shijian.events.testing import BUREAU, NOW, photo
from shijian.grid import services as grid
from shijian.notices.models import Notice
from tests import world as worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(cast):
    return worlds.build(cast)


def merge_the_two_grids(world):
    """Grid 050101 is taken into 050102."""
    steps = [{"op": "merge", "keep": "050102", "with": "050101"}]
    recut = grid.propose_recut(
        world.nodes["0501"], steps, title="合并", reason="便于监管", by=world.cast.station_head, now=NOW
    )
    assert {"code": "050101", "names": "未办结事件 2", "what": "改归 050102，经办人和期限不变"} in recut.summary[
        "people"
    ]
    grid.approve_recut(recut, by=world.cast.grid_office, now=NOW)


def test_open_events_of_a_merged_grid_get_the_new_code_and_closed_ones_keep_theirs(world):
    cast, done = world.cast, world.event
    doing, new = world.report(cast.informant), world.report(cast.informant)
    services.accept(doing, by=cast.chief, now=NOW)
    Event.objects.filter(pk=done.pk).update(state=State.CLOSED, closed_at=NOW, closed_by=cast.station_head)
    due = doing.due_on
    merge_the_two_grids(world)
    for event in (done, doing, new):
        event.refresh_from_db()
    assert (done.area_code, doing.area_code, new.area_code) == ("050101", "050102", "050102")
    assert (doing.handler, doing.handler_code, doing.due_on) == (cast.chief, "050102", due)
    step = doing.steps.last()
    assert (step.act, step.to_code, step.note) == (
        Act.RECODE,
        "050102",
        "050101 → 050102：网格边界调整，办理人和期限不变",
    )
    assert Entry.objects.filter(verb=Verb.RECODED).count() == 2
    assert Notice.objects.filter(kind="events.recode", to=cast.chief).exists()
    assert queries.visible_to(cast.other_grid_chief).filter(pk=new.pk).exists(), "the new grid's people see it"
    assert rebind(BUREAU, ["050101", "050102"], NOW.date()) == 0


def test_an_event_without_a_place_goes_to_the_level_above_the_ended_grid(world):
    Event.objects.update(location_wgs84=None)
    event = world.report(world.cast.informant, place=None, entity=world.entity)
    assert event.area_code == "050101"
    Event.objects.filter(pk=event.pk).update(location_wgs84=None)
    merge_the_two_grids(world)
    event.refresh_from_db()
    assert event.area_code in {"0501", "050102"}


def test_the_review_and_the_receipt_come_back_to_who_took_over(world):
    """Nothing stays with the absent person, and the one who takes over does not review it."""
    cast = world.cast
    done, sent = world.report(cast.informant), world.report(cast.informant)
    services.accept(done, by=cast.chief, now=NOW)
    services.feed_back(done, note="已整改", photos=[photo()], by=cast.chief, now=NOW)
    services.accept(sent, by=cast.chief, now=NOW)
    services.hand_over(sent, department="城管局", reason="职责之外", by=cast.station_head, now=NOW)
    moved = services.take_over(cast.chief, cast.other_grid_chief, reason="休假", by=cast.station_head, now=NOW)
    assert moved.refused == []
    for event, state in ((done, State.REVIEWING), (sent, State.HANDED_OVER)):
        event.refresh_from_db()
        assert (event.state, event.handler) == (state, cast.other_grid_chief)
    assert not Event.objects.open().filter(handler=cast.chief).exists()
    rejected = services.reject(done, reason="照片不清", by=cast.station_head, now=NOW)
    assert (rejected.state, rejected.handler) == (State.HANDLING, cast.other_grid_chief)
