"""Where a period ends: day arithmetic only, before any roll-over.

Source: 市场监督管理行政处罚程序规定 (2022-09-29) art. 80; 市场监督管理投诉举报处理办法 (2025-12-30) art. 45;
民法典 art. 200-203.
"""

import calendar as gregorian
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from .kinds import Unit
from .spans import Interval
from .working_days import WorkCalendar

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Deduction:
    """What one interval did: `days` not counted (in the unit of the period), and the last day it led to."""

    interval: Interval
    days: int
    last: date


def last_day(
    calendar: WorkCalendar, start: date, amount: int, unit: Unit, intervals: Sequence[Interval] = ()
) -> tuple[date, tuple[Deduction, ...]]:
    """The last day of a period after `start`, which is not counted (rules CAL-01), and what each interval deducted.

    Days inside an interval are not counted; an interval that begins after the last day reached so far has no effect.
    Working-day periods deduct working days, all others calendar days. Month and year periods end on the day with the
    number of the start, or on the last day of the month if there is none (民法典 202; rules CAL-12).
    """
    base = advanced(calendar, start, amount, unit)
    last, removed = base, 0
    made: list[Deduction] = []
    for interval in intervals:
        first = max(interval.first, start + DAY)
        if first > last:
            break
        if interval.last < first:
            continue
        if unit is Unit.WORKING_DAYS:
            days = calendar.working_days_between(first - DAY, interval.last)
            removed += days
            last = calendar.add_working_days(start, amount + removed)
        else:
            days = (interval.last - first).days + 1
            removed += days
            last = base + removed * DAY
        made.append(Deduction(replace(interval, first=first), days, last))
    return last, tuple(made)


def advanced(calendar: WorkCalendar, start: date, amount: int, unit: Unit) -> date:
    """`start` plus (or, with a negative amount, minus) so many working days, days, months or years."""
    match unit:
        case Unit.WORKING_DAYS:
            return calendar.add_working_days(start, amount)
        case Unit.CALENDAR_DAYS:
            return start + amount * DAY
        case Unit.MONTHS:
            return corresponding_day(start, amount)
        case Unit.YEARS:
            return corresponding_day(start, 12 * amount)
    raise ValueError(f"{unit} is counted from an instant: use `last_instant`")


def corresponding_day(start: date, months: int) -> date:
    """The same day so many months away, or the last day of that month: 01-31 and one month give 02-28 or 02-29.

    Source: 民法典 art. 202.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, gregorian.monthrange(year, month + 1)[1]))


def last_instant(start: datetime, amount: int, unit: Unit, *, skips_first_hour: bool = False) -> datetime:
    """The instant a period of hours or minutes ends, counted on the clock through nights and holidays.

    With `skips_first_hour` the hour in which it starts is not counted: 14:35 counts from 15:00
    (程序规定 art. 80); without, it runs from the instant itself (民法典 art. 201).
    """
    if unit is Unit.MINUTES:
        return start + timedelta(minutes=amount)
    if skips_first_hour:
        start = start.replace(minute=0, second=0, microsecond=0) + HOUR
    return start + amount * HOUR
