"""What modules above add: facts a paper may be filled with, what goes into a case file beside the papers,
what stands on the page of a paper."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

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


# kind of record -> (ids) -> those of them that are finished, so that their papers are due to be filed.
finished: dict[str, Callable[[Collection[UUID]], set[UUID]]] = {}

# (record) -> its evidence for the case file, in order.
evidence: list[Callable[[Record], Iterable[Piece]]] = []


@dataclass(frozen=True, slots=True)
class Panel:
    """A card another module puts on the page of a paper in force: its template sees `context` as `panel`."""

    template: str
    context: Mapping[str, Any]


# (user, paper, record) -> a card on the paper's page, or None
panels: list[Callable[[Any, Any, Record], Panel | None]] = []
