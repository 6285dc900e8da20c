"""When somebody is reminded of an event, and who: a ladder that climbs with the share of the limit that is used up (GRD-13).

No law fixes it: the rungs are the bureau's own, dated rows that its grid office changes.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Rung:
    """From `share_percent` of the limit on (100 = it has run out), `levels_up` levels above the handler are told besides him.

    0 levels = the handler alone.
    """

    share_percent: int
    name: str
    levels_up: int

    @property
    def key(self) -> str:
        """How an event remembers that people were told of this rung; stays when names or levels change."""
        return str(self.share_percent)


class BrokenLadder(ValueError):
    """Rungs that cannot be climbed: none, two at the same share, a share or a number of levels out of range."""


def ordered(rungs: Collection[Rung]) -> tuple[Rung, ...]:
    """The rungs from the lowest up. Raises BrokenLadder with the reason in Chinese."""
    shares = [rung.share_percent for rung in rungs]
    if not shares:
        raise BrokenLadder("至少要有一级提醒。")
    if len(set(shares)) != len(shares):
        raise BrokenLadder("两级提醒不能设在同一比例。")
    if not all(1 <= share <= 1000 for share in shares):
        raise BrokenLadder("比例在 1% 至 1000% 之间。")
    if not all(0 <= rung.levels_up <= 9 for rung in rungs):
        raise BrokenLadder("向上级数在 0 至 9 之间。")
    return tuple(sorted(rungs, key=lambda rung: rung.share_percent))


def rung_reached(*, starts: datetime, ends: datetime, now: datetime, ladder: Sequence[Rung]) -> Rung | None:
    """The highest rung an open event stands on; None while there is time.

    The share is of elapsed time, working or not. The instant at which the limit ends is in time: 100% is reached after it.
    `ends` is the end of the last day for a limit in days.
    """
    total, elapsed = ends - starts, now - starts
    reached = [rung for rung in ladder if elapsed * 100 > total * rung.share_percent]
    return reached[-1] if reached else None


def is_new(rung: Rung, warned: str) -> bool:
    """Whether a rung is higher than the one people were told of: each rung is told once, also after the ladder changed."""
    return not warned.isdecimal() or rung.share_percent > int(warned)


def levels_above(handler_code: str, chain: Collection[str], *, levels_up: int) -> list[str]:
    """The codes of the levels told, nearest first; the whole bureau ("") is the last there is."""
    codes = sorted({code for code in (*chain, "") if len(code) < len(handler_code)}, key=len, reverse=True)
    return codes[:levels_up] or ([""] if levels_up else [])
