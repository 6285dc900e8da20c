"""What modules above add: where an officer was at work, so that recordings find their records; the papers they support;
the tasks under which they are out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shijian.core.records import Record


@dataclass(frozen=True, slots=True)
class Presence:
    """An officer acted on a record at a moment."""

    record_kind: str
    record_id: UUID
    number: str
    said: str
    at: datetime


# (officer, from, until) -> what he did in that time, in any order
presences: list[Callable[[Any, datetime, datetime], list[Presence]]] = []


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of the record a recording may support: settled or approved, so its hash is final."""

    key: UUID
    form: str
    name: str
    number: str
    version: int
    sha256: str
    made_at: datetime
    url: str
    is_on_site: bool
    newer_url: str = ""
    is_void: bool = False

    @property
    def label(self) -> str:
        return f"《{self.name}》{self.number}" + (f"（第 {self.version} 版）" if self.version > 1 else "")


# (record) -> its papers with a final text, those that are void too, the latest first
papers: list[Callable[[Record], list[Paper]]] = []


@dataclass(frozen=True, slots=True)
class FieldTask:
    """A registered task (执法任务) under which officers are out: evidence they take on the spot names it."""

    key: UUID
    number: str
    title: str
    is_usual: bool


@dataclass(frozen=True, slots=True)
class TaskBook:
    """Where tasks are kept: those to offer to a person for a record, the usual one first, and the page of one."""

    offered: Callable[[Any, Record, datetime], list[FieldTask]]
    url: Callable[[UUID], str]


tasks: list[TaskBook] = []
