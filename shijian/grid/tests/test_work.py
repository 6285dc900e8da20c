"""Meetings, tasks, opinions, routine duties, service points, the plan and the four ledgers (G-12, G-17, G-18, G-21–G-23)."""

import io
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from openpyxl import load_workbook

from shijian.audit.models import Entry
from shijian.core.errors import Refused
from shijian.grid import queries
from shijian.grid.choices import TaskState
from shijian.grid.models import GridTask, Meeting, Milestone, Opinion, RoutineDuty, RoutineRecord, ServicePoint
from shijian.grid.permissions import WORK_VIEW
from shijian.grid.rules.cycles import Cycle, period, period_name
from shijian.grid.services import routine, work
from shijian.notices.models import Notice
from tests import world as worlds

pytestmark = pytest.mark.django_db
NOW = worlds.NOW
TODAY = NOW.date()


@pytest.fixture
def world(cast):
    return worlds.build(cast)


@pytest.mark.parametrize(
    ("cycle", "on", "first", "last", "name"),
    [
        (Cycle.WEEK, date(2026, 11, 20), date(2026, 11, 16), date(2026, 11, 22), "2026-11-16 起的一周"),
        (Cycle.MONTH, date(2024, 2, 29), date(2024, 2, 1), date(2024, 2, 29), "2024 年 2 月"),
        (Cycle.MONTH, date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31), "2026 年 12 月"),
        (Cycle.QUARTER, date(2026, 11, 20), date(2026, 10, 1), date(2026, 12, 31), "2026 年第四季度"),
        (Cycle.QUARTER, date(2026, 1, 1), date(2026, 1, 1), date(2026, 3, 31), "2026 年第一季度"),
        (Cycle.HALF_YEAR, date(2026, 6, 30), date(2026, 1, 1), date(2026, 6, 30), "2026 年上半年"),
        (Cycle.HALF_YEAR, date(2026, 7, 1), date(2026, 7, 1), date(2026, 12, 31), "2026 年下半年"),
        (Cycle.YEAR, date(2026, 7, 1), date(2026, 1, 1), date(2026, 12, 31), "2026 年"),
    ],
)
def test_a_day_lies_in_one_period(cycle, on, first, last, name):
    assert period(cycle, on) == (first, last)
    assert period_name(cycle, first) == name
    assert period(cycle, last + timedelta(days=1))[0] == last + timedelta(days=1)


def meet(world, **more):
    decision = work.Decision("摸清辖区冷库底数", world.cast.chief, TODAY + timedelta(days=10))
    return work.record_meeting(
        world.nodes["0501"], title="十一月例会", held_on=TODAY, chair=world.cast.station_head,
        attendees=[world.cast.chief, world.cast.manager], minutes="……", decisions=[decision],
        by=world.cast.station_head, now=NOW, **more,
    )  # fmt: skip


def test_each_decision_of_a_meeting_becomes_a_task_that_is_done_and_confirmed(world):
    task = meet(world).tasks.get()
    assert Notice.objects.filter(to=world.cast.chief, kind="grid.work").count() == 1
    with pytest.raises(work.NotYours):
        work.finish_task(task, result="x", by=world.cast.manager, now=NOW)
    work.finish_task(task, result="共 7 家", by=world.cast.chief, now=NOW)
    with pytest.raises(work.AlreadyDone):
        work.finish_task(task, result="又一次", by=world.cast.chief, now=NOW)
    with pytest.raises(work.NotYours):
        work.confirm_task(task, is_good=True, by=world.cast.other_head, now=NOW)
    with pytest.raises(Refused, match="理由"):
        work.confirm_task(task, is_good=False, by=world.cast.station_head, now=NOW)
    work.confirm_task(task, is_good=False, note="缺两家", by=world.cast.station_head, now=NOW)
    task = work.finish_task(task, result="共 9 家", by=world.cast.chief, now=NOW)
    task = work.confirm_task(task, is_good=True, by=world.cast.grid_office, now=NOW)
    assert (task.state, task.result) == (TaskState.CONFIRMED, "共 9 家")
    assert {"grid.meeting.recorded", "grid.task.returned", "grid.task.confirmed"} <= set(
        Entry.objects.values_list("verb", flat=True)
    )


def test_nobody_confirms_his_own_task(world):
    decision = work.Decision("自查", world.cast.station_head, TODAY)
    task = work.set_task(world.nodes["0501"], decision, by=world.cast.grid_office, now=NOW)
    work.finish_task(task, result="好", by=world.cast.station_head, now=NOW)
    with pytest.raises(work.NotYours):
        work.confirm_task(task, is_good=True, by=world.cast.station_head, now=NOW)


def test_an_opinion_is_answered_once_by_its_person_and_then_rated(world):
    opinion = work.log_opinion(
        world.nodes["050101"], source="deputy", from_name="某代表", text="夜市食品摊多查", received_on=TODAY,
        assignee=world.cast.chief, due_on=TODAY + timedelta(days=15), by=world.cast.manager, now=NOW,
    )  # fmt: skip
    with pytest.raises(Refused, match="答复之后"):
        work.rate_opinion(opinion, satisfaction="satisfied", by=world.cast.manager, now=NOW)
    with pytest.raises(work.NotYours):
        work.answer_opinion(opinion, answer="好", by=world.cast.manager, now=NOW)
    work.answer_opinion(opinion, answer="已安排错时检查", by=world.cast.chief, now=NOW)
    with pytest.raises(work.AlreadyDone):
        work.answer_opinion(opinion, answer="改口", by=world.cast.chief, now=NOW)
    assert (
        work.rate_opinion(opinion, satisfaction="satisfied", by=world.cast.manager, now=NOW).satisfaction == "satisfied"
    )
    with pytest.raises(Refused, match="不能早于"):
        work.log_opinion(
            world.nodes["050101"], source="deputy", from_name="", text="x", received_on=TODAY, assignee=world.cast.chief,
            due_on=TODAY - timedelta(days=1), by=world.cast.manager, now=NOW,
        )  # fmt: skip


def test_a_duty_is_recorded_once_per_grid_and_period(world):
    duty = routine.set_duty(
        "610111", title="普法宣传", detail="", duty="chief", cycle="month", by=world.cast.grid_office, now=NOW
    )
    node = world.nodes["050101"]
    routine.record_duty(duty, node, done_on=TODAY, text="进市场一次", by=world.cast.chief, now=NOW)
    with pytest.raises(routine.AlreadyRecorded, match="2026 年 11 月"):
        routine.record_duty(duty, node, done_on=date(2026, 11, 1), text="又一次", by=world.cast.chief, now=NOW)
    with pytest.raises(routine.InTheFuture):
        routine.record_duty(duty, node, done_on=TODAY + timedelta(days=1), text="", by=world.cast.chief, now=NOW)
    routine.record_duty(duty, node, done_on=date(2026, 10, 31), text="上月", by=world.cast.chief, now=NOW)
    rows = queries.routine_of("610111", [world.nodes[code] for code in ("050101", "050102")], on=TODAY)
    assert [bool(row.record) for row in rows] == [True, False]
    assert [row.is_pressing(date(2026, 11, 28)) for row in rows] == [False, True]
    with pytest.raises(IntegrityError), transaction.atomic():
        RoutineRecord.objects.create(
            bureau_code="610111", area_code="050101", duty=duty, node=node, period_start=date(2026, 11, 1), done_on=TODAY,
            text="", by=world.cast.chief, at=NOW,
        )  # fmt: skip


def test_what_lies_in_another_station_is_not_seen(world):
    meeting = meet(world)
    task = meeting.tasks.get()
    opinion = work.log_opinion(
        world.nodes["050101"], source="citizen", from_name="", text="x", received_on=TODAY, assignee=world.cast.chief,
        due_on=TODAY, by=world.cast.chief, now=NOW,
    )  # fmt: skip
    point = routine.set_point(world.nodes["050101"], name="某商场服务站", host="某商场", by=world.cast.chief, now=NOW)
    for name, key in (("meeting", meeting.pk), ("task", task.pk), ("opinion", opinion.pk), ("point", point.pk)):
        url = reverse(f"grid:{name}", args=[key])
        for part, status in {
            "chief": 200,
            "station_head": 200,
            "leader": 200,
            "other_head": 404,
            "other_chief": 404,
            "monitor": 403,
        }.items():
            assert world.cast.client(getattr(world.cast, part)).get(url).status_code == status, (name, part)
    # A station's meeting is its grids' too, a neighbour grid's opinion is not.
    neighbour = world.cast.client(world.cast.other_grid_chief)
    assert neighbour.get(reverse("grid:meeting", args=[meeting.pk])).status_code == 200
    assert neighbour.get(reverse("grid:opinion", args=[opinion.pk])).status_code == 404


def test_the_pages_take_a_meeting_from_minutes_to_a_confirmed_task(world):
    head, chief = world.cast.client(world.cast.station_head), world.cast.client(world.cast.chief)
    data = {
        "node": world.nodes["0501"].pk, "title": "例会", "held_on": "2026-11-20", "chair": world.cast.station_head.pk,
        "attendees": [world.cast.chief.pk], "minutes": "议定如下", "what_0": "查冷库", "who_0": world.cast.chief.pk,
    }  # fmt: skip
    assert head.post(reverse("grid:meeting_new"), data).status_code == 422
    answer = head.post(reverse("grid:meeting_new"), {**data, "when_0": "2026-11-30"})
    assert answer.url == reverse("grid:meeting", args=[Meeting.objects.get().pk])
    task = GridTask.objects.get()
    assert "查冷库" in chief.get("/").content.decode()
    url = reverse("grid:task", args=[task.pk])
    chief.post(url, {"result": "已查"})
    assert "确认完成" in head.get(url).content.decode()
    head.post(url, {"verdict": "confirm", "note": ""})
    task.refresh_from_db()
    assert task.state == TaskState.CONFIRMED


def test_the_pages_take_an_opinion_to_its_answer(world):
    chief = world.cast.client(world.cast.chief)
    data = {
        "node": world.nodes["050101"].pk, "source": "committee", "from_name": "", "text": "多查计量", "received_on": "2026-11-20",
        "assignee": world.cast.chief.pk, "due_on": "2026-12-05",
    }  # fmt: skip
    url = chief.post(reverse("grid:opinion_new"), data).url
    chief.post(url, {"answer": "本周安排"})
    chief.post(reverse("grid:opinion_rating", args=[Opinion.objects.get().pk]), {"satisfaction": "fair"})
    page = chief.get(url).content.decode()
    assert "本周安排" in page
    assert "基本满意" in page
    assert chief.post(url, {"answer": "改口"}).status_code == 409
    foreign = {**data, "node": world.nodes["050201"].pk}
    assert chief.post(reverse("grid:opinion_new"), foreign).status_code == 422


def test_the_pages_of_duties_points_and_plan(world):
    office, chief = world.cast.client(world.cast.grid_office), world.cast.client(world.cast.chief)
    office.post(reverse("grid:duty_new"), {"title": "普法宣传", "duty": "chief", "cycle": "month", "is_active": "on"})
    duty = RoutineDuty.objects.get()
    url = reverse("grid:record", args=[duty.pk])
    assert chief.post(url, {"node": world.nodes["050102"].pk, "done_on": "2026-11-20", "text": "x"}).status_code == 422
    assert chief.post(url, {"node": world.nodes["050101"].pk, "done_on": "2026-11-20", "text": "x"}).status_code == 302
    assert "1 / 3" in office.get(reverse("grid:duties")).content.decode()
    chief.post(reverse("grid:point_new"), {"node": world.nodes["050101"].pk, "name": "商场站", "host": "商场"})
    point = reverse("grid:point", args=[ServicePoint.objects.get().pk])
    chief.post(point, {"on": "2026-11-20", "settled": "3", "text": "指导先行和解"})
    assert "和解 3 件" in chief.get(point).content.decode()
    unit = world.cast.grid_office.unit
    office.post(
        reverse("grid:milestone_new"),
        {"stage": "第一阶段", "title": "厘清边界", "lead": unit.pk, "due_on": "2022-07-31"},
    )
    assert "已超期" in chief.get(reverse("grid:plan")).content.decode()
    office.post(reverse("grid:milestone_done", args=[Milestone.objects.get().pk]))
    assert "已超期" not in chief.get(reverse("grid:plan")).content.decode()


def test_a_leader_sees_the_grids_he_answers_for_and_no_others(world):
    from shijian.grid import services

    services.appoint(
        world.nodes["050102"],
        world.cast.leader,
        "leader",
        valid_from=TODAY - timedelta(days=9),
        by=world.cast.grid_office,
        now=NOW,
    )
    page = world.cast.client(world.cast.leader).get(reverse("grid:own")).content.decode()
    assert "050102" in page
    assert "包抓领导" in page
    assert "050201" not in page


@pytest.mark.parametrize("name", ["codes", "areas", "entities", "staff"])
def test_a_ledger_is_the_same_on_screen_and_as_a_workbook(world, name):
    office = world.cast.client(world.cast.grid_office)
    url = reverse("grid:ledgers", args=[name])
    page = office.get(url).content.decode()
    assert "050101" in page
    assert "台账" in page
    answer = office.get(f"{url}?export=xlsx")
    rows = list(load_workbook(io.BytesIO(answer.getvalue())).active.values)
    assert rows[0][0] == "网格编码"
    assert len(rows) - 1 == {"codes": 6, "areas": 6, "entities": 3, "staff": 6}[name]
    assert Entry.objects.filter(verb="grid.ledger.exported").count() == 1
    assert office.get(f"{url}?q=050101&level=2&duty=chief").status_code == 200
    assert office.get(reverse("grid:ledgers", args=["nonsense"])).status_code == 404


def test_the_codes_ledger_names_who_approved_and_the_area_ledger_the_square_kilometres(world):
    office = world.cast.client(world.cast.grid_office)
    assert "网格办" in office.get(reverse("grid:ledgers", args=["codes"])).content.decode()
    assert "1.022" in office.get(reverse("grid:ledgers", args=["areas"])).content.decode()


def test_everything_that_waits_is_found_with_one_statement(world, django_assert_num_queries):
    from shijian.grid import services

    meet(world)
    edge = {"op": "insert", "on": [[109.02, 34.2], [109.02, 34.21]], "at": [109.0201, 34.205]}
    services.propose_recut(world.nodes["0501"], [edge], title="移线", reason="路", by=world.cast.station_head, now=NOW)
    services.propose_node(
        bureau_code="610111", parent=world.nodes["0501"], name="新格", by=world.cast.station_head, now=NOW
    )
    expected = {"chief": ["task"], "other_head": ["consent"], "grid_office": ["node"], "station_head": []}
    for part, kinds in expected.items():
        user = getattr(world.cast, part)
        user.may(WORK_VIEW)  # the grants are read once per request
        with django_assert_num_queries(1):
            assert [each.kind for each in queries.waiting_for(user, on=TODAY)] == kinds, part
