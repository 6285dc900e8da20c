"""Benchmarks as a table people keep: one line per fine, in Chinese; read into violations, with a reason for each bad line."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from shijian.core.rules.kinds import Worded

from .circumstances import CIRCUMSTANCES
from .kinds import Base, Gravity, Measure, Strength, Subject, Tier
from .refusals import BrokenBenchmark
from .violation import Article, Band, Fine, Other, Shares, Standard, Violation

W = TypeVar("W", bound=Worded)
FURTHER = re.compile(r"^[1-9]\d{0,2}(-[1-9]\d?)?$")
Line = Mapping[str, str]
IDENTITY = ("代码", "违法行为", "领域", "法律", "版本", "有效期起", "有效期止", "条", "款", "项")
FINE = ("当事人", "情节", "拒不改正", "计算基数", "适用区间", "单位", "下限", "上限", "可以", "另引")
REST = ("并处", "特别情节")
LOCAL = ("从轻比例", "从重比例", "比例依据")
TIERS = {Tier.REDUCED: "减轻", Tier.LIGHT: "从轻", Tier.NORMAL: "一般", Tier.HEAVY: "从重"}
STANDARDS = tuple(f"{name}{part}" for name in TIERS.values() for part in ("标准", "条件"))
COLUMNS = (*IDENTITY, *FINE, *REST, *LOCAL, *STANDARDS)
REQUIRED = ("代码", "违法行为", "领域", "法律", "版本", "有效期起", "条")
LONGEST = {"代码": 60, "违法行为": 80, "领域": 20, "法律": 60}
CONDITIONS = {"拒不改正": (None, True), "情节较重": (Gravity.GRAVE, False), "情节严重": (Gravity.SERIOUS, False)}


class BadCell(Exception):
    """What is wrong in one cell: the column, its value, and the remedy."""

    def __init__(self, column: str, value: str, reason: str) -> None:
        super().__init__(f"“{column}”{value}：{reason}")
        self.column, self.value, self.reason = column, value, reason


@dataclass(frozen=True, slots=True)
class Entry:
    """A violation with the days from which and until which its row holds."""

    violation: Violation
    valid_from: date
    valid_until: date | None
    lines: tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One refused line of a file; 1 is the heading."""

    line: int
    field: str
    value: str
    reason: str


def read(lines: Iterable[Line]) -> tuple[list[Entry], list[Fault]]:
    """All violations of a table and all faults; a violation with one bad line is refused as a whole."""
    groups: dict[tuple[str, str], list[tuple[int, dict[str, str]]]] = {}
    for number, line in enumerate(lines, 2):
        plain = {column: (line.get(column) or "").strip() for column in COLUMNS}
        groups.setdefault((plain["代码"], plain["有效期起"]), []).append((number, plain))
    entries, faults = [], []
    for rows in groups.values():
        made, wrong = _group(rows)
        faults += wrong
        if made:
            entries.append(made)
    return entries, sorted(faults, key=lambda fault: fault.line)


def entry(lines: Iterable[Line]) -> Entry:
    """The one violation of these lines, as stored. Raises `BrokenBenchmark`."""
    entries, faults = read(lines)
    if faults or len(entries) != 1:
        said = "；".join(f"“{fault.field}”{fault.reason}" for fault in faults)
        raise BrokenBenchmark(f"裁量基准不能使用：{said or '应当只有一个违法行为'}。")
    return entries[0]


def _group(rows: list[tuple[int, dict[str, str]]]) -> tuple[Entry | None, list[Fault]]:
    faults: list[Fault] = []
    fines: list[Fine] = []
    first_number, first = rows[0]
    for number, line in rows:
        try:
            _check_line(line, first)
            if line["上限"]:
                fines.append(_fine(line))
        except BadCell as bad:
            faults.append(Fault(number, bad.column, bad.value, bad.reason))
        except BrokenBenchmark as broken:
            faults.append(Fault(number, "上限", line["上限"], broken.message))
    if faults:
        others = [number for number, _ in rows if number not in {fault.line for fault in faults}]
        return None, faults + [
            Fault(number, "代码", first["代码"], "同一违法行为的其他行有误，整体退回") for number in others
        ]
    try:
        return _entry(first, fines, [line for _, line in rows]), []
    except BadCell as bad:
        return None, [Fault(first_number, bad.column, bad.value, bad.reason)]
    except BrokenBenchmark as broken:
        return None, [Fault(first_number, "代码", first["代码"], broken.message)]


def _check_line(line: dict[str, str], first: dict[str, str]) -> None:
    for column in REQUIRED:
        if not line[column]:
            raise BadCell(column, "", "没有填写")
    for column, longest in LONGEST.items():
        if len(line[column]) > longest:
            raise BadCell(column, line[column][:20], f"超过 {longest} 个字")
    for column in IDENTITY:
        if line[column] != first[column]:
            raise BadCell(column, line[column], f"与同一违法行为第一行的“{first[column]}”不一致")


def _entry(first: dict[str, str], fines: list[Fine], lines: list[dict[str, str]]) -> Entry:
    valid_from = _day(first, "有效期起")
    valid_until = _day(first, "有效期止") if first["有效期止"] else None
    if valid_until and valid_until < valid_from:
        raise BadCell("有效期止", first["有效期止"], "早于有效期起")
    special = tuple(code for code in first["特别情节"].split("|") if code)
    for code in special:
        if code not in CIRCUMSTANCES:
            raise BadCell("特别情节", code, "没有这个情节代码")
    violation = Violation(
        code=first["代码"],
        name=first["违法行为"],
        domain=first["领域"],
        article=Article(
            first["法律"], _day(first, "版本"), _count(first, "条") or 0, _count(first, "款"), _count(first, "项")
        ),
        fines=tuple(fines),
        others=_others(first["并处"]),
        shares=_shares(first),
        special=special,
    )
    _refuse_overlaps(fines)
    return Entry(violation, valid_from, valid_until, tuple(lines))


def _refuse_overlaps(fines: list[Fine]) -> None:
    """Two lines for the same party, gravity and band would both hold."""
    seen = set()
    for fine in fines:
        key = (fine.subject, fine.gravity, fine.after_refusal, fine.band)
        if key in seen:
            raise BrokenBenchmark(f"有两行的适用条件相同（{fine.when or '没有条件'}），请合并或者写明区别。")
        seen.add(key)


def _fine(line: dict[str, str]) -> Fine:
    measure = _member(Measure, line, "单位") or Measure.YUAN
    fine = Fine(
        low=_number(line["下限"], "下限") if line["下限"] else None,
        high=_number(line["上限"], "上限"),
        measure=measure,
        base=_member(Base, line, "计算基数"),
        band=_band(line["适用区间"]),
        subject=_member(Subject, line, "当事人") or Subject.ANY,
        gravity=_member(Gravity, line, "情节") or Gravity.ORDINARY,
        after_refusal=line["拒不改正"] == "是",
        strength=Strength.FLEXIBLE if line["可以"] == "是" else Strength.RIGID,
    )
    if line["另引"] and not FURTHER.match(line["另引"]):
        raise BadCell("另引", line["另引"], "应写成 11-1，即同一法律第十一条第一款")
    return replace(fine, also=line["另引"], standards=_standards(line))


def _standards(line: dict[str, str]) -> tuple[Standard, ...]:
    made = []
    for tier, name in TIERS.items():
        text, condition = line[f"{name}标准"], line[f"{name}条件"]
        if text:
            low, dash, high = text.partition("-")
            if not dash:
                raise BadCell(f"{name}标准", text, "应写成 下限-上限，例如 10-13")
            made.append(Standard(tier, _number(low, f"{name}标准"), _number(high, f"{name}标准"), condition))
    return tuple(made)


def _band(text: str) -> Band:
    """`货值金额:10000-` from ten thousand on; `违法所得:无`; `广告费用:无法计算`."""
    if not text:
        return Band()
    name, colon, rest = text.replace("：", ":").partition(":")
    base = next((each for each in Base if name in (each.value, each.label)), None)
    if base is None or not colon:
        raise BadCell("适用区间", text, "应写成 货值金额:10000- 或者 违法所得:无 的形式")
    words = {
        "无": Band(base, nothing=True),
        "有": Band(base, something=True),
        "可以计算": Band(base),
        "无法计算": Band(base, known=False),
    }
    if rest in words:
        return words[rest]
    first, dash, last = rest.partition("-")
    if not dash or not (first or last):
        raise BadCell("适用区间", text, "应写成 货值金额:10000- 或者 违法所得:无 的形式")
    return Band(base, _number(first, "适用区间") if first else None, _number(last, "适用区间") if last else None)


def _others(text: str) -> tuple[Other, ...]:
    """`没收违法所得;可以：没收工具;情节严重：吊销许可证;情节严重可以：吊销营业执照;拒不改正：责令停产停业`."""
    made = []
    for part in (each.strip() for each in text.replace("；", ";").split(";") if each.strip()):
        condition, colon, name = part.partition("：")
        may = condition.endswith("可以")
        known = condition.removesuffix("可以")
        if colon and (known in CONDITIONS or (may and not known)):
            gravity, after_refusal = CONDITIONS.get(known, (None, False))
            made.append(Other(name, Strength.FLEXIBLE if may else Strength.RIGID, gravity, after_refusal))
        else:
            made.append(Other(part))
    return tuple(made)


def _shares(line: dict[str, str]) -> Shares:
    if not (line["从轻比例"] or line["从重比例"]):
        return Shares()
    if not line["比例依据"]:
        raise BadCell("比例依据", "", "写了比例，请写明依据的文件")
    given = {}
    for name, column in (("light", "从轻比例"), ("heavy", "从重比例")):
        if line[column]:
            percent = line[column].endswith("%")
            given[name] = _number(line[column].removesuffix("%"), column) / (100 if percent else 1)
    return Shares(**given, basis=line["比例依据"], is_verified=True)


def _number(text: str, column: str) -> Decimal:
    try:
        found = Decimal(text.replace(",", "").strip())
    except InvalidOperation as error:
        raise BadCell(column, text, "不是数字") from error
    if not found.is_finite() or found < 0:
        raise BadCell(column, text, "不是可用的数字")
    return found


def _count(line: dict[str, str], column: str) -> int | None:
    text = line[column]
    if not text:
        return None
    if not text.isdecimal() or not 0 < int(text) < 1000:
        raise BadCell(column, text, "应是条、款、项的阿拉伯数字")
    return int(text)


def _day(line: dict[str, str], column: str) -> date:
    try:
        return date.fromisoformat(line[column])
    except ValueError as error:
        raise BadCell(column, line[column], "不是日期，应写成 2026-03-02 的形式") from error


def _member(kind: type[W], line: dict[str, str], column: str) -> W | None:
    text = line[column]
    if not text:
        return None
    for member in kind:
        if text in (member.value, member.label):
            return member
    raise BadCell(column, text, f"应是 {'、'.join(member.label for member in kind)} 之一")
