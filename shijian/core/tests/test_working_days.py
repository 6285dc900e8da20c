"""The working-day calendar against every day the State Council has arranged, and against counting on fingers."""

import csv
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shijian.core.rules.kinds import DayKind
from shijian.core.rules.working_days import Day, OutOfCalendar, WorkCalendar, YearTable, estimate_warning

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
    assert "2027、2028 年" in estimate_warning((2027, 2028))
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
    with pytest.raises(ValueError, match="at least one"):
        WorkCalendar({})


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
