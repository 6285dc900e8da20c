"""The table of time limits: loading, versions that may not overlap, and finding one by what people call it."""

import csv
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from shijian.core import calendar, deadlines
from shijian.core.models import TimeLimit
from shijian.core.rules.kinds import DayKind, Unit
from shijian.core.rules.limits import Extension, Limit
from shijian.core.rules.working_days import Day, YearTable

SEED = Path(__file__).resolve().parents[4] / "shared" / "data" / "deadlines.csv"
NOW = datetime(2026, 11, 16, 1, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded():
    deadlines.load_time_limits()


def test_loading_again_changes_nothing(loaded):
    assert deadlines.load_time_limits() == {"created": 0, "updated": 0, "unchanged": 81}
    assert TimeLimit.objects.count() == 81


def test_a_row_that_differs_is_brought_back_and_a_bureaus_own_stays(loaded):
    TimeLimit.objects.filter(key="review").update(amount=11)
    TimeLimit.objects.create(
        key="local", rule_id="GRD-13", name="到场", amount=2, unit="h", valid_from=date(2026, 1, 1), on_expiry="overdue"
    )
    assert deadlines.versions("review")[0].amount == 11
    assert deadlines.load_time_limits() == {"created": 0, "updated": 1, "unchanged": 80}
    assert deadlines.versions("review")[0].amount == 10
    assert deadlines.find_key("GRD-13") == "local"


def test_two_versions_on_one_day_are_refused_by_the_database(loaded):
    row = TimeLimit.objects.get(key="mediation", valid_until=None)
    row.pk, row.valid_from = None, date(2026, 5, 1)
    with pytest.raises(IntegrityError, match="one_time_limit_per_day"), transaction.atomic():
        row.save()


def test_dates_out_of_order_and_a_number_without_unit_are_refused(loaded):
    for wrong in ({"valid_until": date(1999, 1, 1)}, {"unit": ""}, {"amount": None}, {"amount": 0}):
        with pytest.raises(IntegrityError, match="time_limit_"), transaction.atomic():
            TimeLimit.objects.filter(key="review").update(**wrong)


def test_before_anything_is_loaded_the_shipped_table_speaks():
    assert not TimeLimit.objects.exists()
    assert deadlines.compute("clue_verification", date(2026, 9, 18)).due == date(2026, 10, 15)


def test_loaded_rows_give_the_same_limits_as_the_shipped_table(loaded):
    assert deadlines.limits() == deadlines._by_key(deadlines._row(values) for values in deadlines.shipped())


@pytest.mark.skipif(not SEED.exists(), reason="needs ../shared/data/deadlines.csv")
def test_the_shipped_table_says_what_the_seed_says():
    with SEED.open(encoding="utf-8-sig", newline="") as file:
        seed = list(csv.DictReader(file))
    ours = {(row["key"], row["valid_from"]): row for row in deadlines.shipped()}
    beyond = {key for key, _ in ours} - {row["key"].removesuffix("_old") for row in seed}
    assert beyond == {
        "archive_transfer_county",
        "archive_transfer_city",
    }  # of ARC-06, which the seed leaves to the text
    assert len(seed) == len(ours) - len(beyond)
    same = ["rule_id", "name_en", "starts_on", "amount", "unit", "direction", "extend_amount", "extend_unit"]
    same += ["extend_approver", "excluded_spans", "on_expiry", "valid_until"]
    for row in seed:
        mine = ours[row["key"].removesuffix("_old"), row["valid_from"]]
        assert [mine[name] for name in same] == [row[name] for name in same]
        assert mine["citation"] == row["citation"] or row["key"] == "public_notice_service_old"


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("clue_verification", "clue_verification"),
        ("CASE-01", "clue_verification"),
        ("case-01", "clue_verification"),
        ("CASE-02", "case_decision"),
        ("CMP-05", "complaint_accept"),
        ("线索核查", "clue_verification"),
        ("complaint_accept_old", "complaint_accept"),
    ],
)
def test_a_limit_is_found_by_key_rule_or_name(said, key):
    assert deadlines.find_key(said) == key


def test_a_rule_with_several_limits_lists_them():
    with pytest.raises(deadlines.UnknownRule, match="cash_to_bureau（当场收缴罚款上交）、cash_to_bank"):
        deadlines.find_key("PAY-03")


def test_an_unknown_rule_is_refused():
    with pytest.raises(deadlines.UnknownRule, match="没有代码或者规则编号为“XYZ”的期限"):
        deadlines.find_key("XYZ")
    with pytest.raises(deadlines.UnknownRule, match="没有代码为“XYZ”的期限"):
        deadlines.versions("XYZ")


def test_the_version_may_be_asked_for_by_another_day():
    assert deadlines.compute("mediation", date(2026, 4, 10)).limit.amount == 45
    assert deadlines.compute("mediation", date(2026, 4, 10), on=date(2026, 4, 20)).limit.amount == 60


def test_the_clock_of_a_deadline():
    found = deadlines.compute("clue_verification", date(2026, 11, 2))
    assert deadlines.clock_of(found, now=NOW).text == "还剩 5 个工作日"
    at = datetime(2026, 11, 15, 18, tzinfo=UTC)
    assert deadlines.clock_of(deadlines.compute("crime_transfer", at), now=NOW).text == "还剩 17 小时"


def test_every_column_of_the_table_reaches_the_rules():
    columns = {field.name for field in TimeLimit._meta.fields} - {"id", "name_en"}
    assert columns == {field.name for field in fields(Limit)}


def test_the_calendar_of_a_loaded_year_moves_a_deadline(tmp_path):
    assert deadlines.compute("statement_period", date(2026, 11, 6)).due == date(2026, 11, 13)
    year = calendar.tables()[2026]
    rest = Day(date(2026, 11, 10), DayKind.HOLIDAY_REST, "地方放假")
    calendar.store(YearTable(2026, (*year.days, rest), year.notice), now=NOW)
    assert deadlines.compute("statement_period", date(2026, 11, 6)).due == date(2026, 11, 16)


def test_an_extension_has_the_unit_and_the_approver_of_its_article(loaded):
    on = date(2026, 6, 1)
    assert deadlines.extension("case_decision", 30, on=on, document="延期审批表") == Extension(
        30, Unit.CALENDAR_DAYS, "bureau_leader", "延期审批表"
    )
    assert deadlines.extension("review", 5, on=on) == Extension(5, Unit.WORKING_DAYS, "bureau_leader")
    assert deadlines.extension("case_decision_second", 20, on=on).unit is Unit.CALENDAR_DAYS


def test_a_span_is_named_by_its_code_or_its_words():
    assert [deadlines.span_kind(text) for text in ("听证", "hearing", "午休")] == ["hearing", "hearing", "午休"]


def test_a_time_limit_is_found_by_any_of_its_names(loaded):
    words = deadlines.search_text(deadlines.versions("hearing_report")[0])
    assert words == "听证报告 hearing_report hrg-10 听证结束 听证办法 29 《市场监督管理行政处罚听证办法》第二十九条"
