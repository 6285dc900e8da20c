"""What modules above add: work that waits for somebody, shown beside the clocks of a record; clocks they keep themselves."""

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

# Kinds of records whose own acts extend and end their clocks, so that a clock never says other than its matter.
self_kept: set[str] = set()
