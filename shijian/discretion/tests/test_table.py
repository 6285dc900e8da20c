"""Benchmarks come from a table people keep: every bad cell is named, and nothing of a bad violation is taken."""

import pytest

from shijian.discretion import shipped
from shijian.discretion.rules import BrokenBenchmark, Tier
from shijian.discretion.rules.kinds import Strength
from shijian.discretion.rules.table import COLUMNS, entry, read

GOOD = {
    "代码": "own-case", "违法行为": "自订违法行为", "领域": "食品", "法律": "食品安全法", "版本": "2025-09-12",
    "有效期起": "2026-01-01", "条": "125", "款": "1", "项": "2", "适用区间": "货值金额:0-10000", "单位": "元",
    "下限": "5000", "上限": "50000",
}  # fmt: skip


def test_a_good_line_is_read():
    found = entry([{**GOOD, "并处": "没收违法所得；可以：没收工具;情节严重可以：吊销执照;注：不是条件"}])
    assert found.violation.article.item == 2
    assert [each.strength for each in found.violation.others] == [
        Strength.RIGID, Strength.FLEXIBLE, Strength.FLEXIBLE, Strength.RIGID,
    ]  # fmt: skip
    assert found.valid_until is None


def test_the_standards_and_shares_of_a_region_are_read():
    found = entry([{**GOOD, "从轻标准": "5000-9000", "从轻条件": "不足三千元", "从轻比例": "25%", "比例依据": "省局"}])
    assert found.violation.fines[0].standard(Tier.LIGHT).condition == "不足三千元"
    assert found.violation.shares.light * 4 == 1
    assert entry([{**GOOD, "从重比例": "0.2", "比例依据": "省局"}]).violation.shares.heavy * 5 == 1


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"代码": ""}, "代码"),
        ({"违法行为": "长" * 81}, "违法行为"),
        ({"版本": "2025"}, "版本"),
        ({"有效期起": "去年"}, "有效期起"),
        ({"有效期止": "2025-01-01"}, "有效期止"),
        ({"条": "一百"}, "条"),
        ({"款": "0"}, "款"),
        ({"下限": "五千"}, "下限"),
        ({"上限": "-5"}, "上限"),
        ({"上限": "Infinity"}, "上限"),
        ({"上限": "1"}, "上限"),
        ({"单位": "角"}, "单位"),
        ({"情节": "很坏"}, "情节"),
        ({"适用区间": "货值"}, "适用区间"),
        ({"适用区间": "金额:1-2"}, "适用区间"),
        ({"适用区间": "货值金额:-"}, "适用区间"),
        ({"适用区间": "货值金额:五千"}, "适用区间"),
        ({"另引": "第十一条"}, "另引"),
        ({"特别情节": "nonsense"}, "特别情节"),
        ({"从轻标准": "5000"}, "从轻标准"),
        ({"从轻标准": "1-2"}, "上限"),
        ({"从轻比例": "30%"}, "比例依据"),
        ({"从轻比例": "80%", "比例依据": "省局"}, "代码"),
    ],
)
def test_a_bad_cell_is_named_with_its_line(change, column):
    entries, faults = read([{**GOOD, **change}])
    assert entries == []
    assert [(fault.line, fault.field) for fault in faults] == [(2, column)]


def test_a_violation_with_one_bad_line_is_refused_as_a_whole_and_the_others_are_kept():
    lines = [GOOD, {**GOOD, "适用区间": "货值金额:10000-", "上限": "x"}, {**GOOD, "代码": "other"}]
    entries, faults = read(lines)
    assert [each.violation.code for each in entries] == ["other"]
    assert [(fault.line, fault.field) for fault in faults] == [(2, "代码"), (3, "上限")]


def test_lines_of_one_violation_agree_and_do_not_overlap():
    assert read([GOOD, {**GOOD, "条": "126", "适用区间": ""}])[1][1].field == "条"
    assert "适用条件相同" in read([GOOD, GOOD])[1][0].reason
    assert "没有条件" in read([{**GOOD, "适用区间": ""}] * 2)[1][0].reason


def test_what_is_stored_is_one_violation():
    with pytest.raises(BrokenBenchmark, match="应当只有一个"):
        entry([])
    with pytest.raises(BrokenBenchmark, match="上限"):
        entry([{**GOOD, "上限": "x"}])


def test_a_line_without_a_fine_is_a_violation_without_one():
    assert entry([{**GOOD, "上限": "", "下限": ""}]).violation.fines == ()


def test_the_shipped_table_has_no_fault(monkeypatch, tmp_path):
    assert {column for each in shipped.entries() for line in each.lines for column in line} <= set(COLUMNS)
    broken = tmp_path / "violations.csv"
    broken.write_text("代码\n\n x\n", encoding="utf-8")
    monkeypatch.setattr(shipped, "SHIPPED", broken)
    with pytest.raises(ValueError, match="line 2"):
        shipped.entries.__wrapped__()
