"""What modules add: the work a service task (自动步骤) does, by name, in `AppConfig.ready()`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Handler:
    """`run(instance, data, by=…, now=…)` acts in the transaction of the step; what it gives is added to the data."""

    name: str
    run: Callable[..., Mapping[str, Any] | None]


handlers: dict[str, Handler] = {}


def run(code: str, instance: Any, data: Mapping[str, Any], *, by: Any, now: datetime) -> Mapping[str, Any]:
    """Do what the service task names. Raises KeyError for a name nobody registered; publishing asks before."""
    return handlers[code].run(instance, data, by=by, now=now) or {}
