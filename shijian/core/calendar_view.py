"""A year laid out for the calendar page."""

import calendar as gregorian
from collections import Counter
from dataclasses import dataclass
from datetime import date

from .rules.kinds import DayKind
from .rules.working_days import Day, WorkCalendar


@dataclass(frozen=True, slots=True)
class Cell:
    """One square of a month; `day` is None before the first and after the last day of the month."""

    day: Day | None
    is_today: bool = False


@dataclass(frozen=True, slots=True)
class Month:
    number: int
    weeks: list[list[Cell]]
    working_days: int


@dataclass(frozen=True, slots=True)
class Break:
    """One arranged break with the days worked in exchange."""

    name: str
    first: date
    last: date
    makeup: tuple[date, ...]

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Year:
    number: int
    months: list[Month]
    breaks: list[Break]
    counts: list[tuple[DayKind, int]]
    notice: str
    is_published: bool
    previous: int | None
    following: int | None

    @property
    def working_days(self) -> int:
        return sum(count for kind, count in self.counts if kind.is_working)


def lay_out(calendar: WorkCalendar, year: int, *, today: date) -> Year:
    days = {day.on: day for day in calendar.days_of(year)}
    counts = Counter(day.kind for day in days.values())
    table = calendar.tables.get(year)
    return Year(
        number=year,
        months=[_month(days, year, month, today) for month in range(1, 13)],
        breaks=_breaks(list(days.values())),
        counts=[(kind, counts[kind]) for kind in DayKind],
        notice=table.notice if table else "",
        is_published=calendar.is_published(year),
        previous=year - 1 if year > calendar.first.year else None,
        following=year + 1 if year < calendar.last.year else None,
    )


def _month(days: dict[date, Day], year: int, month: int, today: date) -> Month:
    weeks = [
        [Cell(days[on], on == today) if on.month == month else Cell(None) for on in week]
        for week in gregorian.Calendar().monthdatescalendar(year, month)
    ]
    working = sum(day.kind.is_working for on, day in days.items() if on.month == month)
    return Month(month, weeks, working)


def _breaks(days: list[Day]) -> list[Break]:
    """Runs of holiday days, each with the make-up days that carry the name of a holiday in it."""
    runs: list[list[Day]] = []
    for day in days:
        if day.kind not in (DayKind.STATUTORY_HOLIDAY, DayKind.HOLIDAY_REST):
            continue
        if runs and (day.on - runs[-1][-1].on).days == 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    made = []
    for run in runs:
        names = list(dict.fromkeys(name for day in run for name in day.name.split("、") if name))
        makeup = tuple(
            day.on
            for day in days
            if day.kind is DayKind.MAKEUP_WORKDAY and day.name in names and abs((day.on - run[0].on).days) < 40
        )
        made.append(Break("、".join(names) or "放假", run[0].on, run[-1].on, makeup))
    return made
