"""Which PDFs are taken in at all: whole, of bounded size, and without anything that acts by itself when opened."""

import re
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from shijian.core.errors import Refused

MOST_BYTES = 25 * 2**20
MOST_UNPACKED = 200 * 2**20
MOST_OBJECTS = 50_000
MOST_PAGES = 2000
# What a reader of hostile bytes may raise.
DAMAGE = (PdfError, ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError, zlib.error)
ACTIVE = {
    "/JavaScript": "脚本", "/JS": "脚本", "/Launch": "启动外部程序的动作", "/EmbeddedFiles": "附件", "/EmbeddedFile": "附件",
    "/XFA": "动态表单", "/RichMedia": "富媒体", "/AA": "自动动作", "/SubmitForm": "自动提交", "/ImportData": "自动导入",
    "/GoToE": "打开附件的动作", "/GoToR": "打开其他文件的动作",
}  # fmt: skip
STREAM = re.compile(rb"stream\r?\n(?=[\x48\x58\x68\x78])")


class PdfRefused(Refused):
    code = "seals.pdf_refused"


@dataclass(frozen=True, slots=True)
class Facts:
    """What there is to know of a file before it is sealed: pages as (width, height, turn) in points, seals it has."""

    pages: tuple[tuple[float, float, int], ...]
    signatures: int


def examine(data: bytes, *, name: str = "文件") -> Facts:
    """The facts of a PDF fit for sealing. Raises PdfRefused with a sentence that says what is wrong and what to do."""
    reader = opened(data, name=name)
    facts = facts_of(reader, name=name)
    try:
        found = _active(reader)
    except DAMAGE as error:
        raise _damaged(name) from error
    if found:
        raise PdfRefused(f"“{name}”含有{found}，不予接收。请用“打印为 PDF”另存后再试。")
    return facts


def facts_of(reader: PdfFileReader, *, name: str = "文件") -> Facts:
    """The facts of a file that was examined before."""
    try:
        pages = tuple(
            _page(reader.find_page_for_modification(number)[0].get_object()) for number in range(_count(reader))
        )
        return Facts(pages, len(reader.embedded_signatures))
    except DAMAGE as error:
        raise _damaged(name) from error


def opened(data: bytes, *, name: str = "文件") -> PdfFileReader:
    """A reader over a file that is a PDF, not too large, not encrypted, whole. Raises PdfRefused."""
    if not data:
        raise PdfRefused(f"“{name}”是空文件，请重新选择。")
    if len(data) > MOST_BYTES:
        raise PdfRefused(f"“{name}”超过 {MOST_BYTES // 2**20} MB，请拆分或压缩后再试。")
    if not data.startswith(b"%PDF-"):
        raise PdfRefused(f"“{name}”不是 PDF 文件。请先转换为 PDF。")
    _bound(data, name)
    try:
        reader = PdfFileReader(BytesIO(data))
        encrypted = reader.encrypted
        if not encrypted:
            _count(reader)
    except DAMAGE as error:
        raise _damaged(name) from error
    if encrypted:
        raise PdfRefused(f"“{name}”已加密或设了权限密码，请去掉密码后再试。")
    return reader


def _damaged(name: str) -> PdfRefused:
    return PdfRefused(f"“{name}”已损坏或不完整，无法读取。请重新生成 PDF。")


def _bound(data: bytes, name: str) -> None:
    """Unpack every compressed stream to nowhere, within a bound: a bomb is found before anything reads it."""
    left = MOST_UNPACKED
    for found in STREAM.finditer(data):
        unpacking, rest = zlib.decompressobj(), data[found.end() :]
        try:
            while rest and not unpacking.eof:
                left -= len(unpacking.decompress(rest, 2**20))
                rest = unpacking.unconsumed_tail
                if left < 0:
                    raise PdfRefused(f"“{name}”解压后过大，可能是恶意文件，不予接收。")
        except zlib.error:
            continue  # not a compressed stream after all, or damaged: its reader will say


def _count(reader: PdfFileReader) -> int:
    count = int(reader.root["/Pages"]["/Count"])
    if not 0 < count <= MOST_PAGES:
        raise ValueError("pages")
    return count


def _page(page: Any) -> tuple[float, float, int]:
    left, foot, right, head = (float(each) for each in _inherited(page, "/MediaBox"))
    if right - left < 1 or head - foot < 1:
        raise ValueError("page size")
    return right - left, head - foot, int(_inherited(page, "/Rotate") or 0) % 360


def _inherited(page: Any, key: str) -> Any:
    for _ in range(50):
        if key in page:
            return page[key]
        if "/Parent" not in page:
            return None
        page = page["/Parent"]
    raise ValueError("pages form a circle")


def _active(reader: PdfFileReader) -> str:
    """The first thing found anywhere in the file that acts by itself; "" = none."""
    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = [reader.root]
    while waiting:
        each = waiting.pop()
        if isinstance(each, generic.IndirectObject):
            key = (each.idnum, each.generation)
            if key in seen:
                continue
            seen.add(key)
            if len(seen) > MOST_OBJECTS:
                raise ValueError("too many objects")
            each = each.get_object()
        if isinstance(each, generic.DictionaryObject):
            for name in (*each, each.get("/S")):
                if str(name) in ACTIVE:
                    return ACTIVE[str(name)]
            waiting.extend(each.raw_get(name) for name in each if name != "/Parent")
        elif isinstance(each, generic.ArrayObject):
            waiting.extend(each.raw_get(place) for place in range(len(each)))
    return ""
