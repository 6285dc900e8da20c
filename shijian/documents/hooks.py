"""What modules above add: facts a paper may be filled with, what goes into a case file beside the papers."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shijian.core.records import Record

# (record) -> facts by field code, such as the amount a discretion computed or the dates of a case. Later ones win.
facts: list[Callable[[Record], Mapping[str, Any]]] = []


@dataclass(frozen=True, slots=True)
class Piece:
    """Something of a record that goes into its case file as a sheet: labels and texts, a picture (JPEG) where there is one."""

    title: str
    on: date
    rows: tuple[tuple[str, str], ...]
    picture: bytes = b""
    note: str = ""


# (record) -> its evidence for the case file, in order.
evidence: list[Callable[[Record], Iterable[Piece]]] = []
