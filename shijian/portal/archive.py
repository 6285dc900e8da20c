"""The evidence of a record as sheets of its case file: two modules that do not know each other meet here."""

from collections.abc import Iterator

from django.utils.timezone import localdate, localtime

from shijian.core.files import path_of
from shijian.core.records import Record
from shijian.documents.hooks import Piece
from shijian.evidence.queries import items_of


def evidence_of(record: Record) -> Iterator[Piece]:
    """Each item with what was said of it, its hash, and the picture where it is one."""
    for item in items_of(record).select_related("officer", "second_officer", "file"):
        officers = "、".join(each.name for each in (item.officer, item.second_officer) if each)
        rows = (
            ("证据名称", item.title), ("证据种类", item.get_kind_display()), ("证明目的", item.purpose),
            ("取得时间", f"{localtime(item.taken_at):%Y-%m-%d %H:%M}"), ("取得地点", item.taken_place), ("执法人员", officers),
            ("文件", item.file_name or "实物"), ("SHA-256", item.sha256),
        )  # fmt: skip
        yield Piece(
            f"证据{item.number}：{item.title}",
            localdate(item.taken_at),
            tuple(row for row in rows if row[1]),
            _picture(item.file),
        )


def _picture(file: object) -> bytes:
    key = getattr(file, "sha256", "")
    path = path_of(key, "display") if key and getattr(file, "is_image", False) else None
    return path.read_bytes() if path and path.exists() else b""
