"""A superior's workbook: opened with care, read for its headings, filled in its blank cells only.

Nothing the template has is overwritten, nothing we write is computed: text is written as text, also when it begins like a formula.
A template with macros, links to other files or functions that reach outside is refused.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

from shijian.core.errors import Refused
from shijian.core.pages.exports import harmless

LARGEST, LARGEST_OPEN = 2 * 2**20, 40 * 2**20
ROWS, COLUMNS = 2000, 60
LOOKED_AT = 15  # rows at the top in which the heading is sought
SAFE = {
    "SUM", "AVERAGE", "COUNT", "COUNTA", "COUNTIF", "SUMIF", "ROUND", "ROUNDUP", "ROUNDDOWN", "IF", "IFERROR", "MAX", "MIN", "ABS",
    "INT", "SUBTOTAL", "ROW", "RANK", "AND", "OR", "NOT", "ISBLANK", "SUMPRODUCT", "TEXT", "TODAY", "YEAR", "MONTH", "DAY", "DATE",
}  # fmt: skip
CALL = re.compile(r"([A-Z_][A-Z0-9_.]*)\s*\(", re.IGNORECASE)
FAINT = re.compile(r"[\s　（）()：:、,，.。/／_\-]+|单位|合计")


class BadWorkbook(Refused):
    code = "exchange.bad_workbook"


def opened(content: bytes) -> Any:
    """The workbook, or BadWorkbook with what to do."""
    from openpyxl import load_workbook

    if len(content) > LARGEST:
        raise BadWorkbook("模板超过 2 MB，请去掉图片和多余的工作表后再上传。")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_parts(archive)
        book = load_workbook(io.BytesIO(content), keep_links=False)
        sheet = book.worksheets[0]
    except Refused:
        raise
    except Exception as error:  # a broken file fails anywhere inside the reader
        raise BadWorkbook("文件打不开。请用 Excel 或者 WPS 另存为 .xlsx 后再上传。") from error
    if sheet.max_row > ROWS or sheet.max_column > COLUMNS:
        raise BadWorkbook(f"第一张工作表超过 {ROWS} 行或 {COLUMNS} 列，请只保留要填的表。")
    for each in book.worksheets:
        for cell in _cells(each):
            if cell.data_type == "f":
                _check_formula(each, cell)
    return book


def _check_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if sum(part.file_size for part in parts) > LARGEST_OPEN or len(parts) > 400:
        raise BadWorkbook("模板展开后过大，请另存为只含要填的表的 .xlsx。")
    if any("vbaProject" in part.filename or "macrosheets" in part.filename for part in parts):
        raise BadWorkbook("模板带有宏。请另存为不含宏的 .xlsx 后再上传。")
    if any("externalLinks/" in part.filename for part in parts):
        raise BadWorkbook("模板引用了其他文件。请在 Excel“数据 → 编辑链接”中断开链接后再上传。")
    for part in parts:
        if part.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.read(part)[:2000]:
            raise BadWorkbook("文件内容不合规范。请用 Excel 或者 WPS 另存为 .xlsx 后再上传。")


def _check_formula(sheet: Any, cell: Any) -> None:
    text = str(getattr(cell.value, "text", cell.value))
    strange = {name.upper().removeprefix("_XLFN.") for name in CALL.findall(text)} - SAFE
    if strange or "|" in text or "[" in text:
        what = "、".join(sorted(strange)) or "外部引用"
        raise BadWorkbook(f"“{sheet.title}”的 {cell.coordinate} 使用了 {what}，不能保留。请改为数值或 SUM 等普通公式。")


def _cells(sheet: Any) -> Iterator[Any]:
    for row in sheet.iter_rows():
        yield from (cell for cell in row if cell.value is not None)


@dataclass(frozen=True, slots=True)
class Blank:
    """A place to fill: a column ("C") of a table, or one cell ("C5"), and what the template calls it."""

    at: str
    label: str


def heading_row(book: Any) -> int:
    """The row with the most texts among the first ones; of equals the lower, because group headings stand above."""
    sheet = book.worksheets[0]
    counts = {
        number: sum(1 for cell in row if isinstance(cell.value, str) and cell.data_type != "f")
        for number, row in enumerate(sheet.iter_rows(min_row=1, max_row=LOOKED_AT), 1)
    }
    best = max(counts.values(), default=0)
    return max((number for number, count in counts.items() if count == best), default=1)


def columns(book: Any) -> list[Blank]:
    """The columns under the heading row."""
    sheet, row = book.worksheets[0], heading_row(book)
    return [Blank(cell.column_letter, _label(cell.value)) for cell in sheet[row] if isinstance(cell.value, str)]


def single_cells(book: Any) -> list[Blank]:
    """Blank cells right of a text: one figure each."""
    from openpyxl.cell import MergedCell

    sheet, found = book.worksheets[0], []
    for row in sheet.iter_rows(max_col=sheet.max_column + 1):
        for left, right in pairwise(row):
            if (
                isinstance(left.value, str)
                and left.data_type != "f"
                and right.value is None
                and not isinstance(right, MergedCell)
            ):
                found.append(Blank(right.coordinate, _label(left.value)))
    return found[:200]


def _label(value: str) -> str:
    return re.sub(r"\s+", "", value)[:40]


def guess(label: str, known: Mapping[str, str]) -> str:
    """The key whose name is most like what the template says; "" where none is like enough."""
    wanted = FAINT.sub("", label)
    best, likeness = "", 0.0
    for key, name in known.items():
        plain = FAINT.sub("", name)
        if not wanted or not plain:
            continue
        alike = SequenceMatcher(None, wanted, plain).ratio() + (0.25 if plain in wanted or wanted in plain else 0)
        if alike > likeness:
            best, likeness = key, alike
    return best if likeness >= 0.75 else ""


def preview(book: Any, rows: int = 14, width: int = 12) -> list[list[str]]:
    sheet = book.worksheets[0]
    cut = sheet.iter_rows(
        min_row=1, max_row=min(rows, sheet.max_row), max_col=min(width, sheet.max_column), values_only=True
    )
    return [["" if value is None else str(value)[:40] for value in row] for row in cut]


def fill_cells(book: Any, values: Mapping[str, Any]) -> int:
    """Write single cells; gives how many were blank and are now filled."""
    sheet = book.worksheets[0]
    return sum(_put(sheet[at], value) for at, value in values.items())


def fill_rows(book: Any, key: str, rows: Iterable[tuple[str, Mapping[str, Any]]]) -> int:
    """Write a table under its heading: each row (name, values by column).

    A row of the template whose `key` column already has the name is completed; the rest goes in the first blank rows.
    With `key` "" all rows are appended.
    """
    sheet, heading = book.worksheets[0], heading_row(book)
    named: dict[str, int] = {}
    if key:
        for number in range(heading + 1, sheet.max_row + 1):
            if isinstance(value := sheet[f"{key}{number}"].value, str):
                named[FAINT.sub("", value)] = number
    filled, free = 0, heading + 1
    for name, values in rows:
        number = _named_row(FAINT.sub("", name), named)
        if not number:
            while any(sheet[f"{column}{free}"].value is not None for column in values):
                free += 1
            number, free = free, free + 1
        filled += sum(_put(sheet[f"{column}{number}"], value) for column, value in values.items())
    return filled


def _named_row(name: str, named: Mapping[str, int]) -> int:
    """The template may write 纺织城所 for 纺织城市场监督管理所: the whole name, else one that contains the other."""
    if name in named:
        return named[name]
    short = re.sub(r"市场(监督管理|监管)所$", "", name)
    return next((number for said, number in named.items() if short and said.startswith(short)), 0)


def _put(cell: Any, value: Any) -> int:
    from openpyxl.cell import MergedCell

    if isinstance(cell, MergedCell) or cell.value is not None or value in (None, ""):
        return 0
    if isinstance(value, int | float) and not isinstance(value, bool):
        cell.value = value
    else:
        text = "".join(char for char in str(value) if char >= " " or char in "\t\n")[:32_000]
        cell.value = harmless(text)
        cell.data_type = "s"
    return 1


def saved(book: Any) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
