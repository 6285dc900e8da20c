"""裁量计算单 word for word: what a party and a court read, every step with its article. No database.

`worksheets.json` was read through once against the articles; a change of any word shows here. To write it anew after a change
that is meant: `WRITE_WORKSHEETS=1 pytest shijian/discretion/tests/test_worksheets.py`, then read the difference.
"""

import json
import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from shijian.discretion.rules import FactMissing, Tier, combine, compute, from_data
from shijian.discretion.rules.kinds import Base, Gravity, Measure, Strength, Subject
from shijian.discretion.rules.law_in_time import in_force, lighter
from shijian.discretion.rules.table import entry, read
from shijian.discretion.rules.violation import Article, Band, Fine, Other, Shares, Standard, Violation

from .support import facts, golden, ruling, violation
from .test_rules import UNUSABLE

FILE, REFUSALS = (Path(__file__).parent / name for name in ("worksheets.json", "refusals.json"))
PURE = [case for case in golden() if not case["why"].startswith("从旧兼从轻")]


def sheet(case):
    return ruling(case["violation"], case["facts"], on=case["on"], party=case["party"])


def worked():
    """A worksheet for every case by hand, and for acts taken together."""
    made = {f"{case['violation']} {case['on']} {case['party']} {case['facts']}": sheet(case).as_json() for case in PURE}
    first, second = sheet(PURE[0]), sheet(PURE[1])
    return made | {
        "two acts": combine([first, second], same_act=False).as_json(),
        "one act": combine([first, second], same_act=True).as_json(),
        "a single act": combine([first], same_act=False).as_json(),
    }


def test_every_worksheet_says_word_for_word_what_it_said():
    found = json.loads(json.dumps(worked(), ensure_ascii=False))
    if os.environ.get("WRITE_WORKSHEETS"):
        FILE.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert found == json.loads(FILE.read_text(encoding="utf-8"))


def test_every_refusal_says_word_for_word_what_it_said():
    found = {}
    for change, error, _ in UNUSABLE:
        with pytest.raises(error) as told:
            compute(violation("food-expired"), from_data({**facts("2026-03-02", "unit", "value=8000"), **change}))
        found[json.dumps(change)] = [told.value.message, told.value.article]
    if os.environ.get("WRITE_WORKSHEETS"):
        REFUSALS.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert found == json.loads(REFUSALS.read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", PURE, ids=lambda case: f"{case['violation']} {case['facts']}"[:60])
def test_the_kernel_alone_comes_to_the_range_worked_out_by_hand(case):
    found = sheet(case)
    assert (found.tier.value, found.low, found.high) == (case["tier"], int(case["low"]), int(case["high"])), case["why"]


def test_the_lighter_law_holds_and_the_worksheet_says_which():
    light, heavy = sorted((sheet(case) for case in PURE), key=lambda each: (each.tier.rank, each.high, each.low))[
        :: len(PURE) - 1
    ]
    kept, changed = lighter(light, heavy), lighter(heavy, light)
    assert kept.steps[:-1] == light.steps
    assert kept.steps[-1].text == (
        f"从旧兼从轻：适用行为时的{light.violation.article}；作出决定时的{heavy.violation.article}并不更轻。"
    )
    assert changed.steps[:-1] == light.steps
    assert changed.steps[-1].text == (
        f"从旧兼从轻：行为时的{heavy.violation.article}处罚较重，适用作出决定时处罚较轻的{light.violation.article}。"
    )
    assert kept.steps[-1].citation == changed.steps[-1].citation
    assert "第三十七条" in kept.steps[-1].citation or "37" in kept.steps[-1].citation
    assert lighter(light, light).steps[-1].text.endswith("并不更轻。")


LINE = {
    "代码": "own", "违法行为": "自订", "领域": "食品", "法律": "食品安全法", "版本": "2025-09-12", "有效期起": "2026-01-01",
    "条": "125", "上限": "50,000",
}  # fmt: skip


def test_every_cell_reaches_its_place():
    full = {
        **LINE, "有效期止": "2026-12-31", "款": "1", "项": "2", "当事人": "单位", "情节": "情节严重", "拒不改正": "是",
        "计算基数": "货值金额", "适用区间": "货值金额：10000-20000.5", "单位": "倍", "下限": "10", "上限": "20", "可以": "是",
        "另引": "11-1", "并处": " 没收违法所得；可以：没收工具;情节严重：吊销许可证;情节较重可以：停业;拒不改正：责令停产;注：不是条件；",
        "从轻比例": "25%", "从重比例": "0.2", "比例依据": "省局文件", "从轻标准": "10-12", "从轻条件": "首次", "从重标准": "17-20",
    }  # fmt: skip
    found = entry([{**full, "别的": "不看"}])
    gravity = next(each for each in Gravity if each.label == "情节严重")
    graver = next(each for each in Gravity if each is Gravity.GRAVE)
    assert (found.valid_from, found.valid_until) == (date(2026, 1, 1), date(2026, 12, 31))
    assert found.violation == Violation(
        "own", "自订", "食品", Article("食品安全法", date(2025, 9, 12), 125, 1, 2),
        fines=(
            Fine(
                Decimal(20), Decimal(10), Measure.TIMES, Base.VALUE, Band(Base.VALUE, Decimal(10000), Decimal("20000.5")),
                next(each for each in Subject if each.label == "单位"), gravity, True, Strength.FLEXIBLE,
                (
                    Standard(Tier.LIGHT, Decimal(10), Decimal(12), "首次"),
                    Standard(Tier.HEAVY, Decimal(17), Decimal(20), ""),
                ),
                "11-1",
            ),
        ),
        others=(
            Other("没收违法所得"), Other("没收工具", Strength.FLEXIBLE), Other("吊销许可证", Strength.RIGID, Gravity.SERIOUS),
            Other("停业", Strength.FLEXIBLE, graver), Other("责令停产", Strength.RIGID, None, True), Other("注：不是条件"),
        ),
        shares=Shares(Decimal("0.25"), Decimal("0.2"), "省局文件", True),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("", Band()),
        ("货值金额:0-10000", Band(Base.VALUE, Decimal(0), Decimal(10000))),
        ("货值金额:10000-", Band(Base.VALUE, Decimal(10000), None)),
        ("货值金额:-10000", Band(Base.VALUE, None, Decimal(10000))),
        ("value:5-6", Band(Base.VALUE, Decimal(5), Decimal(6))),
        ("货值金额：无", Band(Base.VALUE, nothing=True)),
        ("货值金额:有", Band(Base.VALUE, something=True)),
        ("广告费用:可以计算", Band(Base.AD_FEE)),
        ("广告费用:无法计算", Band(Base.AD_FEE, known=False)),
    ],
)
def test_a_band_is_read_as_it_is_written(text, band):
    assert entry([{**LINE, "适用区间": text}]).violation.fines[0].band == band


BAND = "应写成 货值金额:10000- 或者 违法所得:无 的形式"


@pytest.mark.parametrize(
    ("change", "column", "value", "reason"),
    [
        ({"违法行为": " "}, "违法行为", "", "没有填写"),
        ({"代码": "长" * 61}, "代码", "长" * 20, "超过 60 个字"),
        ({"领域": "长" * 21}, "领域", "长" * 20, "超过 20 个字"),
        ({"法律": "长" * 61}, "法律", "长" * 20, "超过 60 个字"),
        ({"有效期止": "2025-12-31"}, "有效期止", "2025-12-31", "早于有效期起"),
        ({"有效期起": "2026/1/1"}, "有效期起", "2026/1/1", "不是日期，应写成 2026-03-02 的形式"),
        ({"特别情节": "under_14|x"}, "特别情节", "x", "没有这个情节代码"),
        ({"条": "1000"}, "条", "1000", "应是条、款、项的阿拉伯数字"),
        ({"项": "0"}, "项", "0", "应是条、款、项的阿拉伯数字"),
        ({"下限": "1,0x"}, "下限", "1,0x", "不是数字"),
        ({"上限": "-1"}, "上限", "-1", "不是可用的数字"),
        ({"另引": "0-1"}, "另引", "0-1", "应写成 11-1，即同一法律第十一条第一款"),
        ({"从重标准": "17"}, "从重标准", "17", "应写成 下限-上限，例如 10-13"),
        ({"从重标准": "a-17"}, "从重标准", "a", "不是数字"),
        ({"从重标准": "17-b"}, "从重标准", "b", "不是数字"),
        ({"适用区间": "货值金额"}, "适用区间", "货值金额", BAND),
        ({"适用区间": "别的:1-2"}, "适用区间", "别的:1-2", BAND),
        ({"适用区间": "货值金额:12"}, "适用区间", "货值金额:12", BAND),
        ({"适用区间": "货值金额:-"}, "适用区间", "货值金额:-", BAND),
        ({"适用区间": "货值金额:x-"}, "适用区间", "x", "不是数字"),
        ({"适用区间": "货值金额:-y"}, "适用区间", "y", "不是数字"),
        ({"从轻比例": "10%"}, "比例依据", "", "写了比例，请写明依据的文件"),
        ({"从轻比例": "x%", "比例依据": "省局"}, "从轻比例", "x", "不是数字"),
        ({"从重比例": "x", "比例依据": "省局"}, "从重比例", "x", "不是数字"),
        ({"单位": "角"}, "单位", "角", f"应是 {'、'.join(each.label for each in Measure)} 之一"),
        ({"从轻比例": "0.51", "比例依据": "省局"}, "代码", "own", "从轻、从重所占的比例须大于 0，不超过 50%。"),
        ({"下限": "60000"}, "上限", "50,000", "罚款幅度 60000 至 50000 不成立，下限不能高于上限，上限须大于零。"),
        ({"从轻标准": "1-60000"}, "上限", "50,000", "“从轻”的标准 1 至 60000 超出法定幅度 0 至 50000，请改正。"),
        ({"减轻标准": "1-2"}, "上限", "50,000", "“减轻”的标准须低于法定下限 None，现在写到 2。"),
        ({"单位": "倍"}, "上限", "50,000", "按倍数计算的罚款须写明按什么计算，按金额计算的不写。"),
    ],
)
def test_a_bad_cell_is_told_with_its_value_and_the_remedy(change, column, value, reason):
    entries, (fault,) = read([{**LINE, **change}])
    assert entries == []
    assert (fault.line, fault.field, fault.value, fault.reason) == (2, column, value, reason)


def test_lines_that_differ_are_told_apart():
    _, faults = read([LINE, {**LINE, "条": "126"}])
    assert [(each.line, each.field, each.value, each.reason) for each in faults] == [
        (2, "代码", "own", "同一违法行为的其他行有误，整体退回"),
        (3, "条", "126", "与同一违法行为第一行的“125”不一致"),
    ]
    _, (fault,) = read([LINE, LINE])
    assert (fault.line, fault.field, fault.value) == (2, "代码", "own")
    assert fault.reason == "有两行的适用条件相同（没有条件），请合并或者写明区别。"


def test_the_row_in_force_is_found_by_both_its_days():
    row = entry([{**LINE, "有效期止": "2026-12-31"}])
    later = entry([{**LINE, "有效期起": "2027-01-01"}])
    assert in_force([row, later], date(2026, 1, 1)) is row
    assert in_force([row, later], date(2026, 12, 31)) is row
    assert in_force([row, later], date(2027, 1, 1)) is later
    known = "2026-01-01 至 2026-12-31；2027-01-01 至 今"
    with pytest.raises(
        FactMissing,
        match=f"^2025-12-31 没有有效的裁量基准。已登记的有效期：{known}。请核对行为日期，或者补充当时的版本。$",
    ):
        in_force([row, later], date(2025, 12, 31))
