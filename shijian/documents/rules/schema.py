"""The fields of a form: what may be written in them, what is missing, what cannot be."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

OFFICERS_LEAST = 2  # 行政处罚法 (2021-01-22) 第四十二条第一款; EVD-01
OFFICERS_BASIS = "行政处罚法第四十二条"
MOST_ROWS, MOST_TEXT, MOST_LINE = 300, 20_000, 300
LINE = re.compile(
    r"^(?P<code>\w+)\s+(?P<kind>[a-z]+)(?P<must>!?)\s+(?P<label>[^=#]+?)(?:\s*=\s*(?P<options>[^#]+?))?(?:\s*#\s*(?P<hint>.+))?$"
)


class Kind(StrEnum):
    LINE = "line"
    TEXT = "text"
    DATE = "date"
    DATETIME = "datetime"
    NUMBER = "number"
    MONEY = "money"
    CHOICE = "choice"
    CHOICES = "choices"
    FLAG = "flag"
    TABLE = "table"
    OFFICERS = "officers"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `options` are the choices, or the columns of a table; `code` is the same for the same fact everywhere."""

    code: str
    label: str
    kind: Kind
    required: bool = False
    options: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a paper cannot be approved yet: the field and a sentence that says what to do."""

    code: str
    text: str


def parse(text: str, groups: Mapping[str, str]) -> tuple[Field, ...]:
    """Fields from lines `code kind[!] label [= option / option] [# hint]`; `@name` takes in a group.

    Raises ValueError naming the line that cannot be read, or a code used twice.
    """
    found: dict[str, Field] = {}
    for field in _fields(text, groups):
        if field.code in found:
            raise ValueError(f"field {field.code} is there twice")
        found[field.code] = field
    return tuple(found.values())


def _fields(text: str, groups: Mapping[str, str]) -> Iterable[Field]:
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("@"):
            for name in line.split():
                yield from _fields(groups[name.removeprefix("@")], groups)
            continue
        match = LINE.match(line)
        if not match:
            raise ValueError(f"cannot read the field: {line}")
        options = tuple(each.strip() for each in (match["options"] or "").split(" / ") if each.strip())
        yield Field(
            match["code"], match["label"], Kind(match["kind"]), bool(match["must"]), options, match["hint"] or ""
        )


def is_empty(value: Any) -> bool:
    if isinstance(value, list):
        return not any(_row_has_text(row) for row in value)
    return value is None or value is False or (isinstance(value, str) and not value.strip())


def _row_has_text(row: Any) -> bool:
    return any(str(cell).strip() for cell in row) if isinstance(row, list) else bool(str(row).strip())


def faults(fields: Iterable[Field], data: Mapping[str, Any]) -> list[Fault]:
    """What stands against approval: required fields left open, values no such field can have.

    Two officers with their certificate numbers are the legal minimum wherever a form names officers (行政处罚法 42).
    """
    found = []
    for field in fields:
        value = data.get(field.code)
        if is_empty(value):
            if field.required:
                verb = "请选择" if field.kind in (Kind.CHOICE, Kind.CHOICES) else "请填写"
                found.append(Fault(field.code, f"{verb}“{field.label}”。"))
            continue
        if sentence := _wrong(field, value):
            found.append(Fault(field.code, sentence))
    return found


def _wrong(field: Field, value: Any) -> str:
    """The sentence on a value that cannot stand there, "" when it can."""
    name = f"“{field.label}”"
    match field.kind:
        case Kind.DATE if as_date(value) is None:
            return f"{name}不是有效的日期，请按“2026-11-20”填写。"
        case Kind.DATETIME if as_moment(value) is None:
            return f"{name}不是有效的时间，请按“2026-11-20 10:05”填写。"
        case Kind.NUMBER if as_number(value) is None:
            return f"{name}应为不带小数的数字。"
        case Kind.MONEY if as_money(value) is None:
            return f"{name}应为金额，如 5000 或 120.50。"
        case Kind.CHOICE if value not in field.options:
            return f"{name}只能从“{'、'.join(field.options)}”中选择。"
        case Kind.CHOICES if not isinstance(value, list) or set(value) - set(field.options):
            return f"{name}只能从“{'、'.join(field.options)}”中选择。"
        case Kind.FLAG if not isinstance(value, bool):
            return f"{name}只能选择是或者否。"
        case Kind.OFFICERS:
            return _wrong_officers(name, value)
        case Kind.TABLE:
            rows = [row for row in value if _row_has_text(row)] if isinstance(value, list) else []
            if len(rows) > MOST_ROWS:
                return f"{name}超过 {MOST_ROWS} 行，请分开制作清单。"
            if any(not isinstance(row, list) or len(row) != len(field.options) for row in rows):
                return f"{name}每行应有 {len(field.options)} 列：{'、'.join(field.options)}。"
        case Kind.LINE if not isinstance(value, str) or len(value) > MOST_LINE or "\n" in value:
            return f"{name}应为一行文字，不超过 {MOST_LINE} 字。"
        case Kind.TEXT if not isinstance(value, str) or len(value) > MOST_TEXT:
            return f"{name}不超过 {MOST_TEXT} 字。"
    return ""


def _wrong_officers(name: str, value: Any) -> str:
    if not isinstance(value, list) or any(not isinstance(row, list) or len(row) != 2 for row in value):
        return f"{name}应逐人填写姓名和执法证号。"
    people = [
        (str(who).strip(), str(number).strip()) for who, number in value if str(who).strip() or str(number).strip()
    ]
    if len({number for _, number in people if number}) < OFFICERS_LEAST or len(people) < OFFICERS_LEAST:
        return f"{name}不得少于两人，且各有执法证号（{OFFICERS_BASIS}）。"
    if open_ones := [who or number for who, number in people if not who or not number]:
        return f"{name}中“{'、'.join(open_ones)}”的姓名或者执法证号没有填写。"
    return ""


def as_date(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def as_moment(value: Any) -> datetime | None:
    """A local time without a zone: what was on the clock of the place."""
    try:
        return (
            datetime.fromisoformat(value).replace(tzinfo=None) if isinstance(value, str) and len(value) > 10 else None
        )
    except ValueError:
        return None


def as_number(value: Any) -> int | None:
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def as_money(value: Any) -> Decimal | None:
    try:
        amount = Decimal(str(value).strip().replace(",", ""))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < 10**12 else None
