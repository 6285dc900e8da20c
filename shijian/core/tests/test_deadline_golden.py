"""Cases worked out by hand from the articles, each with its reasoning; beside the 263 of the counting script."""

import csv
from datetime import date, datetime
from pathlib import Path

import pytest

from shijian.core.deadlines import _by_key, _row, shipped
from shijian.core.rules.deadline import SHANGHAI, compute
from shijian.core.rules.kinds import Unit
from shijian.core.rules.limits import Extension, governing
from shijian.core.rules.spans import Span

from .calendars import CALENDAR

LIMITS = _by_key(_row(values) for values in shipped())
with (Path(__file__).parent / "deadline_golden.csv").open(encoding="utf-8", newline="") as file:
    GOLDEN = list(csv.DictReader(file, delimiter=";"))


def worked(case):
    text = case["start"]
    start = datetime.fromisoformat(text).replace(tzinfo=SHANGHAI) if "T" in text else date.fromisoformat(text)
    limit = governing(LIMITS[case["key"]], on=start.date() if isinstance(start, datetime) else start)
    spans = []
    for one in case["spans"].split():
        days, kind = one.rsplit(":", 1)
        first, last = days.split("..")
        spans.append(Span(date.fromisoformat(first), date.fromisoformat(last), kind))
    unit = limit.extend_unit or limit.unit or Unit.CALENDAR_DAYS
    extensions = [Extension(int(case["extend"]), unit, limit.extend_approver)] if case["extend"] else []
    return compute(limit, start, CALENDAR, spans=spans, extensions=extensions)


@pytest.mark.parametrize(
    "case", GOLDEN, ids=lambda case: f"{case['key']} {case['start']} {case['spans']}{case['extend']}"
)
def test_the_date_is_the_one_reasoned_out_by_hand(case):
    found = worked(case)
    shown = found.due_at.strftime("%Y-%m-%dT%H:%M") if found.due_at else found.due.isoformat()
    assert shown == case["due"], case["why"]
    assert case["why"]
    assert case["article"]


def test_more_than_three_hundred_cases_were_reckoned_by_hand_each_once():
    assert len(GOLDEN) >= 300
    questions = [tuple(case[column] for column in ("key", "start", "spans", "extend")) for case in GOLDEN]
    assert len(set(questions)) == len(questions)


def test_every_time_limit_with_a_number_has_a_case():
    with_number = {key for key, versions in LIMITS.items() if versions[-1].amount is not None}
    assert {case["key"] for case in GOLDEN} == with_number
