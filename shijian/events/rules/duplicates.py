"""Whether two events are perhaps the same matter: points with their reasons. A hint for a person, who decides. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

SHOWN_FROM = 40  # points
METRES = ((30, 30), (100, 20), (300, 10))  # within so many metres: so many points
HOURS = ((24, 15), (24 * 7, 8), (24 * 30, 3))
SAME_KIND, SAME_GROUP = 25, 10
SAME_ENTITY = 30
BITS = ((6, 35), (12, 20))  # photos that differ in at most so many of 64 bits
WORDS = ((0.5, 20), (0.25, 10))  # share of common pairs of characters


@dataclass(frozen=True, slots=True)
class Facts:
    """What is compared. `metres` from the other event, None where one has no place; `photos` are dHashes."""

    kind: str
    group: str
    entity: str
    at: datetime
    text: str
    photos: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Likeness:
    points: int
    reasons: tuple[str, ...]
    metres: int | None = None
    bits: int | None = None

    @property
    def is_shown(self) -> bool:
        return self.points >= SHOWN_FROM


def likeness(one: Facts, other: Facts, *, metres: float | None) -> Likeness:
    """Points for place, matter, entity, time, photos and words; the same for both orders."""
    points, reasons = 0, []
    if metres is not None:
        points += _step(METRES, metres)
        reasons.append(f"相距 {round(metres)} 米")
    if one.kind == other.kind:
        points, reasons = points + SAME_KIND, [*reasons, "同一事项"]
    elif one.group == other.group:
        points, reasons = points + SAME_GROUP, [*reasons, "同一门类"]
    if one.entity and one.entity == other.entity:
        points, reasons = points + SAME_ENTITY, [*reasons, "同一主体"]
    hours = abs((one.at - other.at).total_seconds()) / 3600
    points += _step(HOURS, hours)
    reasons.append(_apart(hours))
    bits = nearest(one.photos, other.photos)
    if bits is not None and (found := _step(BITS, bits)):
        points, reasons = points + found, [*reasons, "照片几乎相同" if bits <= BITS[0][0] else "照片相似"]
    shared = common_pairs(one.text, other.text)
    if found := max((points for least, points in WORDS if shared >= least), default=0):
        points, reasons = points + found, [*reasons, f"文字相同 {round(100 * shared)}%"]
    return Likeness(points, tuple(reasons), None if metres is None else round(metres), bits)


def nearest(some: Collection[int], others: Collection[int]) -> int | None:
    """The fewest differing bits between a photo of one and a photo of the other."""
    return min((((a ^ b) & (1 << 64) - 1).bit_count() for a in some for b in others), default=None)


def common_pairs(one: str, other: str) -> float:
    """The share of pairs of neighbouring characters that both texts have, 0 to 1 (Jaccard)."""
    a, b = _pairs(one), _pairs(other)
    return len(a & b) / len(a | b) if a | b else 0.0


def _pairs(text: str) -> set[str]:
    letters = "".join(char for char in text if char.isalnum())
    return {letters[at : at + 2] for at in range(len(letters) - 1)}


def _apart(hours: float) -> str:
    if hours < 1:
        return "相隔不到 1 小时"
    return f"相隔 {round(hours)} 小时" if hours < 48 else f"相隔 {round(hours / 24)} 天"


def _step(steps: tuple[tuple[int, int], ...], value: float) -> int:
    return next((points for most, points in steps if value <= most), 0)
