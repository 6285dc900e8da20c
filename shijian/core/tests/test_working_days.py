"""The working-day calendar against every day the State Council has arranged, and against counting on fingers."""

import csv
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shijian.core.rules.kinds import DayKind
from shijian.core.rules.working_days import (
    Day,
    OutOfCalendar,
    WorkCalendar,
    YearTable,
    estimate_warning,
    fixed_holidays,
)

from .calendars import CALENDAR

DAY = timedelta(days=1)
ORACLE = Path(__file__).resolve().parents[4] / "shared" / "data" / "calendar" / "china_workdays.csv"
KINDS = {
    "workday": {DayKind.WORKDAY},
    "weekend": {DayKind.WEEKEND},
    "statutory_holiday_period": {DayKind.STATUTORY_HOLIDAY, DayKind.HOLIDAY_REST},
    "statutory_holiday_period+in_lieu": {DayKind.HOLIDAY_REST},
    "makeup_workday": {DayKind.MAKEUP_WORKDAY},
}
# Where the oracle is wrong about the kind; both are days off either way.
STATUTORY_AFTER_ALL = {
    "2012-06-23": "the Dragon Boat day itself, a Saturday the oracle calls a weekend",
    "2022-02-03": "正月初三, which the oracle takes for a moved day",
}
published = st.dates(date(2004, 1, 1), date(2026, 12, 31))
days = st.dates(date(2004, 6, 1), date(2030, 1, 1))


def test_every_published_day_is_a_working_day_exactly_when_chinesecalendar_says_so():
    on = date(2004, 1, 1)
    while on.year < 2027:
        assert CALENDAR.is_working(on) == chinese_calendar.is_workday(on), on
        on += DAY


@pytest.mark.skipif(not ORACLE.exists(), reason="needs ../shared/data/calendar/china_workdays.csv")
def test_all_8401_days_of_the_shared_table_have_the_same_kind():
    with ORACLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 8401
    for row in rows:
        day = CALENDAR.day(date.fromisoformat(row["date"]))
        assert day.kind.is_working == (row["is_workday"] == "1"), row
        expected = {DayKind.STATUTORY_HOLIDAY} if row["date"] in STATUTORY_AFTER_ALL else KINDS[row["kind"]]
        assert day.kind in expected, row


@pytest.mark.parametrize(
    ("year", "statutory"),
    [(2004, 10), (2007, 10), (2008, 11), (2009, 10), (2015, 12), (2020, 10), (2024, 11), (2025, 13), (2026, 13)],
    ids=lambda value: f"放假办法 2-{value}",
)
def test_a_year_has_as_many_statutory_days_as_the_law_gives(year, statutory):
    """2009 and 2020 have one less: Mid-Autumn fell on the National Days. 2015 had one more, 9-03, once."""
    kinds = [day.kind for day in CALENDAR.days_of(year)]
    assert kinds.count(DayKind.STATUTORY_HOLIDAY) == statutory


@pytest.mark.parametrize(
    ("on", "kind", "name"),
    [
        ("2026-02-15", DayKind.HOLIDAY_REST, "春节"),
        ("2026-02-16", DayKind.STATUTORY_HOLIDAY, "春节"),
        ("2026-02-19", DayKind.STATUTORY_HOLIDAY, "春节"),
        ("2026-02-20", DayKind.HOLIDAY_REST, "春节"),
        ("2024-02-09", DayKind.WORKDAY, ""),
        ("2025-05-02", DayKind.STATUTORY_HOLIDAY, "劳动节"),
        ("2024-05-02", DayKind.HOLIDAY_REST, "劳动节"),
        ("2020-10-01", DayKind.STATUTORY_HOLIDAY, "国庆节、中秋节"),
        ("2026-10-04", DayKind.HOLIDAY_REST, "国庆节"),
        ("2026-10-10", DayKind.MAKEUP_WORKDAY, "国庆节"),
        ("2026-10-11", DayKind.WEEKEND, ""),
        ("2026-03-09", DayKind.WORKDAY, ""),
    ],
)
def test_only_the_days_of_article_2_are_statutory_holidays(on, kind, name):
    day = CALENDAR.day(date.fromisoformat(on))
    assert (day.kind, day.name) == (kind, name)


@pytest.mark.parametrize("day", ["2026-03-08", "2026-05-04", "2025-06-01", "2026-06-01", "2025-08-01", "2026-09-03"])
def test_days_for_a_part_of_the_people_and_memorial_days_are_ordinary_days(day):
    """放假办法 3, 5; rules CAL-05. 2026-05-04 lies in the Labour Day break, which makes it rest, not statutory."""
    assert CALENDAR.day(date.fromisoformat(day)).kind is not DayKind.STATUTORY_HOLIDAY


def test_a_make_up_sunday_is_a_working_day():
    assert CALENDAR.add_working_days(date(2026, 9, 18), 1) == date(2026, 9, 20)


def test_adding_nothing_stays_also_on_a_holiday():
    assert CALENDAR.add_working_days(date(2026, 10, 1), 0) == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("on", "following", "preceding"),
    [
        ("2026-09-30", "2026-09-30", "2026-09-30"),
        ("2026-10-01", "2026-10-08", "2026-09-30"),
        ("2026-10-07", "2026-10-08", "2026-09-30"),
        ("2026-10-08", "2026-10-08", "2026-10-08"),
        ("2026-10-10", "2026-10-10", "2026-10-10"),
        ("2026-10-11", "2026-10-12", "2026-10-10"),
    ],
)
def test_the_next_and_the_previous_working_day_include_the_day_itself(on, following, preceding):
    day = date.fromisoformat(on)
    assert CALENDAR.next_working(day) == date.fromisoformat(following)
    assert CALENDAR.previous_working(day) == date.fromisoformat(preceding)


def test_past_the_last_year_days_are_estimated_from_weekends_and_fixed_holidays():
    assert CALENDAR.day(date(2027, 1, 1)) == Day(date(2027, 1, 1), DayKind.STATUTORY_HOLIDAY, "元旦", is_estimated=True)
    assert CALENDAR.day(date(2027, 5, 2)).kind is DayKind.STATUTORY_HOLIDAY
    assert CALENDAR.day(date(2027, 1, 2)) == Day(date(2027, 1, 2), DayKind.WEEKEND, "", is_estimated=True)
    assert CALENDAR.day(date(2027, 2, 8)) == Day(date(2027, 2, 8), DayKind.WORKDAY, "", is_estimated=True)
    assert not CALENDAR.day(date(2026, 12, 31)).is_estimated
    assert CALENDAR.unpublished_years(date(2026, 12, 31), date(2028, 1, 1)) == (2027, 2028)
    assert CALENDAR.unpublished_years(date(2026, 1, 1), date(2026, 12, 31)) == ()


def test_an_incomplete_year_keeps_its_rows_and_the_fixed_holidays_and_stays_estimated():
    table = YearTable(2027, (Day(date(2027, 2, 8), DayKind.HOLIDAY_REST, "春节"),), is_complete=False)
    calendar = WorkCalendar({**CALENDAR.tables, 2027: table})
    assert not calendar.is_working(date(2027, 2, 8))
    assert not calendar.is_working(date(2027, 10, 1))
    assert not calendar.is_published(2027)


def test_the_warning_names_the_years_and_is_empty_without_them():
    assert estimate_warning((2027, 2028)) == (
        "2027、2028 年的放假安排尚未公布或者尚未完整导入，有关日期只按周末和固定日期的法定节假日估算。"
        "请在国务院办公厅的通知公布后导入年度日历，再重新推算。"
    )
    assert estimate_warning(()) == ""


@pytest.mark.parametrize(
    ("on", "amount"), [("2003-12-31", 1), ("2004-01-01", -1), ("2066-12-30", 9), ("2067-01-01", -1)]
)
def test_outside_its_years_the_calendar_refuses(on, amount):
    with pytest.raises(OutOfCalendar, match="工作日历只到 2004 年至 2066 年"):
        CALENDAR.add_working_days(date.fromisoformat(on), amount)


def test_the_calendar_ends_with_its_last_day():
    assert CALENDAR.first == date(2004, 1, 1)
    assert CALENDAR.last == date(2066, 12, 31)
    assert CALENDAR.day(CALENDAR.last).is_estimated
    assert CALENDAR.working_days_between(CALENDAR.first, CALENDAR.last) > 15_000


def test_a_calendar_without_years_is_a_mistake():
    with pytest.raises(ValueError, match=r"^a calendar needs at least one year table$"):
        WorkCalendar({})


class TestACalendarMadeAnew:
    """Made in the test itself, from three days of one year and nothing else."""

    @pytest.fixture
    def small(self):
        days = (
            Day(date(2024, 1, 1), DayKind.STATUTORY_HOLIDAY, "元旦"),
            Day(date(2024, 2, 18), DayKind.MAKEUP_WORKDAY, "春节"),
            Day(date(2024, 12, 31), DayKind.HOLIDAY_REST, "元旦"),
        )
        return WorkCalendar({2024: YearTable(2024, days)})

    def test_reaches_from_the_first_day_of_its_first_year_forty_years_past_the_last(self, small):
        assert (small.first, small.last) == (date(2024, 1, 1), date(2064, 12, 31))
        assert small.day(date(2064, 12, 31)).kind is DayKind.WORKDAY
        with pytest.raises(OutOfCalendar, match=r"不能推算 2023 年的日期"):
            small.day(date(2023, 12, 31))
        with pytest.raises(OutOfCalendar, match=r"不能推算 2065 年的日期"):
            small.day(date(2065, 1, 1))

    def test_counts_every_working_day_once(self, small):
        """2024 begins on a Monday: 262 days from Monday to Friday, less two holidays, and a Sunday worked."""
        assert small.working_days_between(date(2024, 1, 1), date(2024, 12, 31)) == 262 - 2 + 1
        on, counted = small.first, 0
        for _ in range(800):
            on += DAY
            counted += small.is_working(on)
            assert small.working_days_between(small.first, on) == counted
        working = [on for on in (small.first + n * DAY for n in range(800)) if small.is_working(on)]
        assert [small.add_working_days(small.first, n + 1) for n in range(len(working))] == working

    def test_ends_with_a_refusal_that_names_the_year_beyond(self, small):
        assert small.add_working_days(date(2064, 12, 30), 1) == date(2064, 12, 31)
        with pytest.raises(OutOfCalendar, match=r"不能推算 2065 年的日期"):
            small.add_working_days(date(2064, 12, 31), 1)
        assert small.add_working_days(date(2024, 1, 3), -1) == date(2024, 1, 2)
        with pytest.raises(OutOfCalendar, match=r"不能推算 2023 年的日期"):
            small.add_working_days(date(2024, 1, 2), -1)

    def test_lists_its_special_days_and_the_fixed_ones_of_the_years_to_come(self, small):
        assert [day.on for day in small.special_between(date(2024, 1, 1), date(2024, 12, 31))] == [
            date(2024, 1, 1), date(2024, 2, 18), date(2024, 12, 31)
        ]  # fmt: skip
        coming = small.special_between(date(2025, 1, 1), date(2064, 12, 31))
        assert len(coming) == 40 * 6
        assert coming[-1] == Day(date(2064, 10, 3), DayKind.STATUTORY_HOLIDAY, "国庆节", is_estimated=True)
        assert coming[2] == Day(date(2025, 5, 2), DayKind.STATUTORY_HOLIDAY, "劳动节", is_estimated=True)


@pytest.mark.parametrize(("year", "days"), [(2024, 5), (2025, 6), (2026, 6)])
def test_the_second_of_may_is_a_holiday_since_2025(year, days):
    found = fixed_holidays(year)
    assert len(found) == days
    assert found.get((5, 2)) == ("劳动节" if year >= 2025 else None)
    assert found[(5, 1)] == "劳动节"


def test_special_days_are_listed_with_both_ends():
    listed = CALENDAR.special_between(date(2026, 9, 25), date(2026, 10, 1))
    assert [day.on.isoformat() for day in listed] == ["2026-09-25", "2026-09-26", "2026-09-27", "2026-10-01"]


def test_a_day_is_labelled_with_its_holiday():
    assert CALENDAR.day(date(2026, 10, 10)).label == "调休上班（国庆节）"
    assert CALENDAR.day(date(2026, 11, 9)).label == "工作日"


@given(published, st.integers(1, 60))
def test_adding_is_counting_on_fingers(start, amount):
    on, left = start, amount
    while left:
        on += DAY
        left -= CALENDAR.is_working(on)
    assert CALENDAR.add_working_days(start, amount) == on


@given(published.filter(lambda day: day > date(2004, 6, 1)), st.integers(1, 60))
def test_subtracting_is_counting_backwards(start, amount):
    on, left = start, amount
    while left:
        on -= DAY
        left -= CALENDAR.is_working(on)
    assert CALENDAR.add_working_days(start, -amount) == on


@given(days, st.integers(1, 400))
def test_from_a_working_day_there_and_back_is_the_same_day(start, amount):
    working = CALENDAR.next_working(start)
    there = CALENDAR.add_working_days(working, amount)
    assert CALENDAR.add_working_days(there, -amount) == working
    assert CALENDAR.working_days_between(working, there) == amount


@given(days, days, days)
def test_working_days_between_add_up(first, second, third):
    between = CALENDAR.working_days_between
    assert between(first, second) + between(second, third) == between(first, third)


@given(days)
def test_the_day_after_a_statutory_holiday_is_never_one_and_never_earlier(on):
    after = CALENDAR.after_statutory_holiday(on)
    assert after >= on
    assert CALENDAR.day(after).kind is not DayKind.STATUTORY_HOLIDAY
