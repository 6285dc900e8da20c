"""Loading a year's arrangement: what is kept, what is refused with line and reason, and who sees it when."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from shijian.core import calendar
from shijian.core.calendar_file import Fault, import_calendar, write_report
from shijian.core.errors import InvalidInput
from shijian.core.models import CalendarDay, CalendarYear
from shijian.core.rules.kinds import DayKind

NOW = datetime(2026, 11, 21, 1, tzinfo=UTC)
ORACLE = Path(__file__).resolve().parents[4] / "shared" / "data" / "calendar" / "china_workdays.csv"
YEAR_2027 = """日期,类型,名称
2027-01-01,法定节假日,元旦
2027-01-02,放假调休,元旦
2027-02-05,放假调休,春节
2027-02-06,法定节假日,春节
2027-02-07,法定节假日,春节
2027-02-08,法定节假日,春节
2027-02-09,法定节假日,春节
2027-02-20,调休上班,春节
2027-04-05,法定节假日,清明
2027-05-01,法定节假日,劳动节
2027-05-02,法定节假日,劳动节
2027-06-09,法定节假日,端午
2027-09-15,法定节假日,中秋
2027-10-01,法定节假日,国庆节
2027-10-02,法定节假日,国庆节
2027-10-03,法定节假日,国庆节
2027-11-08,工作日,
"""
pytestmark = pytest.mark.django_db


@pytest.fixture
def load(tmp_path):
    def loaded(text: str | bytes):
        path = tmp_path / "year.csv"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return import_calendar(path, now=NOW)

    return loaded


def test_a_new_year_is_loaded_and_its_dates_lose_the_warning(load):
    assert not calendar.current().is_published(2027)
    outcome = load(YEAR_2027)
    assert (outcome.read, outcome.created, outcome.unchanged, outcome.rejected) == (17, 16, 1, 0)
    assert outcome.incomplete_years == ()
    loaded = calendar.current()
    assert loaded.is_published(2027)
    assert loaded.day(date(2027, 2, 20)).kind is DayKind.MAKEUP_WORKDAY
    assert loaded.day(date(2027, 6, 9)).name == "端午节"
    assert loaded.is_published(2026), "the shipped years stay"
    assert CalendarYear.objects.get(year=2027).notice == "国务院办公厅关于2027年部分节假日安排的通知"


def test_the_same_file_again_changes_nothing(load):
    load(YEAR_2027)
    outcome = load(YEAR_2027)
    assert (outcome.created, outcome.updated, outcome.unchanged) == (0, 0, 17)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_files_from_a_spreadsheet_are_read(load, encoding):
    assert load(YEAR_2027.encode(encoding)).created == 16


def test_every_bad_row_is_reported_with_line_field_and_reason_and_the_good_ones_are_kept(load):
    outcome = load(
        YEAR_2027
        + "2027-13-01,法定节假日,\n"
        + "2027-11-09,休息,\n"
        + "2027-11-10,调休上班,\n"
        + "2027-11-13,工作日,\n"
        + "2027-11-11,周末,\n"
        + "2027-10-02,调休上班,国庆节\n"
        + "2027-10-01,放假调休,国庆节\n"
        + "1927-10-01,法定节假日,国庆节\n"
        + f"2027-11-14,放假调休,{'长' * 41}\n"
        + "\n"
        + "2027/11/15,放假调休,地方放假\n"
    )
    assert [(fault.line, fault.field, fault.value) for fault in outcome.faults] == [
        (19, "日期", "2027-13-01"),
        (20, "类型", "休息"),
        (21, "类型", "调休上班"),
        (22, "类型", "工作日"),
        (23, "类型", "周末"),
        (24, "类型", "调休上班"),
        (25, "日期", "2027-10-01"),
        (26, "日期", "1927-10-01"),
        (27, "名称", "长" * 41),
    ]
    assert outcome.faults[2].reason == "2027-11-10 不是周六、周日，不能是调休上班"
    assert outcome.read == outcome.created + outcome.updated + outcome.unchanged + outcome.rejected == 27
    assert not calendar.current().is_working(date(2027, 11, 15))


def test_a_year_with_a_refused_row_stays_estimated_until_the_corrected_file_is_loaded(load):
    outcome = load(YEAR_2027 + "2027-11-09,休息,\n")
    assert outcome.incomplete_years == (2027,)
    assert not calendar.current().is_published(2027)
    assert calendar.current().day(date(2027, 2, 20)).kind is DayKind.MAKEUP_WORKDAY
    load(YEAR_2027)
    assert calendar.current().is_published(2027)


def test_a_row_without_a_readable_year_puts_all_years_of_the_file_in_doubt(load):
    assert load(YEAR_2027 + "春节,法定节假日,\n").incomplete_years == (2027,)


def test_a_year_without_its_statutory_days_is_not_complete(load):
    assert load("date,kind\n2027-01-01,statutory_holiday\n").incomplete_years == (2027,)


def test_an_exception_is_taken_back_by_a_row_that_says_what_the_weekday_says(load):
    load(YEAR_2027)
    outcome = load("date,kind\n2027-02-20,weekend\n2027-02-05,workday\n2027-10-03,weekend\n2027-01-02,放假调休\n")
    assert (outcome.updated, outcome.unchanged) == (2, 2)
    assert not calendar.current().is_working(date(2027, 2, 20))
    assert calendar.current().is_working(date(2027, 2, 5))
    assert calendar.current().day(date(2027, 10, 3)).kind is DayKind.STATUTORY_HOLIDAY


def test_a_table_that_only_knows_breaks_is_read_too(load):
    outcome = load(
        "date,kind,holiday_zh\n2026-10-05,statutory_holiday_period+in_lieu,国庆节\n"
        "2028-01-01,statutory_holiday_period,元旦\n2028-01-03,statutory_holiday_period+in_lieu,元旦\n"
    )
    assert (outcome.created, outcome.unchanged) == (2, 1)
    assert calendar.current().day(date(2028, 1, 3)).kind is DayKind.HOLIDAY_REST


@pytest.mark.skipif(not ORACLE.exists(), reason="needs ../shared/data/calendar/china_workdays.csv")
def test_the_shared_table_of_8401_days_changes_nothing():
    outcome = import_calendar(ORACLE, now=NOW)
    assert (outcome.read, outcome.unchanged, outcome.rejected) == (8401, 8401, 0)
    assert outcome.incomplete_years == ()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "第 1 行：缺少“日期”列"),
        (b"a,b\n1,2\n", "缺少“日期”列"),
        ("日期,名称\n2027-01-01,元旦\n".encode(), "缺少“类型”列"),
        (b"date,kind\n\n", "文件里没有数据行"),
        (b"\xff\xff\xfe\x00", "文件不是 UTF-8 或者 GBK 编码的文本"),
    ],
)
def test_a_file_that_is_no_table_is_refused_as_a_whole(load, content, message):
    with pytest.raises(InvalidInput, match=message):
        load(content)
    assert not CalendarYear.objects.exists()


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match="打不开文件"):
        import_calendar(tmp_path / "none.csv", now=NOW)


def test_a_cell_larger_than_any_csv_may_hold_is_refused_with_its_line(load):
    with pytest.raises(InvalidInput, match="第 2 行：这一行不是合格的 CSV"):
        load("date,kind\n" + "x" * 200_000 + ",workday\n")


def test_the_report_lists_the_refused_rows(load, tmp_path):
    outcome = load(YEAR_2027 + "2027-11-09,休息,\n")
    text = write_report(outcome, tmp_path / "reports", now=NOW).read_text(encoding="utf-8-sig")
    assert text.splitlines()[0] == "line,field,value,reason"
    assert text.splitlines()[1].startswith("19,类型,休息,应为工作日、周末、")
    assert outcome.faults[0] == Fault(19, "类型", "休息", "应为工作日、周末、法定节假日、放假调休、调休上班之一")


def test_shipped_years_are_written_once_and_never_over_a_bureaus_own(load):
    assert calendar.load_shipped(now=NOW) == 23
    assert CalendarDay.objects.count() == 772
    assert calendar.load_shipped(now=NOW) == 0
    load("date,kind,name\n2026-11-30,放假调休,地方节日\n")
    assert calendar.load_shipped(now=NOW) == 0
    assert not calendar.current().is_working(date(2026, 11, 30))


def test_the_calendar_is_asked_for_once_per_request_and_kept_between_them(django_assert_num_queries):
    calendar._current._end()  # a request of an earlier test may still be open
    calendar.current()
    calendar._current._begin()
    with django_assert_num_queries(1):
        first, second = calendar.current(), calendar.current()
    assert first is second
    calendar._current._end()
    with django_assert_num_queries(2):
        assert calendar.current() is calendar.current()


def test_a_year_loaded_by_another_process_is_seen_by_the_next_use(load):
    before = calendar.current()
    held = calendar._current._held
    load(YEAR_2027)
    calendar._current._held = held  # as in a process that did not import
    assert calendar.current() is not before
    assert calendar.current().is_published(2027)
