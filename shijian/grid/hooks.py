"""What modules above fill in: how rows follow a changed boundary, and live numbers per grid."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Counter:
    """A live number of the 一口清 card and the map: `count(bureau_code, prefix)` by grid code, in one statement."""

    name: str
    label: str
    count: Callable[[str, str], dict[str, int]]
    url: Callable[[str], str]  # the rows behind the number, for an area code


# (bureau_code, codes whose boundary changed or None for all, day) -> how many rows moved
rebinders: list[Callable[[str, Iterable[str] | None, date], int]] = []
counters: list[Counter] = []
# (bureau_code) -> (bound, all): for the coverage figure
coverage: list[Callable[[str], tuple[int, int]]] = []
