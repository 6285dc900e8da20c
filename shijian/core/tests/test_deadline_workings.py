"""时限推演 word for word: what an officer prints and a court reads, every step with its article. No database.

`deadline_workings.json` was read through once against the articles; a change of any word shows here. To write it anew after a
change that is meant: `WRITE_WORKINGS=1 pytest shijian/core/tests/test_deadline_workings.py`, then read the difference.
"""

import json
import os
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from shijian.core.rules import clock, limits
from shijian.core.rules.citations import articles, in_words, unit_article
from shijian.core.rules.deadline import SHANGHAI, NeedsInstant, NoFixedAmount, NotExtensible, compute
from shijian.core.rules.explanation import outcome
from shijian.core.rules.kinds import Approver, Bearer, Direction, RollOver, Unit
from shijian.core.rules.limits import Extension, Limit, NotInForce, governing
from shijian.core.rules.spans import Span, SpanRefused

from .calendars import CALENDAR
from .test_deadline_golden import GOLDEN, LIMITS, worked

FILE = Path(__file__).parent / "deadline_workings.json"
TEN = Limit(
    "ten", "十日的事", 10, Unit.WORKING_DAYS, "程序规定 55", starts_on_name="收到材料", valid_from=date(2026, 1, 1),
    valid_until=date(2026, 12, 31), verified="待核对", extend_amount=5, extend_unit=Unit.WORKING_DAYS,
    extend_approver="bureau_leader", excluded_spans=("testing", "hearing"), rule_id="TEN-01",
)  # fmt: skip
NOON = datetime(2026, 11, 20, 12, 30, tzinfo=SHANGHAI)
BUREAU_SUNDAY = replace(TEN, unit=Unit.CALENDAR_DAYS, bears=Bearer.BUREAU)


def shape(case):
    """What kinds of step a working has; one case of each shape is kept."""
    found = worked(case)
    marks = ("只按字面", "没有统一规定", "该月没有", "只扣除一次", "放假", "调休上班计入", "可以设置", "起有效")
    told = " ".join(step.text for step in found.steps)
    return (
        found.limit.unit, found.limit.direction, found.limit.bears, found.limit.roll_over, found.limit.span_ends,
        tuple(step.text.partition("：")[0] for step in found.steps), tuple(mark in told for mark in marks),
    )  # fmt: skip


def workings():
    """A working of every shape among the cases by hand, and of what no statute of today asks for."""
    made = {}
    for case in {shape(case): case for case in reversed(GOLDEN)}.values():
        made[" ".join(filter(None, (case["key"], case["start"], case["spans"], case["extend"])))] = worked(case)
    day = date(2026, 9, 14)
    fixed = Extension(5, Unit.WORKING_DAYS, "bureau_leader", "审批表 3 号")
    bare = replace(
        TEN, citation="", name="自定的事", roll_over=RollOver.NONE, unit=Unit.CALENDAR_DAYS, valid_until=None
    )
    made |= {
        "extended with paper": compute(TEN, day, CALENDAR, extensions=[fixed]),
        "extended by nobody named": compute(TEN, day, CALENDAR, extensions=[Extension(2, Unit.WORKING_DAYS)]),
        "over the edge of the published years": compute(TEN, date(2026, 12, 25), CALENDAR),
        "started by an instant": compute(TEN, datetime(2026, 9, 13, 23, 30, tzinfo=SHANGHAI), CALENDAR),
        "without an article": compute(bare, day, CALENDAR),
        "reminded on the Sunday": compute(BUREAU_SUNDAY, date(2026, 11, 12), CALENDAR),
        "backwards onto a holiday": compute(replace(BUREAU_SUNDAY, direction=Direction.BEFORE), date(2026, 10, 14), CALENDAR),
        "backwards from the unpublished": compute(replace(TEN, direction=Direction.BEFORE), date(2027, 1, 8), CALENDAR),
        "backwards and left there": compute(replace(bare, direction=Direction.BEFORE), date(2026, 10, 14), CALENDAR),
        "by the letter only": compute(
            replace(BUREAU_SUNDAY, roll_over=RollOver.STATUTORY, bears=Bearer.PARTY), date(2026, 9, 21), CALENDAR
        ),
        "hours from the next hour": compute(replace(TEN, unit=Unit.HOURS), NOON, CALENDAR),
        "hours from the next hour to the second": compute(
            replace(TEN, unit=Unit.HOURS), NOON.replace(second=59, microsecond=5), CALENDAR
        ),
        "hours from the instant": compute(replace(TEN, unit=Unit.HOURS, citation="移送规定 5"), NOON, CALENDAR),
        "minutes": compute(replace(TEN, unit=Unit.MINUTES), NOON, CALENDAR),
        "two months": compute(replace(TEN, amount=2, unit=Unit.MONTHS), date(2026, 7, 31), CALENDAR),
        "a year": compute(replace(TEN, amount=1, unit=Unit.YEARS), date(2024, 2, 29), CALENDAR),
        "an amount that was decided": compute(replace(TEN, amount=None), day, CALENDAR, amount=3),
        "a decided amount without a unit": compute(replace(TEN, amount=None, unit=None), day, CALENDAR, amount=3),
    }  # fmt: skip
    return {name: found.as_json() for name, found in made.items()}


def test_every_working_says_word_for_word_what_it_said():
    found = json.loads(json.dumps(workings(), ensure_ascii=False))
    if os.environ.get("WRITE_WORKINGS"):
        FILE.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert found == json.loads(FILE.read_text(encoding="utf-8"))


MONDAY = date(2026, 9, 14)
TESTING = Span(date(2026, 9, 21), date(2026, 9, 18), "testing")
PRESENTED = Span(date(2026, 9, 15), date(2026, 9, 18), "suspension")
TWICE = [Extension(5, Unit.WORKING_DAYS, "bureau_leader")] * 2
REFUSALS = [
    (replace(TEN, amount=None), {}, NoFixedAmount, "“十日的事”没有法定的天数，由批准决定确定。请填写批准的天数。"),
    (replace(TEN, unit=Unit.HOURS), {}, NeedsInstant,
     "“十日的事”按小时计算，请写明起算的时刻，例如 2026-09-14T14:30。"),
    (TEN, {"spans": [TESTING]}, SpanRefused, "扣除时段 2026-09-21 至 2026-09-18 的截止日早于起始日，请改正。"),
    (TEN, {"spans": [PRESENTED]}, SpanRefused,
     "“十日的事”不扣除中止的时间。可以扣除的有：检测检验检疫鉴定（testing）、听证（hearing）。"),
    (replace(TEN, excluded_spans=()), {"spans": [PRESENTED]}, SpanRefused,
     "“十日的事”不扣除中止的时间。这一期限没有可以扣除的时段。"),
    (replace(TEN, extend_approver=""), {"extensions": TWICE}, NotExtensible, "“十日的事”没有延长的规定，不能延长。"),
    (TEN, {"extensions": [Extension(6, Unit.WORKING_DAYS)]}, NotExtensible,
     "“十日的事”最多延长 5 个工作日，不能延长 6 个工作日。"),
    (TEN, {"extensions": [Extension(5, Unit.CALENDAR_DAYS)]}, NotExtensible,
     "“十日的事”最多延长 5 个工作日，不能延长 5 日。"),
    (replace(TEN, extend_unit=None), {"extensions": [Extension(6, Unit.CALENDAR_DAYS)]}, NotExtensible,
     "“十日的事”最多延长 5 日，不能延长 6 日。"),
    (TEN, {"extensions": TWICE}, NotExtensible, "“十日的事”只能延长一次。再次延长须有法律依据和集体讨论决定。"),
    (replace(TEN, citation="程序规定 64"), {"extensions": TWICE}, NotExtensible,
     "“十日的事”只能延长一次。再次延长须有法律依据和集体讨论决定。"),
]  # fmt: skip


@pytest.mark.parametrize(("limit", "given", "refusal", "words"), REFUSALS, ids=lambda value: str(value)[:30])
def test_a_refusal_says_what_is_wrong_and_what_to_do(limit, given, refusal, words):
    with pytest.raises(refusal) as told:
        compute(limit, **{"start": MONDAY, "calendar": CALENDAR, **given})
    assert told.value.message == words
    # Reversed days and a missing hour are slips of the pen and rest on no article.
    assert told.value.article == ("" if refusal is NeedsInstant or "早于起始日" in words else limit.citation)


def test_a_second_extension_by_discussion_runs_on_without_a_limit_程序规定_64():
    again = [TWICE[0], Extension(40, Unit.WORKING_DAYS, Approver.COLLECTIVE)]
    assert len(compute(replace(TEN, citation="程序规定 64"), MONDAY, CALENDAR, extensions=again).steps) == 6


def test_versions_not_in_force_are_listed_from_the_oldest_on():
    later = replace(TEN, valid_from=date(2028, 1, 1), valid_until=None, citation="程序规定 56")
    with pytest.raises(NotInForce) as told:
        governing([later, TEN], on=date(2027, 6, 1))
    assert told.value.message == (
        "2027-06-01 没有有效的“十日的事”期限。已登记的版本：2026-01-01 至 2026-12-31（程序规定 55）；"
        "2028-01-01 至 今（程序规定 56）。请检查起算日期。"
    )
    assert [governing([later, TEN], on=on).citation for on in (date(2026, 12, 31), date(2028, 1, 1))] == [
        "程序规定 55", "程序规定 56",
    ]  # fmt: skip


def test_an_instant_without_a_zone_is_no_instant():
    with pytest.raises(ValueError, match=r"^an instant must be aware of its zone$"):
        compute(TEN, datetime(2026, 9, 14, 12), CALENDAR)


def test_a_limit_in_words():
    assert (TEN.length, TEN.extension) == ("10 个工作日", "经局负责人批准可以延长 5 个工作日")
    assert replace(TEN, unit=None).length == replace(TEN, amount=None).length == "由批准决定确定"
    assert (
        replace(TEN, extend_amount=None).extension
        == replace(TEN, extend_unit=None).extension
        == ("经局负责人批准可以延长")
    )
    assert replace(TEN, extend_approver="").extension == ""
    assert [TEN.in_force(on) for on in (date(2025, 12, 31), date(2026, 1, 1), date(2027, 1, 1))] == [False, True, False]


@pytest.mark.parametrize(
    ("law", "amounts", "article"),
    [("行政处罚法 56", (2, 3, 5, 7), "行政处罚法 85"), ("行政复议法 30", (3, 5, 7, 10), "行政复议法 88"),
     ("行政强制法 54", tuple(range(1, 11)), "行政强制法 69")],
)  # fmt: skip
def test_which_numbers_of_days_an_article_makes_working_days(law, amounts, article):
    found = {amount for amount in range(1, 31) if unit_article(law, amount, Unit.WORKING_DAYS)}
    assert found == set(amounts)
    assert {unit_article(law, amount, Unit.WORKING_DAYS) for amount in amounts} == {article}
    assert not any(unit_article(law, amount, Unit.CALENDAR_DAYS) for amount in amounts)


@pytest.mark.parametrize(
    ("citation", "cut", "words"),
    [
        ("国办发 〔2024〕54号", ("国办发 〔2024〕54号",), "国办发 〔2024〕54号"),
        ("程序规定 9; 民法典", ("程序规定 9", "民法典"), "《市场监督管理行政处罚程序规定》第九条、《民法典》"),
        ("食品安全 标准 7,12", ("食品安全 标准 7", "食品安全 标准 12"), "《食品安全 标准》第七条、第十二条"),
        ("民法典 5a", ("民法典 5a",), "《民法典 5a》"),
        ("某办法（试行）之2", ("某办法（试行）之2",), "《某办法（试行）》之二"),
        (" ; 民法典 201(2);", ("民法典 201(2)",), "《民法典》第二百零一条第二项"),
    ],
)  # fmt: skip
def test_a_citation_is_cut_at_its_last_gap_and_only_before_a_figure(citation, cut, words):
    assert articles(citation) == cut
    assert in_words(citation) == words


NOW = datetime(2026, 11, 13, 9, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("left", "made"),
    [
        ({"days": 3}, clock.Clock(date(2026, 11, 16), "calm", "还剩 3 天", 3)),
        ({"hours": 30}, clock.Clock(date(2026, 11, 14), "calm", "还剩 30 小时", 1)),
        ({"minutes": 59}, clock.Clock(date(2026, 11, 13), "red", "还剩 59 分钟", 0)),
        ({"seconds": 59}, clock.Clock(date(2026, 11, 13), "red", "还剩 0 分钟", 0)),
        ({"days": -3}, clock.Clock(date(2026, 11, 10), "overdue", "已超期 3 天", -3)),
        ({"hours": -25}, clock.Clock(date(2026, 11, 12), "overdue", "已超期 25 小时", -1)),
        ({"minutes": -1}, clock.Clock(date(2026, 11, 13), "overdue", "已超期 1 分钟", 0)),
    ],
)
def test_a_clock_in_hours_knows_its_day_its_words_and_the_whole_days_left(left, made):
    assert clock.clock_at(NOW + timedelta(**left), NOW) == made


@pytest.mark.parametrize(
    ("due", "unit", "made"),
    [
        ("2026-11-18", Unit.WORKING_DAYS, ("amber", "还剩 3 个工作日", 3)),
        ("2026-11-13", Unit.WORKING_DAYS, ("red", "今天到期", 0)),
        ("2026-11-10", Unit.WORKING_DAYS, ("overdue", "已超期 3 天", -3)),
        ("2026-11-21", Unit.CALENDAR_DAYS, ("calm", "还剩 8 天", 8)),
    ],
)
@pytest.mark.parametrize("estimated", [False, True])
def test_a_clock_in_days_carries_its_due_day_and_whether_it_is_an_estimate(due, unit, made, estimated):
    on = date.fromisoformat(due)
    found = clock.clock(on, NOW.date(), CALENDAR, unit=unit, is_estimated=estimated)
    assert found == clock.Clock(on, *made, estimated)  # type: ignore[arg-type]
    assert not clock.clock(on, NOW.date(), CALENDAR, unit=unit).is_estimated


def test_a_working_rests_on_each_article_once_in_the_order_used():
    found = compute(LIMITS["case_decision"][-1], date(2026, 3, 2), CALENDAR)
    assert found.citations == ("程序规定 64", "行政处罚法 60", "程序规定 80")
    assert outcome(limits.Limit("x", "x", 1, Unit.HOURS, direction=Direction.BEFORE), "那天").text.startswith(
        "结果：最迟 那天。"
    )
