"""How near a deadline is: levels on both sides of each border, and the words."""

from datetime import date, datetime, timedelta

import pytest

from shijian.core.rules.clock import clock, clock_at, level
from shijian.core.rules.deadline import SHANGHAI
from shijian.core.rules.kinds import Unit

from .calendars import CALENDAR

FRIDAY = date(2026, 11, 13)


@pytest.mark.parametrize(
    ("days_left", "expected"),
    [(-1, "overdue"), (0, "red"), (1, "red"), (2, "amber"), (4, "amber"), (5, "calm"), (400, "calm")],
)
def test_level_by_calendar_days(days_left, expected):
    assert level(FRIDAY + timedelta(days=days_left), FRIDAY) == expected


@pytest.mark.parametrize(
    ("due", "expected"),
    [("2026-11-16", "red"), ("2026-11-17", "amber"), ("2026-11-19", "amber"), ("2026-11-20", "calm")],
)
def test_level_by_working_days_is_red_on_a_friday_before_monday(due, expected):
    assert level(date.fromisoformat(due), FRIDAY, CALENDAR) == expected


@pytest.mark.parametrize(
    ("due", "today", "text", "shade"),
    [
        ("2026-11-18", "2026-11-13", "还剩 3 个工作日", "amber"),
        ("2026-10-08", "2026-09-30", "还剩 1 个工作日", "red"),
        ("2026-11-13", "2026-11-13", "今天到期", "red"),
        ("2026-11-13", "2026-11-15", "已超期 2 天", "overdue"),
        ("2026-12-31", "2026-11-13", "还剩 34 个工作日", "calm"),
    ],
)
def test_words_in_working_days(due, today, text, shade):
    made = clock(date.fromisoformat(due), date.fromisoformat(today), CALENDAR)
    assert (made.text, made.level) == (text, shade)
    assert (made.days_left < 0, made.days_left == 0) == (shade == "overdue", text == "今天到期")


def test_words_in_calendar_days():
    made = clock(date(2026, 11, 25), FRIDAY, CALENDAR, unit=Unit.CALENDAR_DAYS)
    assert (made.text, made.days_left, made.level) == ("还剩 12 天", 12, "calm")


def test_the_colour_aims_at_the_unrolled_day_but_overdue_only_after_the_due_day():
    due, unrolled = date(2026, 10, 8), date(2026, 10, 1)

    def shade(today: date) -> str:
        return clock(due, today, CALENDAR, unit=Unit.CALENDAR_DAYS, warn_on=unrolled).level

    assert shade(date(2026, 9, 25)) == "amber"  # three working days to the first of October, not six days
    assert shade(date(2026, 9, 28)) == "amber"
    assert shade(date(2026, 9, 29)) == "red"  # one working day before the unrolled day, two before the due one
    assert shade(date(2026, 9, 30)) == "red"
    assert shade(date(2026, 10, 5)) == "red"
    assert shade(date(2026, 10, 8)) == "red"
    assert shade(date(2026, 10, 9)) == "overdue"


@pytest.mark.parametrize(
    ("minutes", "text", "shade"),
    [
        (-40, "已超期 40 分钟", "overdue"),
        (-200, "已超期 3 小时", "overdue"),
        (0, "还剩 0 分钟", "red"),
        (59, "还剩 59 分钟", "red"),
        (60, "还剩 1 小时", "red"),
        (119, "还剩 1 小时", "red"),
        (120, "还剩 2 小时", "amber"),
        (299, "还剩 4 小时", "amber"),
        (300, "还剩 5 小时", "calm"),
        (48 * 60 - 1, "还剩 47 小时", "calm"),
        (48 * 60, "还剩 2 天", "calm"),
        (3 * 1440, "还剩 3 天", "calm"),
    ],
)
def test_words_on_the_clock(minutes, text, shade):
    now = datetime(2026, 11, 13, 9, tzinfo=SHANGHAI)
    made = clock_at(now + timedelta(minutes=minutes), now)
    assert (made.text, made.level) == (text, shade)
