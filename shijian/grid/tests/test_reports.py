"""Drafts of the periodic reports come from what was recorded, each figure counted once (G-19)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from shijian.grid import reports
from shijian.grid.rules.cycles import Cycle
from shijian.grid.services import routine, work
from tests import world as worlds

pytestmark = pytest.mark.django_db
NOW = worlds.NOW
TODAY = NOW.date()


@pytest.fixture
def world(cast):
    return worlds.build(cast)


def figures(world, cycle=Cycle.MONTH, prefix="0501", on=TODAY):
    made = reports.draft(worlds.BUREAU, prefix, cycle, on=on, today=TODAY)
    return {line.label: line.number for _, lines in made.sections for line in lines}


def test_the_month_counts_what_happened_in_it_and_in_the_area(world):
    office, head, chief = world.cast.grid_office, world.cast.station_head, world.cast.chief
    duty = routine.set_duty(worlds.BUREAU, title="普法宣传", detail="", duty="chief", cycle="month", by=office, now=NOW)
    weekly = routine.set_duty(
        worlds.BUREAU, title="信息更新", detail="", duty="informant", cycle="week", by=office, now=NOW
    )
    routine.record_duty(duty, world.nodes["050101"], done_on=TODAY, text="x", by=chief, now=NOW)
    routine.record_duty(weekly, world.nodes["050201"], done_on=TODAY, text="x", by=chief, now=NOW)
    late = work.Decision("查冷库", chief, TODAY - timedelta(days=1))
    work.record_meeting(
        world.nodes["0501"],
        title="例会",
        held_on=TODAY,
        chair=head,
        attendees=[],
        minutes="x",
        decisions=[late],
        by=head,
        now=NOW,
    )
    opinion = work.log_opinion(
        world.nodes["050101"], source="deputy", from_name="", text="x", received_on=TODAY, assignee=chief, due_on=TODAY, by=chief, now=NOW,
    )  # fmt: skip
    work.answer_opinion(opinion, answer="好", by=chief, now=NOW)
    point = routine.set_point(world.nodes["050101"], name="站", host="商场", by=chief, now=NOW)
    routine.visit_point(point, on=TODAY, settled=2, text="x", by=chief, now=NOW)
    found = figures(world)
    assert found == {
        "管理网格": 2, "负责人空缺": 0, "监督员不足": 2, "审定边界调整": 0, "上报事件": 1, "办结事件": 0, "其中超期办结": 0, "期末未办结": 1,
        # Five weeks end in November 2026, and the month itself, in two grids.
        "应登记": 12, "已登记": 1, "召开例会": 1, "交办事项": 1, "完成事项": 0, "超期未完成": 1,
        "收到意见建议": 1, "已答复": 1, "超期答复": 0, "指导消费维权服务站（次）": 1, "服务站自行和解（件）": 2,
    }  # fmt: skip
    assert figures(world, prefix="0502")["收到意见建议"] == 0
    assert figures(world, on=date(2026, 10, 1))["召开例会"] == 0
    assert figures(world, cycle=Cycle.YEAR)["召开例会"] == 1


def test_the_page_names_the_period_and_gives_sentences(world):
    client = world.cast.client(world.cast.station_head)
    page = client.get(
        reverse("grid:report"), {"cycle": "quarter", "on": "2026-11-20", "under": "0502"}
    ).content.decode()
    assert "0501 0501网格 2026 年第四季度网格化管理季检查" in page  # a foreign area is not offered
    assert "一、网格划分和人员。管理网格 2" in page
    for wrong in ({"cycle": "x"}, {"on": "x"}, {"on": "9999-12-31"}, {"under": "zz"}):
        assert client.get(reverse("grid:report"), wrong).status_code == 200
