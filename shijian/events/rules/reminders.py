"""When somebody is reminded of an event, and who: a ladder that climbs one level at a time (GRD-13).

No law fixes it: the rungs are the bureau's own, data that a bureau may order differently.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Rung:
    """`days_over` after the due day (negative: before it), `hours_over` for limits in hours.

    `levels_up` is how many levels above the handler are told besides him; 0 = the handler alone.
    """

    key: str
    name: str
    days_over: int
    hours_over: int
    levels_up: int


LADDER = (
    Rung("soon", "即将到期", -2, -2, 0),
    Rung("overdue", "已超期，督办", 1, 0, 1),
    Rung("overdue_more", "超期未办结，升级督办", 5, 24, 2),
)


def rung_reached(
    *, due_on: date | None, due_at: datetime | None, today: date, now: datetime, ladder: Sequence[Rung] = LADDER
) -> Rung | None:
    """The highest rung an open event stands on; None while there is time. The due day itself is in time."""
    if due_at is not None:
        reached = [each for each in ladder if now > due_at + timedelta(hours=each.hours_over)]
    elif due_on is not None:
        reached = [each for each in ladder if today >= due_on + timedelta(days=each.days_over)]
    else:
        reached = []
    return reached[-1] if reached else None


def is_new(rung: Rung, warned: str, ladder: Sequence[Rung] = LADDER) -> bool:
    """Whether a rung is higher than the one people were told of: each rung is told once."""
    keys = [each.key for each in ladder]
    return warned not in keys or keys.index(rung.key) > keys.index(warned)


def levels_above(handler_code: str, chain: Collection[str], *, levels_up: int) -> list[str]:
    """The codes of the levels told, nearest first; the whole bureau ("") is the last there is."""
    codes = sorted({code for code in (*chain, "") if len(code) < len(handler_code)}, key=len, reverse=True)
    return codes[:levels_up] or ([""] if levels_up else [])
