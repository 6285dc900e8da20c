"""Which article of an old version an article of the new one continues: by its words, not by its number."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ..choices import ChangeKind

ALIKE = 0.42  # below this share of common word pairs two articles are not the same rule
MOVED_FAR = 0.12  # an article far from its old place must be the more alike


@dataclass(frozen=True, slots=True)
class Provision:
    """An article as the mapping sees it."""

    key: int
    number: int
    sub: int
    text: str


@dataclass(frozen=True, slots=True)
class Pair:
    """`before` and `after` are keys; one of them is None for a new or deleted article."""

    kind: ChangeKind
    before: int | None
    after: int | None
    likeness: float


def bigrams(text: str) -> Counter[str]:
    words = "".join(mark for mark in text if mark.isalnum())
    return Counter(words[place : place + 2] for place in range(len(words) - 1))


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """The share of pairs of characters two texts have in common (Dice), 0 to 1."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def pairs(old: Sequence[Provision], new: Sequence[Provision]) -> list[Pair]:
    """Each article of both versions once, in the order of the new version, the deleted ones at the end.

    Equal texts meet first; of the rest the most alike, where an article far from its old place needs more likeness.
    """
    matched: dict[int, tuple[int, float]] = {}  # place in new -> (place in old, likeness)
    by_text: dict[str, list[int]] = {}
    for place, each in enumerate(old):
        by_text.setdefault(each.text, []).append(place)
    free = set(range(len(old)))
    for place, each in enumerate(new):
        same = [spot for spot in by_text.get(each.text, []) if spot in free]
        if same:
            spot = min(same, key=lambda spot: (old[spot].number != each.number, abs(spot - place)))
            free.discard(spot)
            matched[place] = (spot, 1.0)
    left = [place for place in range(len(new)) if place not in matched]
    grams = {place: bigrams(new[place].text) for place in left}
    candidates = []
    for spot in free:
        one = bigrams(old[spot].text)
        for place in left:
            alike = likeness(one, grams[place])
            far = abs(spot / max(len(old), 1) - place / max(len(new), 1)) > 0.25
            if alike >= ALIKE + (MOVED_FAR if far else 0):
                candidates.append((alike, -abs(spot - place), spot, place))
    for alike, _, spot, place in sorted(candidates, reverse=True):
        if spot in free and place not in matched:
            free.discard(spot)
            matched[place] = (spot, alike)
    found = []
    for place, each in enumerate(new):
        if place not in matched:
            found.append(Pair(ChangeKind.NEW, None, each.key, 0.0))
            continue
        before, alike = old[matched[place][0]], matched[place][1]
        renumbered = (before.number, before.sub) != (each.number, each.sub)
        if before.text == each.text:
            kind = ChangeKind.MOVED if renumbered else ChangeKind.SAME
        else:
            kind = ChangeKind.MOVED_CHANGED if renumbered else ChangeKind.CHANGED
        found.append(Pair(kind, before.key, each.key, round(alike, 3)))
    return found + [Pair(ChangeKind.DELETED, old[spot].key, None, 0.0) for spot in sorted(free)]
