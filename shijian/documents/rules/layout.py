"""From a form's body and the data to blocks: what PDF, Word and the narrow print are all made from.

One line of the body is one block:

    > {party_name}：            addressee        ## 一、案件来源        heading
    - 时间 | {at} | 地点 | {x}   labelled line    plain text           paragraph
    | 案由 | {cause}             row of a sheet   || 经过 | {course}    a tall row      |= 当事人   a row of its own
    |~ 审批意见 | {opinion} | leader=负责人        a row with an opinion, a signature and a date
    @party @table goods @check kind @sign a=甲 b=乙 @issuer @contact @copies @remedy @officers @gap 40

`?code ` in front keeps the line only when the field is filled, `!code ` only when it is empty, `?code=值 ` only for that
value. Inside text `{code}` is the value or a blank, `{code:box}` all choices with their boxes, `{code:upper}` money in
capital figures, `{code:names}` the officers without numbers, `{=key}` a statutory period, `[?code|text]` text that
stands only when the field is filled.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from . import schema, wording
from .schema import Field, Kind

Block = dict[str, Any]
Run = dict[str, Any]
PIECE = re.compile(r"\{(=?)(\w+)(?::(\w+))?\}")
OPTIONAL = re.compile(r"\[\?(!?\w+)\|((?:[^\[\]])*)\]")
CONDITION = re.compile(r"^([?!])(\w+)(?:=(\S+))?\s+(.*)$")
PARTY_LINES = (
    ("party_name", "当事人"),
    ("party_credential", "主体资格证照名称"),
    ("party_credit_code", "统一社会信用代码"),
    ("party_address", "住所（住址）"),
    ("party_head", "法定代表人（负责人、经营者）"),
    ("party_id_number", "身份证件号码"),
    ("party_phone", "联系电话"),
    ("party_contact", "其他联系方式"),
)
ALWAYS_SHOWN = 5  # the last lines of the party block stand only when filled
BLANK = {Kind.DATE: 6, Kind.DATETIME: 9, Kind.NUMBER: 3, Kind.MONEY: 5}


@dataclass(frozen=True, slots=True)
class Source:
    """What the blocks are made from. `period` writes out a statutory period, `office` are the bureau's particulars."""

    fields: Mapping[str, Field]
    data: Mapping[str, Any]
    office: Mapping[str, str]
    period: Callable[[str], str]
    remedy: str
    final: bool = False  # nothing is left to be filled in: lines without content are left out


def blocks(body: str, source: Source) -> list[Block]:
    """The blocks of a paper in their order; rows of a sheet that follow each other are one block."""
    made: list[Block] = []
    for block in _each(body, source):
        if block["t"] == "row" and made and made[-1]["t"] == "rows":
            made[-1]["rows"].append(block)
        elif block["t"] == "row":
            made.append({"t": "rows", "rows": [block]})
        else:
            made.append(block)
    return made


def _each(body: str, source: Source) -> Iterator[Block]:
    for raw in filter(None, map(str.strip, body.splitlines())):
        line: str | None = raw
        while line and (match := CONDITION.match(line)):
            line = match[4] if _holds(match, source) else None
        if not line:
            continue
        if line.startswith("@"):
            name, _, rest = line[1:].partition(" ")
            yield from MACROS[name](rest.strip(), source)
        elif line.startswith("|"):
            yield _row(line, source)
        elif line.startswith("- "):
            cells = [cell.strip() for cell in line[2:].split(" | ")]
            yield {"t": "pairs", "cells": _pairs(cells, source)}
        elif line.startswith("> "):
            yield {"t": "addressee", "runs": _runs(line[2:], source)}
        elif line.startswith("## "):
            yield {"t": "head", "runs": _runs(line[3:], source)}
        else:
            yield from ({"t": "para", "runs": runs} for runs in _paragraphs(line, source))


def _holds(match: re.Match[str], source: Source) -> bool:
    value = source.data.get(match[2])
    if match[3] is not None:
        return value == match[3] or (isinstance(value, list) and match[3] in value)
    return schema.is_empty(value) == (match[1] == "!")


def _row(line: str, source: Source) -> Block:
    if line.startswith("|="):
        return {"t": "row", "kind": "head", "runs": _runs(line[2:].strip(), source)}
    kind = "sign" if line.startswith("|~") else "tall" if line.startswith("||") else "plain"
    cells = [cell.strip() for cell in line.lstrip("|~").split(" | ")]
    if kind == "sign":
        label, text, slots = (*cells, "", "")[:3]
        return {
            "t": "row", "kind": kind, "label": label, "paras": _paragraphs(text, source) if text else [],
            "slots": _slots(slots),
        }  # fmt: skip
    pairs = [{"label": cells[at], "paras": _paragraphs(cells[at + 1], source)} for at in range(0, len(cells) - 1, 2)]
    return {"t": "row", "kind": kind, "cells": pairs}


def _pairs(cells: list[str], source: Source) -> list[Block]:
    return [{"label": cells[at], "runs": _runs(cells[at + 1], source)} for at in range(0, len(cells) - 1, 2)]


def _slots(text: str) -> list[dict[str, str]]:
    return [dict(zip(("name", "label"), each.split("=", 1), strict=True)) for each in text.split()]


def _paragraphs(line: str, source: Source) -> list[list[Run]]:
    """A field that stands alone keeps its own paragraphs; inside a sentence they run on."""
    whole = re.fullmatch(r"\{(\w+)\}", line)
    if whole and isinstance(value := source.data.get(whole[1]), str) and "\n" in value:
        return [[{"s": part.strip()}] for part in value.split("\n") if part.strip()]
    return [_runs(line, source)]


def _runs(text: str, source: Source) -> list[Run]:
    text = OPTIONAL.sub(lambda match: _optional(match, source), text)
    made: list[Run] = []
    last = 0
    for match in PIECE.finditer(text):
        _say(made, text[last : match.start()])
        last = match.end()
        if match[1]:
            _say(made, source.period(match[2]))
        else:
            _value(made, match[2], match[3] or "", source)
    _say(made, text[last:])
    return made


def _optional(match: re.Match[str], source: Source) -> str:
    code = match[1]
    empty = schema.is_empty(source.data.get(code.removeprefix("!")))
    return match[2] if empty == code.startswith("!") else ""


def _say(made: list[Run], text: str) -> None:
    if not text:
        return
    if made and "s" in made[-1]:
        made[-1]["s"] += text
    else:
        made.append({"s": text})


def _value(made: list[Run], code: str, how: str, source: Source) -> None:
    field = source.fields.get(code)
    if field is None:
        value = source.office.get(code)
        if value is None:
            raise ValueError(f"no field {code}")
        _say(made, value) if value else made.append({"blank": 8})
        return
    value = source.data.get(code)
    if how == "box":
        chosen = value if isinstance(value, list) else [value]
        for place, option in enumerate(field.options):
            made.append({"box": option in chosen})
            _say(made, option + ("　" if place < len(field.options) - 1 else ""))
    elif schema.is_empty(value):
        if field.kind is Kind.CHOICE:
            _say(made, "/".join(field.options))
        else:
            made.append({"blank": BLANK.get(field.kind, 8)})
    else:
        _say(made, written(field, value, how))


def written(field: Field, value: Any, how: str = "") -> str:
    """A value as it stands in a sentence; what cannot be read stays as it was typed."""
    match field.kind:
        case Kind.DATE:
            found = schema.as_date(value)
            return wording.day(found) if found else str(value)
        case Kind.DATETIME:
            at = schema.as_moment(value)
            return wording.moment(at) if at else str(value)
        case Kind.MONEY:
            amount = schema.as_money(value)
            if amount is None:
                return str(value)
            return f"人民币{wording.money_upper(amount)}" if how == "upper" else wording.money(amount)
        case Kind.CHOICES:
            return "、".join(map(str, value))
        case Kind.OFFICERS:
            rows = [row for row in value if isinstance(row, list) and len(row) == 2 and any(row)]
            return "、".join(str(who) if how == "names" else f"{who}（执法证号：{number}）" for who, number in rows)
        case Kind.FLAG:
            return "是"
        case Kind.TABLE:
            return "；".join("，".join(str(cell) for cell in row if str(cell).strip()) for row in value)
    return str(value).replace("\r", "").replace("\n", "")


def _party(rest: str, source: Source) -> Iterator[Block]:
    for place, (code, label) in enumerate(PARTY_LINES):
        if code not in source.fields or (
            (source.final or place >= ALWAYS_SHOWN) and schema.is_empty(source.data.get(code))
        ):
            continue
        if rest == "rows":
            yield _row(f"| {label} | {{{code}}}", source)
        else:
            yield {"t": "pairs", "cells": _pairs([label, f"{{{code}}}"], source)}


def _table(rest: str, source: Source) -> Iterator[Block]:
    code, _, least = rest.partition(" ")
    field = source.fields[code]
    value = source.data.get(code)
    rows = [[str(cell) for cell in row] for row in value if isinstance(row, list)] if isinstance(value, list) else []
    columns = len(field.options)
    rows = [(row + [""] * columns)[:columns] for row in rows if any(row)]
    rows += [[""] * columns for _ in range(int(least or 0) - len(rows))]
    yield {"t": "table", "head": list(field.options), "rows": rows}


def _check(rest: str, source: Source) -> Iterator[Block]:
    field, value = source.fields[rest], source.data.get(rest)
    chosen = value if isinstance(value, list) else [value]
    yield {"t": "checks", "options": [{"s": option, "on": option in chosen} for option in field.options]}


def _sign(rest: str, source: Source) -> Iterator[Block]:
    yield {"t": "sign", "slots": _slots(rest)}


def _issuer(rest: str, source: Source) -> Iterator[Block]:
    made: list[Run] = []
    _value(made, "issued_on", "", source)
    yield {
        "t": "issuer",
        "name": source.office.get("bureau_name", ""),
        "date": made,
        "blank": schema.is_empty(source.data.get("issued_on")),
    }


def _contact(rest: str, source: Source) -> Iterator[Block]:
    yield {"t": "pairs", "cells": _pairs(["联系人", "{contact_person}", "联系电话", "{contact_phone}"], source)}
    yield {"t": "pairs", "cells": _pairs(["联系地址", "{contact_address}"], source)}


def _copies(rest: str, source: Source) -> Iterator[Block]:
    text = "本文书一式{copies_total}份，{copies_served}份送达，一份归档[?copies_other|，{copies_other}]。"
    yield {"t": "copies", "runs": _runs(text, source)}


def _remedy(rest: str, source: Source) -> Iterator[Block]:
    yield {
        "t": "para",
        "runs": [{"s": source.remedy.replace("本决定书", rest).replace("本决定", rest) if rest else source.remedy}],
    }


def _officers(rest: str, source: Source) -> Iterator[Block]:
    value = source.data.get(rest or "officers")
    rows = [row for row in value if isinstance(row, list) and len(row) == 2] if isinstance(value, list) else []
    for who, number in rows or [["", ""], ["", ""]]:
        cells = [("执法人员", who), ("执法证号", number)]
        yield {
            "t": "pairs",
            "cells": [{"label": label, "runs": [{"s": text} if text else {"blank": 8}]} for label, text in cells],
        }


def _gap(rest: str, source: Source) -> Iterator[Block]:
    yield {"t": "gap", "mm": int(rest)}


def _note(rest: str, source: Source) -> Iterator[Block]:
    yield {"t": "note", "runs": _runs(rest, source)}


MACROS: dict[str, Callable[[str, Source], Iterator[Block]]] = {
    "party": _party, "table": _table, "check": _check, "sign": _sign, "issuer": _issuer, "contact": _contact,
    "copies": _copies, "remedy": _remedy, "officers": _officers, "gap": _gap, "note": _note,
}  # fmt: skip


def codes_in(body: str) -> set[str]:
    """The fields a body prints or asks about, for checking a form before it is taken in."""
    found = {match[2] for match in PIECE.finditer(body) if not match[1]}
    for line in map(str.strip, body.splitlines()):
        while match := CONDITION.match(line):
            found.add(match[2])
            line = match[4]
        if line.startswith(("@table ", "@check ")):
            found.add(line.split()[1])
    return found | {match[1].removeprefix("!") for match in OPTIONAL.finditer(body)}


def periods_in(body: str) -> set[str]:
    """The statutory periods a body quotes."""
    return {match[2] for match in PIECE.finditer(body) if match[1]}
