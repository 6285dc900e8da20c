"""Where an address probably is, judged by entities whose place is known and by the names of grids: with a confidence and reasons.

No map service is asked: the register itself knows its streets. A guess never rests on another guess.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import cos, hypot, radians
from statistics import median

from .rows import tidy

ADMIN = re.compile(
    r"^(?:[\u4e00-\u9fff]{2,3}省)?(?:[\u4e00-\u9fff]{2,4}?市)?(?:[\u4e00-\u9fff]{1,4}?[区县])?"
    r"(?:[\u4e00-\u9fff]{2,5}?(?:街道办事处|街道办|街道|街办|镇|乡))?"
)
ROAD = re.compile(r"([\u4e00-\u9fff]{1,8}?(?:大道|路|街|巷|村|里|坊))(?:[东西南北中]段)?\s*(\d{1,4})?")
STEM = re.compile(r"(?:市场监督管理所|市场监管所|村民委员会|居民委员会|社区|村民|村委会|居委会|街道|片区|网格|单元)+$")

SURE = 0.8  # from here a place may be set without a person looking at it
NEAR_M, SAME_NUMBER_M, GAP_M, ROAD_M = 100, 150, 800, 600
NEIGHBOURS = 20  # house numbers apart


@dataclass(frozen=True, slots=True)
class Address:
    """What counts in an address: the street or village, and the house number."""

    text: str
    road: str = ""
    number: int | None = None

    @property
    def door(self) -> str:
        return f"{self.road}{self.number}号" if self.number is not None else self.road


@dataclass(frozen=True, slots=True)
class Known:
    """An entity whose place came with its registration or was corrected by hand. Degrees, WGS 84."""

    lon: float
    lat: float
    address: Address
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Guess:
    """A place with how likely it is (0 to 1) and why."""

    lon: float
    lat: float
    confidence: float
    reasons: tuple[str, ...] = field(default=())


def parse(text: str) -> Address:
    """The street and number of an address; the last street that has a number, else the first street."""
    text = tidy(text)
    rest = ADMIN.sub("", text)
    found = list(ROAD.finditer(rest))
    if not found:
        return Address(text)
    numbered = [match for match in found if match.group(2)]
    best = numbered[-1] if numbered else found[0]
    number = int(best.group(2)) if best.group(2) else None
    return Address(text, best.group(1), number)


def stem(name: str) -> str:
    """The part of a grid's name an address may hold: 米家崖村民网格 → 米家崖."""
    return STEM.sub("", name)


def guesses(address: Address, known: Sequence[Known], areas: Sequence[tuple[str, float, float]]) -> list[Guess]:
    """Possible places, the most likely first. `areas` are (name, lon, lat) of grids whose name the address holds."""
    made: list[Guess] = []
    if corrected := [each for each in known if each.by_hand and each.address.text == address.text]:
        last = corrected[-1]
        made.append(Guess(last.lon, last.lat, 0.95, ("同一住所此前由人工校正过位置",)))
    street = [each for each in known if address.road and each.address.road == address.road]
    for rule in (_same_door, _between_neighbours, _somewhere_on_the_street):
        if found := rule(address, street):
            made.append(found)
    for name, lon, lat in areas:
        made.append(Guess(lon, lat, 0.3, (f"住所提到“{name}”，取该网格中心",)))
    return sorted(made, key=lambda each: -each.confidence)


def _same_door(address: Address, street: Sequence[Known]) -> Guess | None:
    same = [each for each in street if address.number is not None and each.address.number == address.number]
    if not same:
        return None
    lon, lat, spread = _centre(same)
    if spread <= SAME_NUMBER_M:
        confidence = min(0.92, 0.82 + 0.02 * len(same))
        return Guess(
            lon, lat, confidence, (f"{len(same)} 户同在{address.door}，相距不超过 {max(1, round(spread))} 米",)
        )
    return Guess(lon, lat, 0.45, (f"{len(same)} 户同在{address.door}，但分散在 {round(spread)} 米内，可能有同名街巷",))


def _between_neighbours(address: Address, street: Sequence[Known]) -> Guess | None:
    if address.number is None:
        return None
    wanted = address.number
    numbered = [
        (each.address.number, each)
        for each in street
        if each.address.number is not None
        and each.address.number != wanted
        and (each.address.number - wanted) % 2 == 0
        and abs(each.address.number - wanted) <= NEIGHBOURS
    ]
    lower = [pair for pair in numbered if pair[0] < wanted]
    upper = [pair for pair in numbered if pair[0] > wanted]
    if lower and upper:
        low, high = max(number for number, _ in lower), min(number for number, _ in upper)
        before = _centre([each for number, each in lower if number == low])
        after = _centre([each for number, each in upper if number == high])
        if metres(*before[:2], *after[:2]) <= GAP_M:
            share = (wanted - low) / (high - low)
            lon, lat = (before[axis] + share * (after[axis] - before[axis]) for axis in (0, 1))
            return Guess(lon, lat, 0.7, (f"在{address.road}{low}号与{high}号之间按门牌推算",))
    if numbered:
        nearest = min((number for number, _ in numbered), key=lambda number: abs(number - wanted))
        lon, lat, _ = _centre([each for number, each in numbered if number == nearest])
        return Guess(lon, lat, 0.55, (f"{address.road}上最近的已知门牌是 {nearest} 号",))
    return None


def _somewhere_on_the_street(address: Address, street: Sequence[Known]) -> Guess | None:
    if len(street) < 3:
        return None
    lon, lat, spread = _centre(street)
    confidence = 0.4 if spread <= ROAD_M else 0.15
    return Guess(lon, lat, confidence, (f"{address.road}上 {len(street)} 户的中间位置，前后约 {round(spread)} 米",))


def _centre(places: Sequence[Known]) -> tuple[float, float, float]:
    """The median place, and how far four fifths of the places lie from it at most."""
    lon, lat = median(each.lon for each in places), median(each.lat for each in places)
    away = sorted(metres(lon, lat, each.lon, each.lat) for each in places)
    return lon, lat, away[(4 * len(away) - 1) // 5]


def metres(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Distance of two places of one city."""
    return hypot((other_lon - lon) * cos(radians((lat + other_lat) / 2)), other_lat - lat) * 111_320
