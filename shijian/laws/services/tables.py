"""Reading a table somebody made by hand: CSV (UTF-8, GBK) or XLSX, by Chinese heads."""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from shijian.core.errors import InvalidInput

LARGEST = 10_000_000
MOST_ROWS = 20_000


@dataclass(slots=True)
class TableOutcome:
    """What an import did; `faults` are (line, head, value, reason)."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    faults: list[tuple[int, str, str, str]] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        return len({line for line, *_ in self.faults})


def rows(
    content: bytes, name: str, *, columns: dict[str, str], needed: tuple[str, ...]
) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, values by field) of every row that is not empty. Raises `InvalidInput` for a file that is no such table."""
    if len(content) > LARGEST:
        raise InvalidInput("文件过大", remedy=f"请分成不超过 {LARGEST // 1_000_000} MB 的文件。")
    lines = _xlsx(content) if name.lower().endswith(".xlsx") else _csv(content)
    header = next(lines, (1, []))[1]
    places = {columns[head]: place for place, head in enumerate(header) if head in columns}
    missing = [head for head, key in columns.items() if key in needed and key not in places]
    if missing:
        raise InvalidInput(f"缺少“{'、'.join(missing)}”列", row=1, remedy=f"首行应有：{'、'.join(columns)}。")
    for number, (line, values) in enumerate(lines):
        if number >= MOST_ROWS:
            raise InvalidInput(f"超过 {MOST_ROWS:,} 行", remedy="请分成几个文件导入。")
        if any(values):
            yield line, {key: values[place] if place < len(values) else "" for key, place in places.items()}


def _csv(content: bytes) -> Iterator[tuple[int, list[str]]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise InvalidInput("文件不是 UTF-8 或者 GBK 编码的文本", remedy="请另存为 CSV（UTF-8）后重试。")
    reader = csv.reader(io.StringIO(text.replace("\x00", ""), newline=""))
    try:
        for values in reader:
            yield reader.line_num, [value.strip() for value in values]
    except csv.Error as error:
        raise InvalidInput("这一行不是合格的 CSV", row=reader.line_num, remedy="请检查引号是否成对。") from error


def _xlsx(content: bytes) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > 20 * LARGEST:
                raise InvalidInput("工作簿展开后过大", remedy="请另存为 CSV 后重试。")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        for line, values in enumerate(sheet.iter_rows(values_only=True), 1):
            yield line, ["" if value is None else str(value).strip() for value in values]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, IndexError) as error:
        raise InvalidInput("工作簿打不开", remedy="请用 Excel 另存为 .xlsx 或者 CSV 后重试。") from error
