"""The ladder of reminders as plain functions: which rung a clock has reached, and what makes a ladder whole."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from shijian.core.errors import Refused


class BrokenLadder(Refused):
    code = "deadlines.broken_ladder"


@dataclass(frozen=True, slots=True)
class RungValue:
    """Told with `days_left` working days to go (negative: so many after), to the people `levels_up` above as well."""

    days_left: int
    name: str
    levels_up: int = 0

    @property
    def when(self) -> str:
        return f"超期 {-self.days_left} 日" if self.days_left < 0 else f"剩余 {self.days_left} 日"


def ordered(rungs: Collection[RungValue]) -> tuple[RungValue, ...]:
    """The rungs from early to late. Refuses an empty ladder, two rungs of one day, and one that goes down again."""
    made = tuple(sorted(rungs, key=lambda rung: -rung.days_left))
    if not made:
        raise BrokenLadder("提醒阶梯至少要有一级。")
    for earlier, later in pairwise(made):
        if earlier.days_left == later.days_left:
            raise BrokenLadder(f"剩余 {later.days_left} 个工作日有两级，请只留一级。")
        if later.levels_up < earlier.levels_up:
            raise BrokenLadder(f"“{later.name}”告知的级数少于“{earlier.name}”，越晚应当告知越上级。")
    return made


def reached(days_left: int, ladder: Sequence[RungValue], warned: int | None) -> RungValue | None:
    """The latest rung a clock stands on, unless it was told already. Days left are working days, negative when late."""
    standing = [rung for rung in ladder if days_left <= rung.days_left]
    if not standing:
        return None
    rung = standing[-1]
    return rung if warned is None or rung.days_left < warned else None
