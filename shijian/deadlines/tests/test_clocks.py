"""A clock from its start to its end: what is told changes the date, and every change keeps what was before."""

from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.urls import reverse

from shijian.audit.models import Entry
from shijian.core import calendar, deadlines
from shijian.core.errors import Refused
from shijian.core.rules.kinds import Approver, DayKind
from shijian.core.rules.working_days import Day, YearTable
from shijian.deadlines import queries, services
from shijian.deadlines.choices import State, Verb
from shijian.deadlines.models import CalendarSeen, Change, Clock
from shijian.deadlines.rules.ladder import BrokenLadder, RungValue, ordered, reached
from shijian.deadlines.testing import sample
from shijian.notices.models import Notice

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 1, 2, tzinfo=UTC)
LATER = datetime(2026, 12, 2, 2, tzinfo=UTC)
FILED = date(2026, 3, 2)


@pytest.fixture
def clock(cast, case):
    """Ninety days from the filing: to 2026-05-31, a Sunday, rolled over to 06-01."""
    return services.start(case, "case_decision", FILED, by=cast.chief, now=NOW, responsible=cast.chief)


def pause(clock, cast, first, last, kind="testing", document="检测委托书"):
    return services.add_span(clock, kind=kind, first=first, last=last, document=document, by=cast.chief, now=NOW)


# ---- start


def test_a_clock_knows_its_version_its_date_and_how_it_began(clock):
    assert (clock.due_on, clock.warn_on) == (date(2026, 6, 1), date(2026, 5, 31))
    assert clock.rule_from <= FILED
    assert Change.objects.get().new_due_on == clock.due_on
    assert Entry.objects.filter(verb=Verb.STARTED).count() == 1


def test_the_same_limit_runs_once_for_a_record(clock, cast, case):
    with pytest.raises(Refused, match="已在计时"):
        services.start(case, "case_decision", FILED, by=cast.chief, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Clock.objects.create(
            **{**{f.attname: getattr(clock, f.attname) for f in Clock._meta.fields}, "id": sample().id}
        )


@pytest.mark.parametrize(
    ("begins", "said"),
    [(date(1990, 1, 1), "没有有效的"), (date(2200, 1, 1), "工作日历只到"), (date(2026, 4, 2), "还没有到")],
)
def test_a_start_beyond_the_calendar_or_the_law_is_refused(cast, case, begins, said):
    with pytest.raises(Refused, match=said):
        services.start(case, "clue_verification", begins, by=cast.chief, now=NOW)


def test_a_limit_in_hours_needs_the_hour_and_keeps_the_instant(cast, case):
    key = next(k for k, v in deadlines.limits().items() if v[-1].unit == deadlines.Unit.HOURS)
    with pytest.raises(Refused, match="时刻"):
        services.start(case, key, date(2026, 3, 20), by=cast.chief, now=NOW)
    clock = services.start(case, key, datetime(2026, 3, 20, 6, 35, tzinfo=UTC), by=cast.chief, now=NOW)
    assert clock.due_at
    assert clock.due_at > datetime(2026, 3, 20, 6, 35, tzinfo=UTC)


# ---- spans


def test_time_that_does_not_count_moves_the_date_and_says_why(clock, cast):
    clock = pause(clock, cast, date(2026, 3, 20), date(2026, 4, 10))
    assert clock.due_on == date(2026, 6, 22)
    change = clock.changes.first()
    assert (change.old_due_on, change.new_due_on) == (date(2026, 6, 1), date(2026, 6, 22))
    assert "检测委托书" in change.why


def test_spans_of_two_kinds_are_merged_and_no_day_is_deducted_twice(clock, cast):
    pause(clock, cast, date(2026, 3, 20), date(2026, 4, 10))
    clock = pause(clock, cast, date(2026, 4, 1), date(2026, 4, 20), kind="hearing")
    assert clock.due_on == date(2026, 7, 2)  # 32 days from 03-20 to 04-20


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"first": date(2026, 4, 5), "last": date(2026, 4, 20)}, "重叠"),
        ({"first": date(2026, 3, 1), "last": None}, "早于起算日"),
        ({"first": date(2026, 5, 2), "last": date(2026, 5, 1)}, "晚于截止日"),
        ({"first": date(2026, 5, 1), "last": None, "document": " "}, "文书"),
        ({"first": date(2026, 5, 1), "last": None, "kind": "deferral"}, "不扣除"),
    ],
)
def test_a_span_that_cannot_be_is_refused_and_nothing_changes(clock, cast, given, said):
    before = pause(clock, cast, date(2026, 3, 20), date(2026, 4, 10)).due_on
    with pytest.raises(Refused, match=said):
        pause(clock, cast, **given)
    assert Clock.objects.get().due_on == before
    assert clock.spans.count() == 1


def test_a_clock_stands_still_until_the_span_ends(clock, cast):
    clock = pause(clock, cast, date(2026, 4, 1), None, kind="suspension", document="中止决定")
    assert clock.state == State.PAUSED
    with pytest.raises(Refused, match="还没有结束"):
        pause(clock, cast, date(2026, 4, 10), None, kind="hearing")
    assert services.sweep(now=NOW + timedelta(days=9))["moved"] == 1
    clock.refresh_from_db()
    assert clock.due_on == date(2026, 6, 10)  # 05-31 and the ten days from 04-01 to 04-10
    span = clock.spans.get()
    for bad, said in [({"last": date(2026, 3, 1)}, "早于"), ({"document": ""}, "文书")]:
        with pytest.raises(Refused, match=said):
            services.end_span(
                span, **{"last": date(2026, 4, 15), "document": "恢复决定", **bad}, by=cast.chief, now=NOW
            )
    clock = services.end_span(span, last=date(2026, 4, 15), document="恢复决定", by=cast.chief, now=NOW)
    assert (clock.state, clock.due_on) == (State.RUNNING, date(2026, 6, 15))
    with pytest.raises(Refused, match="已经结束"):
        services.end_span(span, last=date(2026, 4, 15), document="x", by=cast.chief, now=NOW)


def test_a_span_entered_wrongly_is_taken_back_and_stays_on_record(clock, cast):
    pause(clock, cast, date(2026, 3, 20), date(2026, 4, 10))
    span = clock.spans.get()
    with pytest.raises(Refused, match="原因"):
        services.remove_span(span, reason=" ", by=cast.chief, now=NOW)
    clock = services.remove_span(span, reason="日期写错", by=cast.chief, now=NOW)
    assert clock.due_on == date(2026, 6, 1)
    assert clock.spans.count() == 1
    with pytest.raises(Refused, match="已经撤回"):
        services.remove_span(clock.spans.get(), reason="x", by=cast.chief, now=NOW)


def test_taking_back_another_span_does_not_let_a_clock_run_that_stands_still(clock, cast):
    pause(clock, cast, date(2026, 3, 20), date(2026, 3, 25))
    wrong = clock.spans.get()
    pause(clock, cast, date(2026, 3, 28), None, kind="suspension", document="中止决定")
    assert services.remove_span(wrong, reason="日期写错", by=cast.chief, now=NOW).state == State.PAUSED
    still = clock.spans.get(last=None)
    assert services.remove_span(still, reason="没有中止", by=cast.chief, now=NOW).state == State.RUNNING


def test_another_officer_answers_for_a_clock_and_is_told(clock, cast):
    with pytest.raises(Refused, match="不能承办"):
        services.hand_over(clock, to=cast.other_chief, by=cast.chief, now=NOW)
    with pytest.raises(Refused, match="已经是"):
        services.hand_over(clock, to=cast.chief, by=cast.chief, now=NOW)
    url = reverse("deadlines:handover", args=[clock.pk])
    page = cast.client(cast.chief)
    assert cast.station_head.name in page.get(url).content.decode()
    assert page.post(url, {"to": str(cast.other_chief.pk)}).status_code == 422
    assert page.post(url, {"to": str(cast.station_head.pk)}).status_code == 302
    clock.refresh_from_db()
    assert (clock.responsible, clock.due_on) == (cast.station_head, date(2026, 6, 1))
    assert clock.changes.first().why == f"承办人改为{cast.station_head.name}"
    assert Notice.objects.filter(to=cast.station_head, kind="deadlines.handed_over").exists()


# ---- extensions


def test_an_extension_needs_its_approver_and_paper_and_keeps_to_the_article(clock, cast):
    given = {"amount": 30, "document": "延期审批表", "approved_by": "副局长", "by": cast.chief, "now": NOW}
    with pytest.raises(Refused, match="批准人职务"):
        services.extend(clock, **{**given, "approved_by": ""})
    with pytest.raises(Refused, match="最多延长"):
        services.extend(clock, **{**given, "amount": 60})
    clock = services.extend(clock, **given)
    assert clock.due_on == date(2026, 6, 30)
    with pytest.raises(Refused, match="只能延长一次"):
        services.extend(clock, **given)
    again = services.extend(clock, **{**given, "amount": 20}, approver=Approver.COLLECTIVE)
    assert again.due_on == date(2026, 7, 20)
    assert clock.extensions.count() == 2


# ---- the end


def test_a_finished_clock_says_whether_it_was_late_and_changes_no_more(clock, cast):
    later = datetime(2026, 6, 20, 2, tzinfo=UTC)
    for day, said in [(date(2026, 6, 21), "还没有到"), (date(2026, 3, 1), "早于起算日")]:
        with pytest.raises(Refused, match=said):
            services.finish(clock, on=day, by=cast.chief, now=later)
    clock = services.finish(clock, on=date(2026, 6, 2), by=cast.chief, now=later)
    assert clock.is_late
    for act in (
        lambda: services.finish(clock, on=date(2026, 6, 2), by=cast.chief, now=later),
        lambda: services.cancel(clock, reason="x", by=cast.chief, now=later),
        lambda: pause(clock, cast, date(2026, 5, 1), None),
    ):
        with pytest.raises(Refused, match="不能再改动"):
            act()


def test_a_clock_entered_by_mistake_is_cancelled_with_a_reason_and_may_start_again(clock, cast, case):
    with pytest.raises(Refused, match="原因"):
        services.cancel(clock, reason="", by=cast.chief, now=NOW)
    assert services.cancel(clock, reason="立案撤销", by=cast.chief, now=NOW).state == State.CANCELLED
    assert services.start(case, "case_decision", FILED, by=cast.chief, now=NOW).is_open


# ---- the ladder and the sweep


def test_each_rung_is_told_once_and_later_rungs_reach_further_up(clock, cast):
    def told(day):
        Notice.objects.all().delete()
        services.sweep(now=datetime(2026, *day, 2, tzinfo=UTC))
        return {notice.to_id for notice in Notice.objects.all()}

    assert told((5, 20)) == set()
    assert told((5, 26)) == {cast.chief.pk}
    assert told((5, 26)) == set()
    assert told((5, 28)) == {cast.chief.pk}
    assert told((5, 29)) == {cast.chief.pk, cast.station_head.pk}  # the last working day before the unrolled one
    assert told((6, 1)) == {cast.chief.pk, cast.station_head.pk}
    assert {cast.station_head.pk, cast.leader.pk} <= told((6, 8))
    assert told((6, 20)) == set()
    assert Entry.objects.filter(verb=Verb.REMINDED).count() == 5


def test_a_clock_nobody_answers_for_is_told_to_the_next_level_up(cast, case):
    services.start(case, "case_decision", FILED, by=cast.chief, now=NOW)
    services.sweep(now=datetime(2026, 5, 26, 2, tzinfo=UTC))
    assert {notice.to_id for notice in Notice.objects.all()} == {cast.station_head.pk}


def test_a_ladder_is_whole_or_refused():
    for broken, said in [
        ([], "至少"),
        ([RungValue(2, "a"), RungValue(2, "b")], "两级"),
        ([RungValue(2, "a", 2), RungValue(0, "b", 1)], "越晚"),
    ]:
        with pytest.raises(BrokenLadder, match=said):
            ordered(broken)
    rungs = ordered([RungValue(-1, "超期", 1), RungValue(5, "临期")])
    assert reached(6, rungs, None) is None
    assert reached(5, rungs, None).name == "临期"
    assert reached(0, rungs, 5) is None
    assert reached(-3, rungs, 5).when == "超期 1 日"


def test_a_bureau_climbs_its_own_ladder_and_keeps_the_old_one(cast, case):
    office = cast.client(cast.grid_office)
    url = reverse("deadlines:ladder")
    given = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-days_left": "3", "form-0-name": "临期", "form-0-levels_up": "1"}  # fmt: skip
    assert office.post(url, {**given, "form-0-name": ""}).status_code == 422
    assert office.post(url, {**given, "form-1-days_left": "1", "form-1-name": "x"}).status_code == 422
    assert office.post(url, given).status_code == 302
    assert office.post(url, {**given, "form-INITIAL_FORMS": "1"}).status_code == 302
    assert queries.ladder("610111") == (RungValue(3, "临期", 1),)
    assert len(queries.ladder("330106")) == 5
    assert Entry.objects.filter(verb=Verb.LADDER_CHANGED).count() == 1
    assert cast.client(cast.chief).post(url, given).status_code == 403


# ---- the calendar moves


def publish(year, *days):
    calendar.store(YearTable(year, tuple(days), calendar.notice(year)), now=NOW)


def test_a_new_holiday_moves_only_the_clocks_it_touches(cast, case):
    services.follow_calendar(now=NOW)
    moved = services.start(case, "clue_verification", date(2026, 11, 2), by=cast.chief, now=LATER)
    with_span = services.start(sample("AJ-2"), "clue_verification", date(2026, 11, 2), by=cast.chief, now=LATER)
    pause(with_span, cast, date(2026, 11, 4), date(2026, 11, 4))
    apart = services.start(sample("AJ-3"), "clue_verification", date(2026, 6, 1), by=cast.chief, now=LATER)
    before = {each.pk: Clock.objects.get(pk=each.pk).due_on for each in (moved, with_span, apart)}
    assert services.follow_calendar(now=NOW) == {"days": 0, "groups": 0, "moved": 0}
    holiday = Day(date(2026, 11, 10), DayKind.HOLIDAY_REST, "临时放假")
    publish(2026, *calendar.shipped()[2026].days, holiday)
    found = services.follow_calendar(now=NOW)
    assert (found["days"], found["moved"]) == (1, 2)
    after = {key: Clock.objects.get(pk=key).due_on for key in before}
    assert after[apart.pk] == before[apart.pk]
    for each in (moved, with_span):
        expected = queries.working_of(Clock.objects.get(pk=each.pk), today=date(2026, 4, 1)).due
        assert after[each.pk] == expected > before[each.pk]
        change = Change.objects.filter(clock=each).first()
        assert (change.why, change.days) == ("放假安排调整", [date(2026, 11, 10)])
    assert Entry.objects.filter(verb=Verb.RECOMPUTED).count() == 1
    assert services.follow_calendar(now=NOW)["moved"] == 0


def test_recomputing_in_groups_gives_what_each_clock_gives_alone(cast, case):
    services.follow_calendar(now=NOW)
    for number, key in enumerate(["clue_verification", "case_decision", "complaint_accept"]):
        for day in range(1, 29, 3):
            services.start(sample(f"{number}-{day}"), key, date(2026, 9, day), by=cast.chief, now=LATER)
    shipped = calendar.shipped()[2026].days
    publish(
        2026,
        *[day for day in shipped if day.on != date(2026, 9, 20)],
        Day(date(2026, 9, 16), DayKind.HOLIDAY_REST, "测试"),
    )
    services.follow_calendar(now=NOW)
    for clock in Clock.objects.all():
        assert clock.due_on == queries.working_of(clock, today=date(2026, 4, 1)).due


def test_dates_that_rested_on_an_estimate_lose_the_warning_when_the_year_is_published(cast, case):
    services.follow_calendar(now=NOW)
    clock = services.start(case, "case_decision", date(2026, 12, 1), by=cast.chief, now=LATER)
    assert clock.is_estimated
    fixed = [
        Day(date(2027, 1, 1), DayKind.STATUTORY_HOLIDAY, "元旦"),
        Day(date(2027, 5, 1), DayKind.STATUTORY_HOLIDAY, "劳动节"),
    ]
    publish(2027, *fixed)
    services.follow_calendar(now=NOW)
    clock.refresh_from_db()
    assert not clock.is_estimated
    assert 2027 in CalendarSeen.objects.get().published


# ---- pages and the feed


def test_the_pages_show_the_working_and_take_the_acts(cast, case, clock):
    client = cast.client(cast.chief)
    page = client.get(reverse("deadlines:clock", args=[clock.pk])).content.decode()
    assert "期限是怎样得出的" in page
    assert "2026-06-01" in page
    listed = client.get(reverse("deadlines:mine"), {"q": "AJ-1"}).content.decode()
    assert "AJ-1" in listed
    for level in ("overdue", "red", "amber", "calm"):
        assert client.get(reverse("deadlines:mine"), {"level": level, "all": "1"}).status_code == 200
    span = {"kind": "testing", "first": "2026-03-20", "last": "", "document": "检测委托书"}
    assert (
        client.post(reverse("deadlines:span_new", args=[clock.pk]), {**span, "first": "2026-01-01"}).status_code == 422
    )
    assert client.post(reverse("deadlines:span_new", args=[clock.pk]), span).status_code == 302
    number = clock.spans.get().pk
    assert (
        client.post(
            reverse("deadlines:span_end", args=[number]), {"last": "2026-04-10", "document": "检测报告"}
        ).status_code
        == 302
    )
    assert client.post(reverse("deadlines:span_removal", args=[number]), {"reason": "误登"}).status_code == 302
    extension = {"amount": "30", "approver": "bureau_leader", "approved_by": "副局长", "document": "审批表"}
    assert client.post(reverse("deadlines:extension_new", args=[clock.pk]), extension).status_code == 302
    assert client.post(reverse("deadlines:end", args=[clock.pk]), {"on": "2026-04-01"}).status_code == 302
    assert "已办结" in client.get(reverse("deadlines:record", args=["sample", case.id])).content.decode()
    assert client.post(reverse("deadlines:cancellation", args=[clock.pk]), {"reason": "x"}).status_code == 422


def test_a_clock_is_started_on_the_record(cast, case):
    client = cast.client(cast.chief)
    url = reverse("deadlines:clock_new", args=["sample", case.id])
    given = {"rule": "clue_verification", "begins_on": "2026-11-02", "mine": "on"}
    assert client.post(url, {**given, "begins_on": "1990-01-01"}).status_code == 422
    assert client.post(url, given).status_code == 302
    assert Clock.objects.get().responsible == cast.chief
    assert "线索" in client.get(reverse("deadlines:record", args=["sample", case.id])).content.decode()


@pytest.mark.parametrize(
    ("begins_on", "words"), [("1990-01-01", "没有有效的"), ("2200-01-01", "工作日历只到"), ("2026-02-30", "日期")]
)
def test_a_start_the_calendar_does_not_reach_is_told_in_the_form_that_keeps_what_was_typed(
    cast, case, begins_on, words
):
    given = {"rule": "clue_verification", "begins_on": begins_on, "mine": "on"}
    page = cast.client(cast.chief).post(reverse("deadlines:clock_new", args=["sample", case.id]), given)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert f'value="{begins_on}"' in page.content.decode()
    assert not Clock.objects.exists()


def test_an_overlapping_span_is_told_in_the_form_and_the_first_one_stays(cast, clock):
    client, url = cast.client(cast.chief), reverse("deadlines:span_new", args=[clock.pk])
    first = {"kind": "testing", "first": "2026-03-20", "last": "2026-04-10", "document": "检测委托书"}
    assert client.post(url, first).status_code == 302
    due_on = Clock.objects.get().due_on
    page = client.post(url, {**first, "first": "2026-04-05", "last": "2026-04-20", "document": "第二份委托书"})
    assert page.status_code == 422
    assert "重叠" in page.content.decode()
    assert "第二份委托书" in page.content.decode()
    assert Clock.objects.get().due_on == due_on
    assert [span.start_document for span in clock.spans.all()] == ["检测委托书"]


def test_who_is_outside_the_scope_does_not_learn_of_a_clock(cast, case, clock):
    stranger = cast.client(cast.other_chief)
    for name, args in [("clock", [clock.pk]), ("record", ["sample", case.id]), ("end", [clock.pk]), ("span_end", [77])]:
        assert stranger.get(reverse(f"deadlines:{name}", args=args)).status_code == 404
    with pytest.raises(Http404):
        queries.clock_for(cast.other_head, clock.pk)
    assert cast.client(cast.station_head).get(reverse("deadlines:clock", args=[clock.pk])).status_code == 200


def test_the_desk_shows_ones_own_clocks(cast, clock):
    section = queries.open_section(cast.chief, date(2026, 4, 1))
    assert [task.due for task in section.tasks] == [clock.due_on]
    assert queries.open_section(cast.monitor, date(2026, 4, 1)) is None


def test_the_feed_is_a_calendar_a_program_reads_until_it_is_revoked(cast, case, clock, client):
    own = cast.client(cast.chief)
    page = own.post(reverse("deadlines:feed")).content.decode()
    address = page.split('id="address" value="')[1].split('"')[0]
    answer = client.get(address)
    assert answer["Content-Type"].startswith("text/calendar")
    made = icalendar.Calendar.from_ical(answer.content)
    (event,) = made.walk("VEVENT")
    assert event.decoded("dtstart") == clock.due_on
    assert "AJ-1" in str(event["summary"])
    assert "涉嫌" not in answer.content.decode()
    assert address not in own.get(reverse("deadlines:feed")).content.decode()
    renewed = own.post(reverse("deadlines:feed")).content.decode().split('id="address" value="')[1].split('"')[0]
    assert client.get(address).status_code == 404
    assert client.get(renewed).status_code == 200
    assert own.post(reverse("deadlines:feed"), {"revoke": "1"}).status_code == 302
    assert client.get(renewed).status_code == 404
    assert not services.revoke_feed(by=cast.chief, now=NOW)


def test_a_disabled_account_has_no_feed(cast):
    secret = services.make_feed(by=cast.chief, now=NOW)
    cast.chief.is_active = False
    cast.chief.save()
    assert services.person_of(secret, now=NOW) is None
