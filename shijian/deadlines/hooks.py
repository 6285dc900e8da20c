"""What modules above show beside the clocks of a record: work that waits for somebody."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from shijian.core.records import Record


@dataclass(frozen=True, slots=True)
class Waiting:
    """One piece of work on a record: what, with whom, until when."""

    name: str
    who: str
    url: str
    due_on: date | None = None


waiting: list[Callable[[Any, Record], list[Waiting]]] = []
