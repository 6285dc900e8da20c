"""What changed between two versions of a form, part by part, in words a keeper of forms reads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from . import drafting
from .schema import Field, Kind

KINDS = {
    Kind.LINE: "一行文字", Kind.TEXT: "多行文字", Kind.DATE: "日期", Kind.DATETIME: "日期和时间", Kind.NUMBER: "数字",
    Kind.MONEY: "金额", Kind.CHOICE: "单选", Kind.CHOICES: "多选", Kind.FLAG: "是否", Kind.TABLE: "表格", Kind.OFFICERS: "执法人员",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """A part that differs: its lines, each taken out ("-") or put in ("+")."""

    part: str
    lines: tuple[tuple[str, str], ...]


def changes(old: Mapping[str, Sequence[str]], new: Mapping[str, Sequence[str]]) -> list[Change]:
    """The parts of `new` that differ from `old`, each part being its lines."""
    found = [Change(part, tuple(_lines(old.get(part, ()), lines))) for part, lines in new.items()]
    return [change for change in found if change.lines]


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterable[tuple[str, str]]:
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from (("-", line) for line in old[a:b])
            yield from (("+", line) for line in new[c:d])


def said(field: Field) -> str:
    """A field in words."""
    notes = [KINDS[field.kind], "必填" if field.required else "选填"]
    notes += ["、".join(field.options)] if field.options else []
    return f"{field.label}（{field.code}）：{'，'.join(notes)}{f'。{field.hint}' if field.hint else ''}"


def style(code: str) -> str:
    return drafting.STYLES.get(code, code)
