"""What stands against using a form that somebody drafted: every flaw with its part and its line, said to who drafted it."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from . import layout, schema, wording
from .schema import Field, Kind

STYLES = {"letter": "公函式", "sheet": "表格式", "record": "笔录式", "list": "清单式", "cover": "封面式"}
# Who signs or seals, by the code of the place; what a paper asks for depends on whose hand it is (`catalogue.DECIDES`).
SIGNERS = {
    "seal": "本局印章", "party": "当事人", "witness": "见证人", "officers": "执法人员（两名以上）", "head": "办案机构负责人",
    "leader": "部门负责人", "reviewer": "审核人员", "review_head": "审核机构负责人", "registrar": "登记人", "host": "听证主持人",
    "hearers": "听证员", "recorder": "记录人", "attendees": "出席人员", "server": "送达人", "recipient": "受送达人",
    "executors": "执行人", "supervisor": "监督人", "filer": "立卷人", "checker": "检查人", "provider": "证据提供人",
    "extractor": "提取人", "sampler": "受托抽样人", "right_holder": "权利人", "speaker": "陈述申辩人", "bureau_head": "本局负责人",
    "complainant": "投诉人", "reporter": "举报人", "handler": "承办人", "respondent": "被投诉人", "mediator": "调解员",
    "applicant": "申请人", "principal": "委托人", "agent": "受托人",
}  # fmt: skip
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
SLOT = re.compile(r"[a-z_]+=\S+")
NAMED = {"table": Kind.TABLE, "check": None}  # macros that name a field
SHOWN = 30
MOST_FIELDS = 80  # rows of one form: what a page of them sends stays under what Django takes
MOST_LINE, MOST_LINES, MOST_ROWS, MOST_GAP = 2000, 600, 60, 200


@dataclass(frozen=True, slots=True)
class Flaw:
    """`part` is the part of the form, `line` counts from 1 and is 0 where the part as a whole is meant."""

    part: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.part}{f'第 {self.line} 行' if self.line else ''}：{self.text}"


def flaws(
    *, fields_text: str, body: str, groups: Mapping[str, str], sample: Mapping[str, Any], style: str,
    signs: Collection[str], page_sign: Collection[str], office: Collection[str], periods: Collection[str] | None,
) -> list[Flaw]:  # fmt: skip
    """All flaws in the order of the parts; none means the form can be printed and filled."""
    fields, found = _fields(fields_text, groups)
    if sum(max(1, line.count("@")) for line in fields_text.splitlines() if line.strip()) > MOST_FIELDS:
        found.append(Flaw("字段", 0, f"超过 {MOST_FIELDS} 行，请合并，或者改用表格。"))
    if style not in STYLES:
        found.append(Flaw("版式", 0, f"没有“{style}”这种版式，应为{'、'.join(STYLES.values())}之一。"))
    found += [Flaw("页脚签名", 0, f"“{each}”应写成 代码=名称。") for each in page_sign if not SLOT.fullmatch(each)]
    placed = signers_in(body, page_sign)
    if unknown := [each for each in placed if each not in SIGNERS]:
        listed = "、".join(f"{code}（{name}）" for code, name in SIGNERS.items())
        found.append(Flaw("正文", 0, f"没有签名人代码“{'、'.join(unknown)}”。可用的有：{listed}。"))
    lines = [(at, line.strip()) for at, line in enumerate(body.splitlines(), 1) if line.strip()]
    if not lines:
        found.append(Flaw("正文", 0, "还没有内容。"))
    if len(lines) > MOST_LINES:
        found.append(Flaw("正文", 0, f"超过 {MOST_LINES} 行，不像一份文书。"))
    for at, line in lines[:MOST_LINES]:
        found += [Flaw("正文", at, text) for text in _line(line, fields, office, periods)]
    if "seal" in signs and not any(line.startswith("@issuer") for _, line in lines):
        found.append(Flaw("正文", 0, "盖印章的文书须有落款，请加一行 @issuer。"))
    return found + _sample(fields, sample)


def signers_in(body: str, page_sign: Collection[str]) -> list[str]:
    """Whose hands and seals a form has places for, each once, in the order of the body."""
    found: dict[str, None] = {}
    for line in map(str.strip, body.splitlines()):
        while match := layout.CONDITION.match(line):
            line = match[4]
        slots = (
            line.split()[1:]
            if line.startswith("@sign")
            else line.split(" | ")[-1].split()
            if line.startswith("|~")
            else []
        )
        found |= dict.fromkeys(each.split("=")[0] for each in slots if SLOT.fullmatch(each))
        if line.startswith("@issuer"):
            found["seal"] = None
    return list(found | dict.fromkeys(each.split("=")[0] for each in page_sign))


def _fields(text: str, groups: Mapping[str, str]) -> tuple[dict[str, Field], list[Flaw]]:
    fields: dict[str, Field] = {}
    found: list[Flaw] = []
    for at, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        if len(line) > MOST_LINE:
            found.append(Flaw("字段", at, f"超过 {MOST_LINE} 字，写不下。"))
            continue
        try:
            parsed = schema.parse(line, groups)
        except (KeyError, ValueError):
            found.append(Flaw("字段", at, _unreadable(line.strip(), groups)))
            continue
        for field in parsed:
            if field.code in fields:
                found.append(
                    Flaw("字段", at, f"代码“{field.code}”（{field.label}）前面已经用过，同一份文书中不能重复。")
                )
            fields.setdefault(field.code, field)
            if not line.strip().startswith("@"):
                found += [Flaw("字段", at, said) for said in _field(field)]
    return fields, found


def _unreadable(line: str, groups: Mapping[str, str]) -> str:
    if line.startswith("@"):
        unknown = [name for name in line.split() if name.removeprefix("@") not in groups]
        return f"没有共用字段组“{'、'.join(unknown)}”。可用的有：{'、'.join('@' + name for name in groups)}。"
    match = schema.LINE.match(line)
    if match:
        return f"没有字段种类“{match['kind']}”，应为{'、'.join(Kind)}之一。"
    return f"看不懂“{line[:SHOWN]}”，应写成 代码 种类 名称，必填的在种类后加英文感叹号。"


def _field(field: Field) -> Iterator[str]:
    if not CODE.fullmatch(field.code):
        yield f"代码“{field.code}”只能用小写英文字母、数字和下划线，以字母开头。"
    if field.kind in (Kind.CHOICE, Kind.CHOICES) and len(field.options) < 2:
        yield f"“{field.label}”是选择，至少要有两个选项。"
    if field.kind is Kind.TABLE and not field.options:
        yield f"“{field.label}”是表格，请写各列的名称。"
    if len(set(field.options)) < len(field.options):
        yield f"“{field.label}”的选项有重复。"


def _line(
    line: str, fields: Mapping[str, Field], office: Collection[str], periods: Collection[str] | None
) -> Iterator[str]:
    if len(line) > MOST_LINE:
        yield f"超过 {MOST_LINE} 字，请分成几段。"
        return
    if unknown := sorted(layout.codes_in(line) - set(fields) - set(office)):
        yield f"没有字段“{'、'.join(unknown)}”。请先在字段中增加，或者改正代码。"
        return
    if strange := sorted(layout.periods_in(line) - set(periods)) if periods is not None else []:
        yield f"没有代码为“{'、'.join(strange)}”的法定期限。"
        return
    if line.count("{") != line.count("}") or line.count("[?") > line.count("]"):
        yield "括号没有成对。"
        return
    while match := layout.CONDITION.match(line):
        line = match[4]
    if found := [*_built(line, fields)]:
        yield from found
    else:
        yield from _prints(line, fields, office)


def _built(line: str, fields: Mapping[str, Field]) -> Iterator[str]:
    """Whether a line is built as its first sign says."""
    if line.startswith("@"):
        yield from _macro(line, fields)
    elif line.startswith("|~"):
        cells = [cell.strip() for cell in line.lstrip("|~").split(" | ")]
        if len(cells) != 3 or not cells[2] or not all(SLOT.fullmatch(each) for each in cells[2].split()):
            yield "签批栏应写成 |~ 名称 | {字段} | 代码=签名人。"
    elif line.startswith(("- ", "|")) and not line.startswith("|="):
        cells = line.removeprefix("- ").lstrip("|").split(" | ")
        if len(cells) % 2 or len(cells) > 4:
            yield "每格应是“名称 | 内容”，一行最多两格，用前后有空格的竖线隔开。"


def _macro(line: str, fields: Mapping[str, Field]) -> Iterator[str]:
    name, _, rest = line[1:].partition(" ")
    if name not in layout.MACROS:
        yield f"没有“@{name}”。可用的有：{'、'.join('@' + each for each in layout.MACROS)}。"
        return
    told = rest.split()
    if name in NAMED:
        field = fields.get(told[0]) if told else None
        if field is None:
            yield f"@{name} 后面应写字段代码。"
        elif name == "table" and field.kind is not Kind.TABLE:
            yield f"“{field.label}”不是表格，不能用 @table。"
        elif name == "table" and len(told) > 1 and not _up_to(told[1], MOST_ROWS):
            yield f"@table 后面的行数应是不超过 {MOST_ROWS} 的数字。"
        elif name == "check" and field.kind not in (Kind.CHOICE, Kind.CHOICES):
            yield f"“{field.label}”不是选择，不能用 @check。"
    elif name == "sign" and (not told or not all(SLOT.fullmatch(each) for each in told)):
        yield "签名栏应写成 @sign 代码=名称，几个签名人用空格隔开。"
    elif name == "gap" and not _up_to(rest, MOST_GAP):
        yield f"@gap 后面应是空出的毫米数，不超过 {MOST_GAP}。"
    elif needed := {"issuer": ("issued_on",), "contact": ("contact_person",), "copies": ("copies_total",)}.get(name):
        if missing := [code for code in needed if code not in fields]:
            group = {"issuer": "issued", "contact": "contact", "copies": "copies"}[name]
            yield f"@{name} 要用到字段“{missing[0]}”，请在字段中加共用组 @{group}。"
    elif name == "party" and "party_name" not in fields:
        yield "@party 要用到当事人，请在字段中加共用组 @party。"


def _up_to(text: str, most: int) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 5 and int(text) <= most


def _prints(line: str, fields: Mapping[str, Field], office: Collection[str]) -> Iterator[str]:
    """Whatever no rule above foresees: the line is laid out once, with nothing filled in."""
    source = layout.Source(fields, {}, dict.fromkeys(office, "本局"), lambda _: wording.period(1, "m"), "")
    try:
        layout.blocks(line, source)
    except (KeyError, ValueError, IndexError):
        yield "这一行不能排版，请对照写法说明检查。"


def _sample(fields: Mapping[str, Field], sample: Mapping[str, Any]) -> list[Flaw]:
    unknown = [Flaw("范例", 0, f"没有字段“{code}”。") for code in sample if code not in fields]
    return unknown + [Flaw("范例", 0, fault.text) for fault in schema.faults(fields.values(), sample)]
