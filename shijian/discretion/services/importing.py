"""Benchmarks from a file a bureau keeps: CSV or XLSX with the columns of the shipped table."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zipfile import BadZipFile

from django.db import transaction

from shijian.accounts.models import User
from shijian.core.errors import InvalidInput

from ..choices import State, Verb
from ..models import Benchmark
from ..rules import Entry, Fault, table
from .benchmarks import propose

MOST_ROWS = 20_000
MOST_BYTES = 10 * 1024 * 1024
REQUIRED = {"代码", "违法行为", "法律", "条"}


@dataclass(slots=True)
class Outcome:
    """What an import did, in lines of the file; the good violations became drafts."""

    read: int = 0
    created: int = 0
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        return len(self.faults)


@transaction.atomic
def import_benchmarks(content: bytes, *, name: str, document: str, by: User, now: datetime) -> Outcome:
    """Good violations become drafts that wait for submission; every bad line is named; the same again changes nothing."""
    if len(content) > MOST_BYTES:
        raise InvalidInput("文件超过 10 MB", remedy="请分成几个文件导入。")
    lines = _xlsx(content) if name.lower().endswith(".xlsx") else _csv(content)
    entries, faults = table.read(lines)
    outcome = Outcome(read=len(lines), faults=faults)
    known = {
        (row.code, row.valid_from): row.lines
        for row in Benchmark.objects.filter(region_code=by.bureau_code).exclude(state=State.RETURNED)
    }
    for entry in entries:
        if known.get((entry.violation.code, entry.valid_from)) == _stored(entry):
            outcome.unchanged += len(entry.lines)
        else:
            propose(entry, document=document, by=by, now=now, verb=Verb.IMPORTED)
            outcome.created += len(entry.lines)
    return outcome


def _stored(entry: Entry) -> list[dict[str, str]]:
    return [{name: value for name, value in line.items() if value} for line in entry.lines]


def _csv(content: bytes) -> list[dict[str, str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise InvalidInput("文件不是 UTF-8 或者 GB18030 编码", remedy="请另存为 UTF-8 的 CSV 或者 XLSX。")
    try:
        rows = list(csv.reader(io.StringIO(text)))
    except csv.Error as error:
        raise InvalidInput(f"不是 CSV 文件（{error}）", remedy="请用 CSV 或者 XLSX 文件。") from error
    return _named(rows)


def _xlsx(content: bytes) -> list[dict[str, str]]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        rows = [[_text(cell) for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)]
    except (BadZipFile, KeyError, ValueError, OSError, IndexError) as error:
        raise InvalidInput("不是可以读取的 XLSX 文件", remedy="请在 Excel 中另存为 .xlsx 后重试。") from error
    return _named(rows)


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _named(rows: Iterable[list[str]]) -> list[dict[str, str]]:
    rows = list(rows)
    if len(rows) > MOST_ROWS:
        raise InvalidInput(f"文件超过 {MOST_ROWS:,} 行", remedy="请分成几个文件导入。")
    heading = [each.strip() for each in rows[0]] if rows else []
    if missing := REQUIRED - set(heading):
        raise InvalidInput(f"第一行缺少列：{'、'.join(sorted(missing))}", remedy="请从本页下载模板，不要改列名。")
    found = [dict(zip(heading, row, strict=False)) for row in rows[1:]]
    return [line for line in found if any(value.strip() for value in line.values())]
