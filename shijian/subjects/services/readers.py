"""Registry files as rows: csv (UTF-8, BOM, GB 18030), xlsx and parquet, streamed, bounded, whatever they contain."""

import codecs
import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import pyarrow as pa
import pyarrow.parquet as pq

from shijian.core.errors import InvalidInput

READABLE = {".csv", ".txt", ".xlsx", ".parquet"}
MAX_INFLATED = 2 * 2**30  # bytes an xlsx may unpack to


@dataclass(slots=True)
class Table:
    """The header and the rows with their line numbers (the header is line 1)."""

    header: list[Any]
    rows: Iterator[tuple[int, list[Any]]]
    close: Callable[[], Any]


def open_table(path: Path) -> Table:
    """A file as a table, to be closed by the caller (`contextlib.closing`). Raises InvalidInput."""
    readers = {".csv": _csv, ".txt": _csv, ".xlsx": _xlsx, ".parquet": _parquet}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise InvalidInput("不支持的文件类型", field=path.name, remedy="请提供 CSV、XLSX 或 Parquet 文件。")
    try:
        return reader(path)
    except (OSError, BadZipFile, KeyError, ValueError, StopIteration, pa.ArrowException) as error:
        if isinstance(error, InvalidInput):
            raise
        raise InvalidInput("文件损坏或不是所称的类型", field=path.name, remedy="请重新导出后再试。") from error


def encoding_of(path: Path) -> tuple[str, bool]:
    """UTF-8 if every byte of the file says so, else GB 18030, which also reads GBK and GB 2312; and whether it holds NULs."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    encoding, nul = "utf-8-sig", False
    with path.open("rb") as file:
        while chunk := file.read(2**20):
            nul = nul or b"\0" in chunk
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                return "gb18030", True
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        encoding = "gb18030"
    return encoding, nul


def _csv(path: Path) -> Table:
    encoding, nul = encoding_of(path)
    file = path.open(encoding=encoding, errors="replace", newline="")
    sample = file.readline()
    file.seek(0)
    delimiter = max(",;\t|", key=sample.count)
    lines = (line.replace("\0", "") for line in file) if nul else file
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        header = next(reader, [])
    except csv.Error:
        header = []

    def rows() -> Iterator[tuple[int, list[Any]]]:
        line = reader.line_num + 1
        while True:
            try:
                for row in reader:
                    if row:
                        yield line, row
                    line = reader.line_num + 1
                return
            except csv.Error:
                yield line, [""]  # a field beyond all bounds: reported as a row without a name
                line = reader.line_num + 1

    return Table(list(header), rows(), file.close)


def _xlsx(path: Path) -> Table:
    with ZipFile(path) as archive:
        if sum(item.file_size for item in archive.infolist()) > MAX_INFLATED:
            raise InvalidInput("表格解开后过大", field=path.name, remedy="请改用 CSV 分批导入。")
    from openpyxl import load_workbook  # a fifth of the time a process takes to start, so only when it is needed

    book = load_workbook(path, read_only=True, data_only=True)
    rows = book.worksheets[0].iter_rows(values_only=True)
    header = next(rows, ())
    lines = ((line, list(row)) for line, row in enumerate(rows, 2) if any(cell is not None for cell in row))
    return Table(list(header), lines, book.close)


def _parquet(path: Path) -> Table:
    file = pq.ParquetFile(path)

    def rows() -> Iterator[tuple[int, list[Any]]]:
        line = 1
        for batch in file.iter_batches(batch_size=10_000):
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                line += 1
                yield line, list(row)

    return Table(list(file.schema_arrow.names), rows(), file.close)
