"""A form as a file, written as the shipped ones are: taken out, edited elsewhere, taken in again with every fault by its line."""

import json
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from . import catalogue
from .catalogue import Content
from .choices import Family, Stage
from .rules import schema
from .rules.drafting import MOST_LINE, Flaw

MOST_BYTES = 200_000
FILE = "文件"
LISTS = ("signs", "page_sign", "basis", "mistakes")
TEXTS = ("name", "style", "body", "fields", "word", "volume", "slug", "unverified")
NEEDED = ("name", "style", "body")
VOLUMES = ("", "正卷", "副卷", "正卷、副卷")


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a file: the form, or its faults."""

    content: Content | None
    flaws: list[Flaw]


def written(content: Content) -> str:
    """The version as a file; its shared groups come along, so it means the same on another node."""
    used = {name.removeprefix("@") for name in content.fields_text.split() if name.startswith("@")}
    head = {"family": content.family, "source": content.source}
    form = {
        "slug": content.slug, "number": content.number, "name": content.name, "word": content.word, "stage": content.stage,
        "volume": content.volume, "style": content.style, "signs": content.signs, "page_sign": content.page_sign,
        "basis": content.basis, "mistakes": content.mistakes, "unverified": content.unverified, "fields": _lines(content.fields_text),
        "body": _lines(content.body),
    }  # fmt: skip
    parts = [
        "\n".join([*_pairs(head), f"valid_from = {content.valid_from.isoformat()}"]),
        "\n".join(["[[form]]", *_pairs({key: value for key, value in form.items() if value or key in NEEDED})]),
        "\n".join(["[form.sample]", *_pairs(content.sample)]),
        "\n".join(["[groups]", *_pairs({name: _lines(content.groups[name]) for name in sorted(used)})]),
    ]
    return "\n\n".join(parts) + "\n"


def _lines(text: str) -> str:
    return text.strip("\n") + "\n" if "\n" in text.strip("\n") else text.strip("\n")


def _pairs(values: Mapping[str, Any]) -> list[str]:
    return [f"{key} = {_value(value)}" for key, value in values.items()]


def _value(value: Any) -> str:
    """JSON writes strings, numbers, truth values and lists as TOML reads them; a text of several lines stays readable."""
    if isinstance(value, str) and "\n" in value:
        kept = value.replace("\\", "\\\\").replace('"""', '\\"\\"\\"').replace("\r", "\\r")
        return f'"""\n{kept}"""'
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def read(data: bytes, *, today: date, periods: Collection[str]) -> Taken:
    """The form a file describes. Nothing is kept here."""
    if len(data) > MOST_BYTES:
        return Taken(None, [Flaw(FILE, 0, f"超过 {MOST_BYTES // 1000} KB，不像一份文书格式。")])
    try:
        text = data.decode("utf-8-sig")
        found = tomllib.loads(text)
    except UnicodeDecodeError:
        return Taken(None, [Flaw(FILE, 0, "不是 UTF-8 编码的文本，请另存为 UTF-8。")])
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        return Taken(None, [Flaw(FILE, line, "写法不对，请检查这一行的引号、括号和等号。")])
    if "\\u0000" in json.dumps(found, default=str):
        return Taken(None, [Flaw(FILE, 0, "含有不能使用的控制字符（\\u0000）。")])
    form, flaws = _form(found, text)
    if flaws:
        return Taken(None, flaws)
    content = _content(found, form, today)
    return Taken(content, [_in_file(flaw, text) for flaw in catalogue.flaws(content, periods=periods)])


def _form(found: dict[str, Any], text: str) -> tuple[dict[str, Any], list[Flaw]]:
    forms = found.get("form")
    if not isinstance(forms, list) or len(forms) != 1 or not isinstance(forms[0], dict):
        return {}, [Flaw(FILE, 0, "应有且只有一个 [[form]]，一个文件导入一种文书。")]
    form = forms[0]
    flaws = [Flaw(FILE, 0, f"[[form]] 中没有 {key}。") for key in NEEDED if not form.get(key)]
    flaws += [_wrong(key, text, "应是带引号的文字") for key in TEXTS if not isinstance(form.get(key, ""), str)]
    flaws += [
        _wrong(key, text, "应是方括号中的几段文字")
        for key in LISTS
        if not isinstance(listed := form.get(key, []), list) or not all(isinstance(each, str) for each in listed)
    ]
    if found.get("family") not in Family.values:
        flaws.append(_wrong("family", text, f"应为 {'、'.join(Family.values)} 之一"))
    if form.get("stage", Stage.ANY) not in Stage.values:
        flaws.append(_wrong("stage", text, f"应为 {'、'.join(Stage.values)} 之一"))
    if len(str(form.get("name", ""))) > 60 or len(str(form.get("word", ""))) > 12:
        flaws.append(_wrong("name", text, "名称不超过 60 字，文号用字不超过 12 字"))
    if form.get("volume", "") not in VOLUMES:
        flaws.append(_wrong("volume", text, "应为“正卷”“副卷”或者不写"))
    sample = form.get("sample", {})
    if not isinstance(sample, dict) or not all(_is_value(each) for each in sample.values()):
        flaws.append(_wrong("sample", text, "应是 [form.sample] 一节，每项是文字、true、false 或者文字的列表"))
    groups = found.get("groups", {})
    if not isinstance(groups, dict):
        flaws.append(_wrong("groups", text, "应是 [groups] 一节"))
    else:
        flaws += [_wrong(name, text, "应是共用字段，一行一个") for name, each in groups.items() if not _is_group(each)]
    if not isinstance(found.get("source", ""), str) or type(found.get("valid_from", date.min)) is not date:
        flaws.append(_wrong("valid_from", text, "source 应是文字，valid_from 应是日期，如 2026-12-01"))
    return form, flaws


def _is_value(value: Any) -> bool:
    """Whether a sample may have it: a text, a truth value, texts, or rows of texts."""
    rows = value if isinstance(value, list) else []
    cells = [cell for row in rows for cell in (row if isinstance(row, list) else [row])]
    return isinstance(value, str | bool | list) and all(isinstance(cell, str) for cell in cells)


def _is_group(text: Any) -> bool:
    """Whether it can be read as fields; a group does not take in others."""
    if not isinstance(text, str) or "@" in text or any(len(line) > MOST_LINE for line in text.splitlines()):
        return False
    try:
        return bool(schema.parse(text, {}))
    except ValueError:
        return False


def _wrong(key: str, text: str, said: str) -> Flaw:
    return Flaw(FILE, _place(key, text), f"“{key}”{said}。")


def _content(found: dict[str, Any], form: dict[str, Any], today: date) -> Content:
    return Content(
        slug=form.get("slug", ""), family=found["family"], number=0, name=form["name"].strip(), word=form.get("word", "").strip(),
        stage=form.get("stage", Stage.ANY), volume=form.get("volume", "")[:8], style=form["style"],
        signs=tuple(form.get("signs", ())), basis=tuple(form.get("basis", ())), mistakes=tuple(form.get("mistakes", ())),
        fields_text=form.get("fields", ""), body=form["body"], sample=form.get("sample", {}), page_sign=tuple(form.get("page_sign", ())),
        source=found.get("source", "")[:200], unverified=form.get("unverified", ""), valid_from=max(found.get("valid_from", today), today),
        groups={**catalogue.shared_groups(), **found.get("groups", {})},
    )  # fmt: skip


PARTS = {"字段": "fields", "正文": "body", "版式": "style", "页脚签名": "page_sign", "范例": "sample"}


def _in_file(flaw: Flaw, text: str) -> Flaw:
    """The flaw by the line of the file instead of the line of its part."""
    place = _place(PARTS.get(flaw.part, ""), text)
    opening = text.splitlines()[place - 1].rstrip() if place else ""
    inside = place + flaw.line - (0 if opening.endswith(('"""', "'''")) else 1) if place and flaw.line else place
    return Flaw(FILE, inside, f"{flaw.part}：{flaw.text}")


def _place(key: str, text: str) -> int:
    """The line where a key stands; 0 when it is not there."""
    wanted = re.compile(rf"^\s*(?:\[+(?:form\.)?{key}\]+|{key}\s*=)")
    return next((at for at, line in enumerate(text.splitlines(), 1) if key and wanted.match(line)), 0)
