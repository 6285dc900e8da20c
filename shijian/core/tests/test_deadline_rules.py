"""Periods and their working: worked examples, a table of cases by article, and what must hold for any dates."""

import csv
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shijian.core.deadlines import _by_key, _row, shipped
from shijian.core.rules.deadline import (
    SHANGHAI,
    NeedsInstant,
    NoFixedAmount,
    NotExtensible,
    compute,
    rolled_over,
)
from shijian.core.rules.kinds import (
    Approver,
    Bearer,
    DayKind,
    Direction,
    Expiry,
    RollOver,
    SpanEnds,
    SpanKind,
    Unit,
)
from shijian.core.rules.limits import Extension, Limit, NotInForce, governing
from shijian.core.rules.period import advanced, corresponding_day, last_day
from shijian.core.rules.spans import Interval, Span, SpanRefused, merged

from .calendars import CALENDAR

DAY = timedelta(days=1)
LIMITS = _by_key(_row(values) for values in shipped())
with (Path(__file__).parent / "deadline_cases.csv").open(encoding="utf-8", newline="") as file:
    CASES = list(csv.DictReader(file))


def d(text: str) -> date:
    return date.fromisoformat(text)


def limit(key: str, on: str = "2026-06-01") -> Limit:
    return governing(LIMITS[key], on=d(on))


def due(key: str, start: str, **options) -> str:
    return compute(limit(key, start), d(start), CALENDAR, **options).due.isoformat()


class TestTheWorkedExamplesOfTheRules:
    """rules.md §1, to the day."""

    def test_payment_of_a_decision_served_on_2026_09_14_ends_on_the_fifteenth_day(self):
        found = compute(limit("payment"), d("2026-09-14"), CALENDAR)
        assert found.due == found.unrolled == found.to_the_letter == d("2026-09-29")

    def test_payment_that_ends_in_the_national_holidays_keeps_all_three_readings(self):
        found = compute(limit("payment"), d("2026-09-16"), CALENDAR)
        assert found.unrolled == d("2026-10-01")
        assert found.to_the_letter == d("2026-10-04")
        assert found.due == found.warn_on == d("2026-10-08")

    def test_after_five_working_days_for_a_statement_the_decision_is_possible_on_monday(self):
        found = compute(limit("statement_period"), d("2026-11-06"), CALENDAR)
        assert found.due == d("2026-11-13")
        assert found.first_day_after == d("2026-11-16")

    def test_ninety_days_that_end_on_a_sunday_warn_on_the_sunday(self):
        found = compute(limit("case_decision"), d("2026-03-02"), CALENDAR)
        assert (found.unrolled, found.due, found.warn_on) == (d("2026-05-31"), d("2026-06-01"), d("2026-05-31"))

    def test_ninety_days_with_twenty_two_days_of_testing(self):
        testing = Span(d("2026-03-20"), d("2026-04-10"), "testing")
        found = compute(limit("case_decision"), d("2026-03-02"), CALENDAR, spans=[testing])
        assert (found.unrolled, found.due, found.days_excluded) == (d("2026-06-22"), d("2026-06-22"), 22)


@pytest.mark.parametrize("case", CASES, ids=[f"{case['article']}-{case['key']}-{case['start']}" for case in CASES])
def test_case(case):
    """Counted off day by day on the published calendar (chinesecalendar), independent of the code under test."""
    found = compute(limit(case["key"], case["start"]), d(case["start"]), CALENDAR)
    assert (found.unrolled, found.due) == (d(case["unrolled"]), d(case["due"])), case["note"]
    assert not found.is_estimated or found.due.year > 2026


class TestMonthsAndYears:
    @pytest.mark.parametrize(
        ("start", "months", "end"),
        [
            ("2026-01-31", 1, "2026-02-28"),
            ("2024-01-31", 1, "2024-02-29"),
            ("2026-01-30", 1, "2026-02-28"),
            ("2026-01-28", 1, "2026-02-28"),
            ("2026-03-31", 1, "2026-04-30"),
            ("2026-02-28", 1, "2026-03-28"),
            ("2026-08-31", 6, "2027-02-28"),
            ("2026-12-15", 1, "2027-01-15"),
            ("2026-11-30", 3, "2027-02-28"),
            ("2024-02-29", 12, "2025-02-28"),
            ("2024-02-29", 48, "2028-02-29"),
            ("2026-03-31", -1, "2026-02-28"),
            ("2026-01-15", -1, "2025-12-15"),
        ],
    )
    def test_end_on_the_corresponding_day_or_the_last_of_the_month_民法典_202(self, start, months, end):
        assert corresponding_day(d(start), months) == d(end)

    def test_hours_are_not_counted_in_days(self):
        with pytest.raises(ValueError, match="counted from an instant"):
            advanced(CALENDAR, d("2026-01-31"), 24, Unit.HOURS)

    def test_the_working_says_that_the_month_has_no_such_day(self):
        found = compute(limit("litigation"), d("2025-08-31"), CALENDAR)
        assert found.due == d("2026-02-28"), "a make-up Saturday, so no roll-over"
        assert any("该月没有相应日，取月末日" in step.text for step in found.steps)
        assert "民法典 202" in found.citations

    def test_periods_that_only_mark_time_do_not_roll_over(self):
        found = compute(limit("repair_general"), d("2026-07-04"), CALENDAR)
        assert found.due == found.unrolled == found.to_the_letter == d("2026-10-04")
        assert not found.is_estimated


class TestHours:
    """PPR 80 skips the hour in which the period starts; where the law is silent 民法典 201 counts from the instant."""

    def at(self, text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)

    def test_approval_within_24_hours_is_due_after_the_hour_but_reminded_exactly(self):
        found = compute(limit("urgent_approval"), self.at("2026-09-30T14:35"), CALENDAR)
        assert found.unrolled_at == self.at("2026-10-01T14:35")
        assert found.due_at == self.at("2026-10-01T15:00")
        assert found.due == d("2026-10-01"), "hours run through holidays"

    def test_an_hour_that_starts_on_the_dot_is_not_counted_either(self):
        found = compute(limit("urgent_approval"), self.at("2026-09-30T14:00"), CALENDAR)
        assert found.due_at == self.at("2026-10-01T15:00")

    def test_an_accident_report_has_one_hour_to_the_minute(self):
        found = compute(limit("equipment_accident_unit"), self.at("2026-11-20T23:40"), CALENDAR)
        assert found.due_at == found.unrolled_at == self.at("2026-11-21T00:40")
        assert found.due == d("2026-11-21")
        assert "民法典 201" in found.citations

    def test_an_instant_in_another_zone_is_read_in_shanghai(self):
        found = compute(limit("crime_transfer"), datetime(2026, 11, 20, 16, 30, tzinfo=UTC), CALENDAR)
        assert found.as_json()["due"] == "2026-11-22T00:30:00+08:00"

    def test_the_day_of_an_instant_is_the_day_in_shanghai(self):
        found = compute(limit("cash_to_bureau"), datetime(2026, 11, 19, 16, 1, tzinfo=UTC), CALENDAR)
        assert found.start == d("2026-11-20")
        assert found.due == d("2026-11-24")

    def test_a_day_is_not_enough(self):
        with pytest.raises(NeedsInstant, match="请写明起算的时刻，例如 2026-11-20T14:30"):
            compute(limit("urgent_approval"), d("2026-11-20"), CALENDAR)

    def test_an_instant_without_a_zone_is_a_mistake(self):
        with pytest.raises(ValueError, match="aware"):
            compute(limit("urgent_approval"), datetime(2026, 11, 20, 14, 30), CALENDAR)

    def test_minutes_are_exact(self):
        response = Limit("response", "派遣响应", 30, Unit.MINUTES)
        found = compute(response, self.at("2026-11-20T23:40"), CALENDAR)
        assert found.due_at == self.at("2026-11-21T00:10")


class TestBackwards:
    def test_seven_working_days_before_the_hearing_the_hearing_day_is_not_counted(self):
        assert due("hearing_notice", "2026-07-15") == "2026-07-06"

    def test_calendar_days_before_move_to_an_earlier_working_day_never_later(self):
        notice = Limit("x", "提前通知", 3, Unit.CALENDAR_DAYS, direction=Direction.BEFORE)
        found = compute(notice, d("2026-10-09"), CALENDAR)
        assert (found.unrolled, found.due) == (d("2026-10-06"), d("2026-09-30"))
        assert any("提前至 2026-09-30" in step.text for step in found.steps)
        unmoved = compute(replace(notice, roll_over=RollOver.NONE), d("2026-10-09"), CALENDAR)
        assert unmoved.due == d("2026-10-06")

    def test_the_sentence_says_latest(self):
        found = compute(limit("hearing_notice"), d("2026-07-15"), CALENDAR)
        assert found.steps[-1].text == "结果：最迟 2026-07-06（星期一）。来不及通知的，应当改期。"
        assert found.steps[1].text.endswith("当日不计入，自 2026-07-14（星期二）起倒推。")
        assert "往前第 7 个工作日" in found.steps[2].text


class TestExcludedSpans:
    def test_overlapping_spans_are_deducted_once(self):
        spans = [
            Span(d("2026-03-20"), d("2026-04-10"), "testing"),
            Span(d("2026-04-01"), d("2026-04-15"), "hearing"),
        ]
        found = compute(limit("case_decision"), d("2026-03-02"), CALENDAR, spans=spans)
        assert found.days_excluded == 27
        assert found.excluded == (Interval(d("2026-03-20"), d("2026-04-15"), ("testing", "hearing"), 2),)
        assert any("相连、重叠的时间合并，只扣除一次" in step.text for step in found.steps)

    @pytest.mark.parametrize(
        ("ends", "days", "unrolled"),
        [(SpanEnds.BOTH, 22, "2026-06-22"), (SpanEnds.LAST, 21, "2026-06-21"), (SpanEnds.NEITHER, 20, "2026-06-20")],
    )
    def test_which_end_days_are_deducted_is_a_setting_of_the_row(self, ends, days, unrolled):
        rule = replace(limit("case_decision"), span_ends=ends)
        span = Span(d("2026-03-20"), d("2026-04-10"), "testing")
        found = compute(rule, d("2026-03-02"), CALENDAR, spans=[span])
        assert (found.days_excluded, found.unrolled) == (days, d(unrolled))

    def test_working_days_deduct_working_days_only(self):
        span = Span(d("2026-09-28"), d("2026-10-08"), "testing")
        found = compute(limit("clue_verification"), d("2026-09-18"), CALENDAR, spans=[span])
        assert found.days_excluded == 4
        assert found.due == d("2026-10-21")

    def test_only_the_part_inside_the_period_counts(self):
        before = Span(d("2026-02-01"), d("2026-03-05"), "testing")
        found = compute(limit("case_decision"), d("2026-03-02"), CALENDAR, spans=[before])
        assert (found.days_excluded, found.unrolled) == (3, d("2026-06-03"))

    def test_a_span_after_the_last_day_has_no_effect(self):
        after = Span(d("2026-06-01"), d("2026-06-10"), "testing")
        assert due("case_decision", "2026-03-02", spans=[after]) == "2026-06-01"

    def test_a_span_on_the_last_day_moves_it(self):
        on_it = Span(d("2026-05-31"), d("2026-05-31"), "testing")
        found = compute(limit("case_decision"), d("2026-03-02"), CALENDAR, spans=[on_it])
        assert found.unrolled == d("2026-06-01")

    def test_a_span_that_pulls_a_later_one_into_the_period(self):
        spans = [
            Span(d("2026-05-20"), d("2026-05-29"), "testing"),
            Span(d("2026-06-05"), d("2026-06-06"), "suspension"),
        ]
        found = compute(limit("case_decision"), d("2026-03-02"), CALENDAR, spans=spans)
        assert (found.days_excluded, found.unrolled) == (12, d("2026-06-12"))

    def test_a_kind_the_article_does_not_name_is_refused_with_those_it_does(self):
        span = Span(d("2026-03-20"), d("2026-04-10"), "hearing")
        with pytest.raises(SpanRefused, match="不扣除听证的时间。可以扣除的有：检测检验检疫鉴定（testing）") as refusal:
            compute(limit("clue_verification"), d("2026-03-02"), CALENDAR, spans=[span])
        assert refusal.value.article == "程序规定 18"

    def test_a_limit_without_deductions_says_so(self):
        span = Span(d("2026-03-20"), d("2026-04-10"), "停电")
        with pytest.raises(SpanRefused, match="不扣除停电的时间。这一期限没有可以扣除的时段"):
            compute(limit("review"), d("2026-03-02"), CALENDAR, spans=[span])

    def test_an_end_before_the_beginning_is_refused(self):
        with pytest.raises(SpanRefused, match="截止日早于起始日"):
            merged([Span(d("2026-04-10"), d("2026-03-20"), "testing")])

    def test_a_one_day_span_without_its_ends_is_nothing(self):
        assert merged([Span(d("2026-04-10"), d("2026-04-10"), "testing")], SpanEnds.LAST) == ()

    def test_spans_that_follow_each_other_lose_their_ends_only_once(self):
        spans = [Span(d("2026-04-01"), d("2026-04-05"), "testing"), Span(d("2026-04-06"), d("2026-04-09"), "testing")]
        assert merged(spans, SpanEnds.NEITHER) == (Interval(d("2026-04-02"), d("2026-04-08"), ("testing",), 2),)

    def test_a_span_has_a_chinese_name(self):
        assert Span(d("2026-04-01"), d("2026-04-05"), "testing").label == "检测检验检疫鉴定"


class TestExtensions:
    def test_thirty_days_more_run_on_from_the_unrolled_day(self):
        more = Extension(30, Unit.CALENDAR_DAYS, Approver.BUREAU_LEADER, "延期审批表〔2026〕12号")
        found = compute(limit("case_decision"), d("2026-03-02"), CALENDAR, extensions=[more])
        assert found.due == d("2026-06-30")
        assert any("经局负责人批准，延长 30 日（延期审批表〔2026〕12号）" in step.text for step in found.steps)

    def test_spans_inside_the_extension_are_deducted_there(self):
        more = Extension(15, Unit.WORKING_DAYS, Approver.BUREAU_LEADER)
        span = Span(d("2026-10-09"), d("2026-10-20"), "testing")
        found = compute(limit("clue_verification"), d("2026-08-31"), CALENDAR, spans=[span], extensions=[more])
        plain = compute(limit("clue_verification"), d("2026-08-31"), CALENDAR, extensions=[more])
        assert plain.due == d("2026-10-16")
        assert found.days_excluded == 9
        assert found.due == d("2026-10-29")

    def test_a_second_one_needs_collective_discussion(self):
        first = Extension(30, Unit.CALENDAR_DAYS, Approver.BUREAU_LEADER)
        with pytest.raises(NotExtensible, match="只能延长一次"):
            compute(limit("case_decision"), d("2026-03-02"), CALENDAR, extensions=[first, first])
        second = Extension(45, Unit.CALENDAR_DAYS, Approver.COLLECTIVE)
        assert due("case_decision", "2026-03-02", extensions=[first, second]) == "2026-08-14"

    def test_seizure_is_never_extended_twice(self):
        first = Extension(30, Unit.CALENDAR_DAYS, Approver.BUREAU_LEADER)
        second = Extension(10, Unit.CALENDAR_DAYS, Approver.COLLECTIVE)
        with pytest.raises(NotExtensible, match="只能延长一次"):
            compute(limit("seizure"), d("2026-03-02"), CALENDAR, extensions=[first, second])

    @pytest.mark.parametrize(
        "extension", [Extension(31, Unit.CALENDAR_DAYS), Extension(30, Unit.WORKING_DAYS)], ids=["one day more", "unit"]
    )
    def test_longer_than_the_article_allows_is_refused(self, extension):
        with pytest.raises(NotExtensible, match="最多延长 30 日"):
            compute(limit("seizure"), d("2026-03-02"), CALENDAR, extensions=[extension])

    def test_a_limit_that_knows_no_extension_refuses_one(self):
        with pytest.raises(NotExtensible, match="没有延长的规定"):
            compute(limit("complaint_accept"), d("2026-06-01"), CALENDAR, extensions=[Extension(1, Unit.WORKING_DAYS)])

    def test_where_the_article_fixes_no_number_the_approval_does(self):
        more = Extension(5, Unit.WORKING_DAYS, Approver.BUREAU_LEADER)
        assert due("review", "2026-11-02", extensions=[more]) == "2026-11-23"
        assert due("case_decision_second", "2026-06-30", amount=20) == "2026-07-20"
        with pytest.raises(NoFixedAmount, match="请填写批准的天数"):
            compute(limit("case_decision_second"), d("2026-06-30"), CALENDAR)


class TestVersions:
    def test_the_rule_in_force_on_the_start_day_governs_on_both_sides_of_the_change(self):
        old = compute(limit("mediation", "2026-04-14"), d("2026-04-14"), CALENDAR)
        new = compute(limit("mediation", "2026-04-15"), d("2026-04-15"), CALENDAR)
        assert old.limit.length == "45 个工作日"
        assert new.limit.length == "60 日"
        assert (old.due, new.unrolled, new.due) == (d("2026-06-18"), d("2026-06-14"), d("2026-06-15"))

    def test_public_notice_changed_on_2022_11_01(self):
        assert limit("public_notice_service", "2022-10-31").amount == 60
        assert limit("public_notice_service", "2022-11-01").amount == 30

    def test_an_abolished_limit_is_refused_with_its_dates(self):
        with pytest.raises(NotInForce, match="2020-01-01 至 2026-04-14（投诉举报处理暂行办法 31）"):
            limit("report_filing_notice", "2026-04-15")

    def test_both_end_days_of_a_version_are_in_force(self):
        rule = Limit("x", "x", 1, Unit.WORKING_DAYS, valid_from=d("2026-01-02"), valid_until=d("2026-01-04"))
        assert [rule.in_force(d(f"2026-01-0{day}")) for day in range(1, 6)] == [False, True, True, True, False]


class TestRollOver:
    @pytest.mark.parametrize(
        ("last", "working", "statutory"),
        [
            ("2026-09-30", "2026-09-30", "2026-09-30"),
            ("2026-10-01", "2026-10-08", "2026-10-04"),
            ("2026-10-03", "2026-10-08", "2026-10-04"),
            ("2026-10-04", "2026-10-08", "2026-10-04"),
            ("2026-10-07", "2026-10-08", "2026-10-07"),
            ("2026-10-08", "2026-10-08", "2026-10-08"),
            ("2026-10-10", "2026-10-10", "2026-10-10"),
            ("2026-10-11", "2026-10-12", "2026-10-11"),
            ("2026-01-01", "2026-01-04", "2026-01-02"),
            ("2026-04-04", "2026-04-07", "2026-04-04"),
            ("2026-04-05", "2026-04-07", "2026-04-06"),
        ],
    )
    def test_by_setting_and_to_the_letter_程序规定_80(self, last, working, statutory):
        assert rolled_over(d(last), RollOver.WORKING, CALENDAR) == d(working)
        assert rolled_over(d(last), RollOver.STATUTORY, CALENDAR) == d(statutory)
        assert rolled_over(d(last), RollOver.NONE, CALENDAR) == d(last)

    def test_a_bureau_that_reads_to_the_letter_sets_its_rows_so(self):
        rule = replace(limit("payment"), roll_over=RollOver.STATUTORY)
        found = compute(rule, d("2026-09-16"), CALENDAR)
        assert found.due == found.to_the_letter == d("2026-10-04")
        assert found.steps[3].text == (
            "顺延：2026-10-01（星期四）是法定节假日（国庆节），顺延至 2026-10-04（星期日）。"
        )

    def test_the_working_gives_the_other_reading(self):
        texts = [step.text for step in compute(limit("payment"), d("2026-09-16"), CALENDAR).steps]
        assert any("只按字面为 2026-10-04（星期日）" in text for text in texts)
        texts = [step.text for step in compute(limit("case_decision"), d("2026-03-02"), CALENDAR).steps]
        assert any("没有统一规定" in text and "提醒按 2026-05-31，2026-06-01 为最后期限" in text for text in texts)


class TestTheWorking:
    def test_it_names_the_article_of_the_number_and_the_article_of_the_counting(self):
        found = compute(limit("clue_verification"), d("2026-09-18"), CALENDAR)
        assert found.citations == ("程序规定 18", "程序规定 80")
        assert found.steps[0].text == (
            "依据：《市场监督管理行政处罚程序规定》第十八条，线索核查为 15 个工作日；适用 2019-04-01 起有效的规定。"
        )
        assert found.steps[1].text == (
            "起算：2026-09-18（星期五）发现线索或者收到材料，当日不计入，自 2026-09-19（星期六）起计算。"
        )

    def test_it_lists_holidays_make_up_days_and_weekends_on_the_way(self):
        counted = compute(limit("clue_verification"), d("2026-09-18"), CALENDAR).steps[2].text
        assert counted == (
            "计算：第 15 个工作日为 2026-10-15（星期四）。其间中秋节放假 2026-09-25 至 2026-09-27 不计，"
            "国庆节放假 2026-10-01 至 2026-10-07 不计，2026-09-20（星期日）调休上班计入，"
            "2026-10-10（星期六）调休上班计入，周末 2 天不计。"
        )

    def test_a_break_of_one_day_is_named_by_its_day(self):
        counted = compute(limit("cash_to_bureau"), d("2026-12-31"), CALENDAR).steps[2].text
        assert counted.endswith("其间元旦放假 2027-01-01 不计，周末 2 天不计。")

    def test_a_quiet_week_has_nothing_on_the_way(self):
        assert compute(limit("cash_to_bureau"), d("2026-11-09"), CALENDAR).steps[2].text == (
            "计算：第 2 个工作日为 2026-11-11（星期三）。"
        )

    @pytest.mark.parametrize(
        ("key", "article"),
        [
            ("evidence_preservation", "行政处罚法 85"),
            ("urging", "行政强制法 69"),
            ("complaint_accept", "投诉举报处理办法 45"),
            ("reconsideration", "行政复议法 88"),
            ("litigation", "行诉解释 48"),
            ("product_objection", "产品质量监督抽查办法 55"),
            ("hearing_host", "程序规定 80"),
            ("food_result", "民法典 201"),
        ],
    )
    def test_every_law_is_counted_by_its_own_article(self, key, article):
        assert article in compute(limit(key), d("2026-10-02"), CALENDAR).citations

    def test_a_limit_says_its_extension_and_its_deductions_in_words(self):
        assert limit("seizure").extension == "经局负责人批准可以延长 30 日"
        assert limit("review").extension == "经局负责人批准可以延长"
        assert limit("payment").extension == ""
        assert limit("clue_verification").excluded == ("检测检验检疫鉴定", "权利人辨认鉴别")

    def test_a_doubt_about_the_text_is_shown(self):
        found = compute(limit("crime_head_decision"), d("2026-11-09"), CALENDAR)
        assert "条文未写明是否工作日" in found.steps[0].text

    def test_a_limit_of_the_bureau_itself_has_no_article(self):
        found = compute(Limit("x", "到场处置", 2, Unit.WORKING_DAYS), d("2026-11-09"), CALENDAR)
        assert found.steps[0].text == "期限：到场处置为 2 个工作日。"

    def test_steps_say_from_and_to(self):
        step = compute(limit("payment"), d("2026-09-16"), CALENDAR).as_json()["steps"][3]
        assert (step["from"], step["to"], step["citation"]) == ("2026-10-01", "2026-10-08", "程序规定 80")

    def test_every_limit_of_the_table_can_be_explained(self):
        for versions in LIMITS.values():
            for rule in versions:
                start = max(rule.valid_from, d("2015-03-02"))
                at = datetime(start.year, start.month, start.day, 9, tzinfo=SHANGHAI)
                found = compute(rule, at, CALENDAR, amount=20)
                assert len(found.steps) >= 3
                assert found.citations
                assert found.as_json()["due"]

    def test_every_code_in_the_table_has_words(self):
        for versions in LIMITS.values():
            for rule in versions:
                assert Expiry(rule.on_expiry).label
                assert [SpanKind(kind).label for kind in rule.excluded_spans] or not rule.excluded_spans
                assert not rule.extend_approver or Approver(rule.extend_approver).label


class TestTheEstimateWarning:
    def test_working_days_into_a_year_without_a_table_carry_a_warning(self):
        found = compute(limit("clue_verification"), d("2026-12-18"), CALENDAR)
        assert found.due == d("2027-01-11")
        assert found.is_estimated
        assert found.as_json()["estimated"] is True
        assert found.warning.startswith("2027 年的放假安排尚未公布")
        assert any(step.text.startswith("注意：2027 年") for step in found.steps)

    def test_the_last_day_of_the_last_year_carries_none(self):
        assert not compute(limit("cash_to_bureau"), d("2026-12-29"), CALENDAR).is_estimated

    def test_a_calendar_day_period_is_estimated_when_its_last_day_is(self):
        assert compute(limit("case_decision"), d("2026-11-02"), CALENDAR).is_estimated
        assert not compute(limit("case_decision"), d("2026-10-02"), CALENDAR).is_estimated

    def test_a_period_without_roll_over_needs_no_calendar(self):
        assert not compute(limit("limitation"), d("2026-10-02"), CALENDAR).is_estimated

    def test_backwards_from_an_estimated_year(self):
        assert compute(limit("hearing_notice"), d("2027-01-05"), CALENDAR).is_estimated


starts = st.dates(date(2005, 1, 1), date(2026, 12, 31))
day_units = st.sampled_from([Unit.WORKING_DAYS, Unit.CALENDAR_DAYS, Unit.MONTHS, Unit.YEARS])
amounts = st.integers(1, 24)
spans = st.lists(
    st.builds(
        lambda first, length: Span(first, first + length * DAY, "testing"),
        st.dates(date(2005, 1, 1), date(2027, 12, 31)),
        st.integers(0, 60),
    ),
    max_size=5,
)


def made(amount: int, unit: Unit, **options) -> Limit:
    return Limit("x", "x", amount, unit, excluded_spans=("testing",), **options)


@st.composite
def near(draw):
    """A start with spans that touch its period."""
    start = draw(starts)
    offsets = draw(st.lists(st.tuples(st.integers(-10, 60), st.integers(0, 40)), max_size=5))
    return start, [Span(start + a * DAY, start + (a + b) * DAY, "testing") for a, b in offsets]


class TestForAnyDates:
    @given(near(), amounts, day_units)
    def test_a_deadline_is_never_on_or_before_its_start_nor_before_its_unrolled_day(self, case, amount, unit):
        start, excluded = case
        found = compute(made(amount, unit), start, CALENDAR, spans=excluded)
        assert start < found.unrolled <= found.to_the_letter <= found.due < found.first_day_after

    @given(near(), amounts, st.sampled_from([Unit.WORKING_DAYS, Unit.CALENDAR_DAYS]))
    def test_a_longer_period_never_ends_earlier(self, case, amount, unit):
        start, excluded = case
        shorter = compute(made(amount, unit), start, CALENDAR, spans=excluded)
        longer = compute(made(amount + 1, unit), start, CALENDAR, spans=excluded)
        assert shorter.unrolled < longer.unrolled
        assert shorter.due <= longer.due

    @given(near(), amounts, day_units)
    def test_a_later_start_never_ends_earlier_without_spans(self, case, amount, unit):
        start, _ = case
        first = compute(made(amount, unit), start, CALENDAR)
        second = compute(made(amount, unit), start + DAY, CALENDAR)
        assert first.due <= second.due

    @given(near(), amounts, day_units)
    def test_spans_never_shorten(self, case, amount, unit):
        start, excluded = case
        plain = compute(made(amount, unit), start, CALENDAR)
        with_spans = compute(made(amount, unit), start, CALENDAR, spans=excluded)
        assert with_spans.unrolled >= plain.unrolled
        assert with_spans.due >= plain.due

    @given(near(), amounts, day_units)
    def test_spans_in_any_order_or_given_twice_are_the_same(self, case, amount, unit):
        start, excluded = case
        one = compute(made(amount, unit), start, CALENDAR, spans=excluded)
        other = compute(made(amount, unit), start, CALENDAR, spans=[*reversed(excluded), *excluded])
        assert (one.due, one.days_excluded) == (other.due, other.days_excluded)

    @given(near(), amounts, st.sampled_from([Unit.WORKING_DAYS, Unit.CALENDAR_DAYS]), st.sampled_from(SpanEnds))
    def test_the_last_day_is_the_nth_day_that_counts(self, case, amount, unit, ends):
        """Counting on fingers: days after the start, outside every interval, working ones if the unit says so."""
        start, excluded = case
        intervals = merged(excluded, ends)
        last, _ = last_day(CALENDAR, start, amount, unit, intervals)
        on, left = start, amount
        while left:
            on += DAY
            counts = unit is Unit.CALENDAR_DAYS or CALENDAR.is_working(on)
            left -= counts and not any(each.first <= on <= each.last for each in intervals)
        assert last == on

    @given(spans)
    def test_merging_is_the_union_of_days(self, given_spans):
        union = {each.first + n * DAY for each in given_spans for n in range((each.last - each.first).days + 1)}
        intervals = merged(given_spans)
        assert {each.first + n * DAY for each in intervals for n in range(each.days)} == union
        assert sum(each.days for each in intervals) == len(union)
        assert all(a.last + DAY < b.first for a, b in pairwise(intervals))
        assert sum(each.merged_from for each in intervals) == len(given_spans)

    @given(spans, st.sampled_from(SpanEnds))
    def test_merging_what_is_merged_changes_nothing(self, given_spans, ends):
        once = merged(given_spans, ends)
        again = merged([Span(each.first, each.last, "testing") for each in once])
        assert [(each.first, each.last) for each in once] == [(each.first, each.last) for each in again]

    @given(starts, amounts)
    def test_working_days_before_mirror_working_days_after(self, start, amount):
        working = CALENDAR.next_working(start)
        after = compute(made(amount, Unit.WORKING_DAYS), working, CALENDAR)
        before = compute(made(amount, Unit.WORKING_DAYS, direction=Direction.BEFORE), after.due, CALENDAR)
        assert before.due == working

    @given(near(), amounts, day_units, st.sampled_from(Bearer))
    def test_the_due_day_is_a_working_day_and_a_reminder_is_never_after_it(self, case, amount, unit, bears):
        start, excluded = case
        found = compute(made(amount, unit, bears=bears), start, CALENDAR, spans=excluded)
        assert CALENDAR.is_working(found.due)
        assert found.warn_on <= found.due
        assert CALENDAR.is_working(found.first_day_after)

    @given(near(), amounts, st.integers(1, 20), st.sampled_from([Unit.WORKING_DAYS, Unit.CALENDAR_DAYS]))
    def test_an_extension_in_the_same_unit_is_a_longer_period(self, case, amount, more, unit):
        start, excluded = case
        rule = made(amount, unit, extend_approver="bureau_leader")
        extended = compute(rule, start, CALENDAR, spans=excluded, extensions=[Extension(more, unit)])
        longer = compute(made(amount + more, unit), start, CALENDAR, spans=excluded)
        assert extended.due == longer.due

    @given(near(), amounts, day_units)
    def test_the_working_always_names_its_articles_and_its_result(self, case, amount, unit):
        start, excluded = case
        found = compute(made(amount, unit, citation="程序规定 18"), start, CALENDAR, spans=excluded)
        assert found.citations[:2] == ("程序规定 18", "程序规定 80")
        assert f"{found.due}" in found.steps[-1].text
        deducted = [step for step in found.steps if step.text.startswith("扣除")]
        assert len(deducted) == len(found.excluded)


def test_day_kinds_know_what_works():
    assert [kind for kind in DayKind if kind.is_working] == [DayKind.WORKDAY, DayKind.MAKEUP_WORKDAY]


def test_a_working_as_json_has_every_date_and_every_step():
    testing = Span(d("2026-03-20"), d("2026-04-10"), "testing")
    found = compute(limit("case_decision"), d("2026-03-02"), CALENDAR, spans=[testing]).as_json()
    steps = found.pop("steps")
    assert all(set(step) <= {"text", "citation", "from", "to"} and step["text"] for step in steps)
    assert found == {
        "rule": "case_decision",
        "rule_id": "CASE-02",
        "name": "办案期限",
        "version": {"valid_from": "2021-07-15", "valid_until": None, "verified": "已核对原文"},
        "from": "2026-03-02",
        "due": "2026-06-22",
        "unrolled": "2026-06-22",
        "to_the_letter": "2026-06-22",
        "warn_on": "2026-06-22",
        "first_day_after": "2026-06-23",
        "days_excluded": 22,
        "excluded": [{"from": "2026-03-20", "to": "2026-04-10", "kinds": ["testing"]}],
        "estimated": False,
        "warning": "",
        "citations": found["citations"],
    }
    assert found["citations"]
    old = compute(limit("mediation", "2026-03-02"), d("2026-03-02"), CALENDAR).as_json()
    assert old["version"]["valid_until"] == "2026-04-14"
