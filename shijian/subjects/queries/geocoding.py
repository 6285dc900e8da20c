"""From an address to places: what the register and the grid know about its street."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from django.db.models import Q

from shijian.grid import queries as grid
from shijian.grid.models import Node

from ..choices import LocationSource
from ..models import Entity
from ..models.entity import EntityQuerySet
from ..models.fields import SearchKeys
from ..rules import geocoding, grams
from ..rules.geocoding import Address, Guess, Known

WITNESSES = 2_000
TRUSTED = [LocationSource.IMPORTED, LocationSource.CORRECTED]
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Placed:
    """A guess and the grid it lies in ("" outside all)."""

    guess: Guess
    area_code: str

    @property
    def percent(self) -> int:
        return round(100 * self.guess.confidence)

    @property
    def word(self) -> str:
        return "高" if self.guess.confidence >= geocoding.SURE else "中" if self.guess.confidence >= 0.5 else "低"


def places_of(bureau_code: str, text: str, *, on: date) -> list[Placed]:
    """Where an address of the bureau probably is, the most likely first; those nearly at the same spot are said once."""
    address = geocoding.parse(text)
    known = witnesses(bureau_code, address) if address.road or address.text else []
    made: list[Placed] = []
    for guess in geocoding.guesses(address, known, _named(bureau_code, address, on)):
        spot = (guess.lon, guess.lat)
        if all(geocoding.metres(*spot, each.guess.lon, each.guess.lat) > geocoding.NEAR_M for each in made):
            made.append(Placed(guess, grid.code_at(bureau_code, *spot, on=on)))
    return made[:SHOWN]


def witnesses(bureau_code: str, address: Address) -> list[Known]:
    """Entities on the same street whose place is known; those at the same door first."""
    rows = Entity.objects.filter(bureau_code=bureau_code, location_source__in=TRUSTED, location_wgs84__isnull=False)
    found: dict[object, tuple[str, tuple[float, float], str]] = {}
    for part in dict.fromkeys([address.text, address.door, address.road]):
        if len(part) >= 2 and len(found) < WITNESSES:
            for key, text, place, source in _holding(rows, part):
                found[key] = text, place, source
    return [
        Known(lon, lat, geocoding.parse(text), source == LocationSource.CORRECTED)
        for text, (lon, lat), source in found.values()
    ]


def _holding(rows: EntityQuerySet, part: str) -> list[Any]:
    held = Q(search_keys__contains=grams.pairs(part.lower())) & Q(address__contains=part)
    found = rows.alias(search_keys=SearchKeys()).filter(held)
    return list(found.values_list("pk", "address", "location_wgs84", "location_source")[:WITNESSES])


def _named(bureau_code: str, address: Address, on: date) -> list[tuple[str, float, float]]:
    """Lowest grids whose name the address holds, with a point inside each."""
    nodes = Node.objects.approved().filter(bureau_code=bureau_code).order_by("-area_code")
    stems = {code: geocoding.stem(name) for code, name in nodes.values_list("area_code", "name")}
    named = {code: name for code, name in stems.items() if len(name) >= 2 and name in address.text}
    if not named:
        return []
    outlines = grid.shapes(bureau_code, on=on)
    points = [(name, shapely.point_on_surface(outlines[code])) for code, name in named.items() if code in outlines]
    return [(name, point.x, point.y) for name, point in points]
