"""What modules add in `AppConfig.ready()`: the work a service task (自动步骤) does, by name; processes a record calls for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shijian.core.records import Record


@dataclass(frozen=True, slots=True)
class Handler:
    """`run(instance, data, by=…, now=…)` acts in the transaction of the step; what it gives is added to the data."""

    name: str
    run: Callable[..., Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A process the state of a record calls for, and why; who works on the record starts it by one click, or not."""

    process: str
    why: str


handlers: dict[str, Handler] = {}
proposals: list[Callable[[Record], list[Proposal]]] = []


def run(code: str, instance: Any, data: Mapping[str, Any], *, by: Any, now: datetime) -> Mapping[str, Any]:
    """Do what the service task names. Raises KeyError for a name nobody registered; publishing asks before."""
    return handlers[code].run(instance, data, by=by, now=now) or {}
