"""The working-day calendar: what a day is, and the n-th working day from it, in constant time.

Source: 全国年节及纪念日放假办法 (2024-11-10) art. 2, 6, 7; the State Council's yearly notices, passed in as tables.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from ..errors import Refused
from .kinds import DayKind

DAY = timedelta(days=1)
ESTIMATED_YEARS = 40
FIXED_HOLIDAYS = {(1, 1): "元旦", (5, 1): "劳动节", (10, 1): "国庆节", (10, 2): "国庆节", (10, 3): "国庆节"}


def fixed_holidays(year: int) -> dict[tuple[int, int], str]:
    """The statutory days that need no lunar calendar, by month and day; 5-2 is one since 2025.

    Source: 全国年节及纪念日放假办法 (2024-11-10) art. 2 (1), (4), (7).
    """
    return FIXED_HOLIDAYS | {(5, 2): "劳动节"} if year >= 2025 else FIXED_HOLIDAYS


class OutOfCalendar(Refused):
    code = "core.out_of_calendar"
    article = "全国年节及纪念日放假办法 2"


@dataclass(frozen=True, slots=True)
class Day:
    """One day as the calendar sees it. `name` is the holiday, also on the days moved to or from it."""

    on: date
    kind: DayKind
    name: str = ""
    is_estimated: bool = False

    @property
    def label(self) -> str:
        return f"{self.kind.label}（{self.name}）" if self.name else self.kind.label


@dataclass(frozen=True, slots=True)
class YearTable:
    """The holiday arrangement of one year: only the days that are not what their weekday says.

    `is_complete` is False while rows of the year were refused at import; its days hold, but the year still
    counts as estimated.
    """

    year: int
    days: tuple[Day, ...]
    notice: str = ""
    is_complete: bool = True


@dataclass(frozen=True)
class WorkCalendar:
    """Year tables turned into look-ups. Past the last table days are estimated, and say so.

    Reaches from the first loaded year to forty years past the last; a date outside raises `OutOfCalendar`.
    """

    tables: Mapping[int, YearTable]
    first: date = field(init=False)
    last: date = field(init=False)
    _special: dict[date, Day] = field(init=False, repr=False)
    _special_dates: list[date] = field(init=False, repr=False)
    _before: list[int] = field(init=False, repr=False)
    _working: list[int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if not self.tables:
            raise ValueError("a calendar needs at least one year table")
        first, last = date(min(self.tables), 1, 1), date(max(self.tables) + ESTIMATED_YEARS, 12, 31)
        special = {day.on: day for year in range(first.year, last.year + 1) for day in self._special_of(year)}
        total = (last - first).days + 1
        is_working = (np.arange(total) + first.weekday()) % 7 < 5
        for on, day in special.items():
            is_working[(on - first).days] = day.kind.is_working
        values = {
            "first": first,
            "last": last,
            "_special": special,
            "_special_dates": sorted(special),
            "_before": np.concatenate(([0], np.cumsum(is_working))).tolist(),
            "_working": np.flatnonzero(is_working).tolist(),
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def day(self, on: date) -> Day:
        self._index(on)
        found = self._special.get(on)
        if found:
            return found
        return Day(on, DayKind.WEEKEND if on.weekday() >= 5 else DayKind.WORKDAY, "", not self.is_published(on.year))

    def is_working(self, on: date) -> bool:
        return self.day(on).kind.is_working

    def is_published(self, year: int) -> bool:
        """Whether the State Council's arrangement of the year is loaded, without a refused row."""
        return year in self.tables and self.tables[year].is_complete

    def unpublished_years(self, first: date, last: date) -> tuple[int, ...]:
        """The years between two days (both included) that are only estimated."""
        return tuple(year for year in range(first.year, last.year + 1) if not self.is_published(year))

    def add_working_days(self, on: date, amount: int) -> date:
        """The n-th working day after `on`, or before it for a negative amount; `on` itself is not counted.

        Zero gives `on` back, working day or not.
        """
        if amount == 0:
            return on
        index = self._index(on)
        place = self._before[index + 1] + amount - 1 if amount > 0 else self._before[index] + amount
        if not 0 <= place < len(self._working):
            raise self._outside(self.last.year + 1 if amount > 0 else self.first.year - 1)
        return self.first + timedelta(days=self._working[place])

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and including `end`; negative when `end` is earlier."""
        return self._before[self._index(end) + 1] - self._before[self._index(start) + 1]

    def next_working(self, on: date) -> date:
        """`on` when it is a working day, else the first one after it."""
        return on if self.is_working(on) else self.add_working_days(on, 1)

    def previous_working(self, on: date) -> date:
        """`on` when it is a working day, else the last one before it."""
        return on if self.is_working(on) else self.add_working_days(on, -1)

    def after_statutory_holiday(self, on: date) -> date:
        """`on`, or the first day after the run of statutory days it lies in: 10-01 gives 10-04, even a Sunday.

        Source: 市场监督管理行政处罚程序规定 (2022-09-29) art. 80, read to the letter.
        """
        while self.day(on).kind is DayKind.STATUTORY_HOLIDAY:
            on += DAY
        return on

    def special_between(self, first: date, last: date) -> list[Day]:
        """Holidays, rest days and make-up workdays from `first` to `last`, both included."""
        begin, end = bisect_left(self._special_dates, first), bisect_right(self._special_dates, last)
        return [self._special[on] for on in self._special_dates[begin:end]]

    def days_of(self, year: int) -> Iterator[Day]:
        on = date(year, 1, 1)
        while on.year == year:
            yield self.day(on)
            on += DAY

    def _special_of(self, year: int) -> Iterable[Day]:
        """The exceptional days of a year; the fixed holidays stand in for a table that is missing or incomplete."""
        table = self.tables.get(year)
        if table and table.is_complete:
            return table.days
        estimated = (
            Day(date(year, month, day), DayKind.STATUTORY_HOLIDAY, name, is_estimated=True)
            for (month, day), name in fixed_holidays(year).items()
        )
        return (*estimated, *(table.days if table else ()))

    def _index(self, on: date) -> int:
        index = (on - self.first).days
        if not 0 <= index < len(self._before) - 1:
            raise self._outside(on.year)
        return index

    def _outside(self, year: int) -> OutOfCalendar:
        return OutOfCalendar(
            f"工作日历只到 {self.first.year} 年至 {self.last.year} 年，不能推算 {year} 年的日期。请检查日期是否写错。"
        )


def estimate_warning(years: Iterable[int]) -> str:
    """The sentence that goes with every date resting on a year whose arrangement is not loaded; "" without years.

    Source: 全国年节及纪念日放假办法 (2024-11-10) art. 7 (the yearly arrangement); rules CAL-04.
    """
    named = "、".join(str(year) for year in years)
    if not named:
        return ""
    return (
        f"{named} 年的放假安排尚未公布或者尚未完整导入，有关日期只按周末和固定日期的法定节假日估算。"
        "请在国务院办公厅的通知公布后导入年度日历，再重新推算。"
    )
