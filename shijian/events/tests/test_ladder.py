"""Reminders: who is told at what share of the limit, once a rung; the ladder is the bureau's own, dated, on record."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from shijian.accounts.testing import BUREAU
from shijian.audit.models import Entry
from shijian.events import queries, services
from shijian.events.choices import Act, Verb
from shijian.events.models import LadderRung
from shijian.events.rules.reminders import Rung
from shijian.events.services.ladder import LadderRefused
from shijian.events.testing import CLUE, NOW, NOWHERE
from shijian.notices.models import Notice

pytestmark = pytest.mark.django_db


def at(event, percent: float):
    """The moment at which so much of the event's limit is used up, and a minute."""
    return event.clock_from + (event.clock_ends - event.clock_from) * percent / 100 + timedelta(minutes=1)


def told(event):
    rows = Notice.objects.filter(kind="events.remind", link__contains=event.number).order_by("pk")
    return [(notice.title.split(" ", 1)[1].split("（")[0], notice.to.name) for notice in rows]


def form(rungs):
    data = {"form-TOTAL_FORMS": str(len(rungs)), "form-INITIAL_FORMS": "0"}
    for place, (share, name, up) in enumerate(rungs):
        data |= {f"form-{place}-share_percent": share, f"form-{place}-name": name, f"form-{place}-levels_up": up}
    return data


def test_the_handler_hears_first_then_one_level_then_two_each_once(scene):
    event = scene.accepted()
    for percent, times in ((50, 0), (81, 1), (95, 0), (101, 1), (140, 0), (151, 1), (400, 0)):
        assert services.remind_all(now=at(event, percent)) == times, percent
    assert told(event) == [
        ("即将到期", "程网一"),
        ("已超期，督促办理", "程网一"),
        ("已超期，督促办理", "单元一"),
        ("超期未办结，升级督促", "程网一"),
        ("超期未办结，升级督促", "单元一"),
    ]
    assert event.steps.filter(act=Act.REMIND).count() == 3


def test_the_due_day_itself_is_in_time(scene):
    event = scene.accepted()
    services.remind_all(now=event.clock_ends)
    assert [words for words, _ in told(event)] == ["即将到期"]
    services.remind_all(now=event.clock_ends + timedelta(seconds=1))
    assert "已超期，督促办理" in [words for words, _ in told(event)]


def test_a_clue_is_reminded_from_the_day_it_was_found(scene):
    event = scene.report(kind=CLUE, discovered_at=NOW - timedelta(days=3))
    assert event.clock_from < NOW - timedelta(days=3)


def test_an_event_from_before_the_clock_was_kept_is_counted_from_its_report(scene):
    event = scene.accepted()
    type(event).objects.filter(pk=event.pk).update(clock_from=None)
    assert services.remind_all(now=at(event, 101)) == 1


def test_without_a_limit_or_closed_nobody_is_reminded(scene):
    closed, lost = scene.closed(), scene.accepted()
    type(lost).objects.filter(pk=lost.pk).update(due_on=None, due_at=None)
    assert services.remind_all(now=NOW + timedelta(days=300)) == 0
    assert closed.number


def test_what_nobody_handles_is_told_to_its_dispatchers(scene):
    event = scene.report(place=NOWHERE)
    services.remind_all(now=at(event, 81))
    assert {name for _, name in told(event)} >= {"网格办", "指挥员"}


def test_the_sweep_asks_only_for_what_climbed_since(scene, django_assert_max_num_queries):
    event = scene.accepted()
    services.remind_all(now=at(event, 101))
    with django_assert_max_num_queries(8):
        services.remind_all(now=at(event, 120))


# The ladder as data


def test_the_grid_office_changes_it_through_its_page_and_the_old_one_stays_on_record(scene):
    office = scene.cast.client(scene.cast.grid_office)
    url = reverse("events:ladder")
    assert "即将到期" in office.get(url).content.decode()
    assert office.post(url, form([(50, "过半", 0), ("", "", ""), (90, "快到期", 1)])).status_code == 302
    assert queries.ladder(BUREAU) == (Rung(50, "过半", 0), Rung(90, "快到期", 1))
    assert LadderRung.objects.filter(bureau_code="", until=None).count() == 3
    assert office.post(url, form([(70, "七成", 0)])).status_code == 302
    text = office.get(url).content.decode()
    assert "过半" in text
    assert Entry.objects.filter(verb=Verb.LADDER_CHANGED).count() == 2
    assert LadderRung.objects.filter(bureau_code=BUREAU, until__isnull=False).count() == 2


def test_the_new_ladder_holds_for_what_is_open_and_tells_no_share_twice(scene):
    event = scene.accepted()
    services.remind_all(now=at(event, 81))
    rungs = [Rung(60, "六成", 0), Rung(120, "超两成", 1)]
    services.change_ladder(rungs, by=scene.cast.grid_office, now=NOW)
    assert services.remind_all(now=at(event, 110)) == 0
    assert services.remind_all(now=at(event, 121)) == 1
    assert told(event)[-1] == ("超两成", "单元一")


def test_others_see_it_and_do_not_change_it(scene):
    head = scene.cast.client(scene.cast.station_head)
    assert head.get(reverse("events:ladder")).context["forms"] is None
    assert head.post(reverse("events:ladder"), form([(50, "x", 0)])).status_code == 403


@pytest.mark.parametrize(
    "rungs",
    [
        [],
        [(50, "x", 0), (50, "y", 0)],
        [(0, "x", 0)],
        [(50, "", 0)],
        [(50, "x", 10)],
        [("x", "x", 0)],
        [(1001, "x", 0)],
    ],
)
def test_a_ladder_that_cannot_be_climbed_is_refused_and_the_old_one_holds(scene, rungs):
    before = queries.ladder(BUREAU)
    response = scene.cast.client(scene.cast.grid_office).post(reverse("events:ladder"), form(rungs))
    assert response.status_code == 422
    assert queries.ladder(BUREAU) == before


def test_saving_the_same_ladder_changes_nothing(scene):
    services.change_ladder([Rung(60, "六成", 0)], by=scene.cast.grid_office, now=NOW)
    services.change_ladder([Rung(60, "六成", 0)], by=scene.cast.grid_office, now=NOW)
    assert LadderRung.objects.filter(bureau_code=BUREAU).count() == 1
    with pytest.raises(LadderRefused):
        services.change_ladder([], by=scene.cast.grid_office, now=NOW)


def test_the_database_keeps_one_rung_a_share(scene):
    with pytest.raises(IntegrityError), transaction.atomic():
        LadderRung.objects.create(share_percent=80, name="x")
