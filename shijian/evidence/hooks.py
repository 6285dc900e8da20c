"""What modules above add: where an officer was at work, so that recordings find their records."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


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
