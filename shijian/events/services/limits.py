"""How long an event may take: the statutory clock of a clue, or the bureau's own limit."""

import json
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.timezone import get_current_timezone, localdate

from shijian.core import deadlines
from shijian.core.rules.limits import governing

from ..models import Event

TRUSTED_SECONDS = 1.0  # how long a process works with the calendar and the limits before it asks whether they changed
_known: dict[Callable[[], Any], tuple[float, Any]] = {}


def set_limits(event: Event, *, start: datetime, found_on: date | None = None) -> dict[str, Any]:
    """Compute the limits of an event from its kind; gives the fields it set.

    A clue's statutory period runs from the day of discovery or receipt of the material, not from the dispatch
    (市场监督管理行政处罚程序规定 (2022-09-29) art. 18; GRD-11); a reopened one from the day the reopening showed that it
    goes on (`found_on`). The bureau's own limits run from `start`. The first day or hour is not counted (art. 80).
    """
    found: dict[str, Any] = {"respond_by": start + timedelta(hours=event.kind.respond_hours)}
    day = found_on or localdate(event.discovered_at)
    if deadline := _deadline(event, start, day):
        midnight = datetime.combine(day, datetime.min.time(), tzinfo=get_current_timezone())
        found |= {
            "clock_from": min(start, midnight) if event.kind.limit_key else start,
            "due_on": deadline.due,
            "due_at": deadline.due_at,
            "limit_text": deadline.limit.citation[:200],
            "working": json.loads(json.dumps(deadline.as_json(), default=str)),
        }
    for name, value in found.items():
        setattr(event, name, value)
    return found


def _deadline(event: Event, start: datetime, found_on: date) -> deadlines.Deadline | None:
    kind, calendar = event.kind, _recent(deadlines.calendar.current)
    if kind.limit_key:
        versions = _recent(deadlines.limits).get(kind.limit_key) or deadlines.versions(kind.limit_key)
        return deadlines.compute_limit(governing(versions, on=found_on), found_on, calendar)
    if not kind.limit_amount:
        return None
    unit = deadlines.Unit(kind.limit_unit)
    rule = deadlines.Limit(
        kind.code,
        f"{kind.name}办理",
        kind.limit_amount,
        unit,
        citation=kind.limit_basis,
        valid_from=localdate(kind.since) if kind.since else date.min,
    )
    from_instant = unit in {deadlines.Unit.HOURS, deadlines.Unit.MINUTES}
    return deadlines.compute_limit(rule, start if from_instant else localdate(start), calendar)


def _recent(load: Callable[[], Any]) -> Any:
    at, value = _known.get(load, (float("-inf"), None))
    if time.monotonic() - at > TRUSTED_SECONDS:
        value = load()
        _known[load] = (time.monotonic(), value)
    return value
