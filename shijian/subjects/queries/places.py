"""Entities on the map: the nearest ones, and features for a box."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from shijian.accounts.models import User

from ..models import Entity
from ..models.entity import EntityQuerySet
from ..permissions import ENTITY_VIEW
from ..rules.cells import SIZES, zoom_for
from . import tally
from .registry import visible_to

MAP_FEATURES = 1500
CELLS = 40


def nearby(user: User, lon: float, lat: float, *, limit: int = 12) -> list[Entity]:
    """The nearest entities: more are fetched by the index, which measures in degrees, then ranked by true distance."""
    rows = visible_to(user).active().filter(location_wgs84__isnull=False)
    nearest: Any = rows.extra(  # the operator that the index serves; the values are parameters
        order_by=["nearness"],
        select={"nearness": "location_wgs84 <-> point(%s, %s)"},
        select_params=[lon, lat],
    )
    found = list(nearest[: limit * 3])
    return sorted(found, key=lambda entity: metres(lon, lat, entity.lon or 0, entity.lat or 0))[:limit]


def metres(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Distance of two near points, good to a per mille within a city."""
    across = (other_lon - lon) * np.cos(np.radians((lat + other_lat) / 2))
    return float(np.hypot(across, other_lat - lat) * 111_320)


def map_features(rows: EntityQuerySet, box: tuple[float, float, float, float]) -> list[dict[str, Any]]:
    """Points in a box, or counts on a raster of cells when there are too many; never more than a few thousand."""
    inside = rows.filter(location_wgs84__in_box=box)
    points = list(inside.values_list("pk", "name", "status", "location_wgs84")[: MAP_FEATURES + 1])
    if len(points) <= MAP_FEATURES:
        return [
            _feature(place[0], place[1], {"id": str(pk), "name": name, "status": status, "count": 1})
            for pk, name, status, place in points
            if place
        ]
    lonlat = np.array(list(inside.values_list("location_wgs84", flat=True)))
    west, south, east, _ = box
    side = max((east - west) / CELLS, 1e-9)
    cells = np.floor((lonlat - [west, south]) / side).astype(np.int64)
    _, where, counts = np.unique(cells[:, 0] * 100_000 + cells[:, 1], return_inverse=True, return_counts=True)
    lon = np.bincount(where, weights=lonlat[:, 0]) / counts
    lat = np.bincount(where, weights=lonlat[:, 1]) / counts
    return [_feature(float(x), float(y), {"count": int(n)}) for x, y, n in zip(lon, lat, counts, strict=True)]


def map_cells(
    user: User, box: tuple[float, float, float, float], statuses: Sequence[str]
) -> list[dict[str, Any]] | None:
    """Counted cells of a large box from the tally; None for a box so small that its entities can be read one by one."""
    west, south, east, _ = box
    side = (east - west) / CELLS
    zoom = zoom_for(side)
    if zoom is None:
        return None
    made: dict[tuple[int, int], list[int]] = {}
    for x, y, *numbers in tally.in_cells(user.scope(ENTITY_VIEW), box, zoom, statuses):
        place = int((x * SIZES[zoom] - west) // side), int((y * SIZES[zoom] - south) // side)
        known = made.setdefault(place, [0, 0, 0])
        made[place] = [a + b for a, b in zip(known, numbers, strict=True)]
    return [_feature(lon / n / 1e6, lat / n / 1e6, {"count": n}) for n, lon, lat in made.values()]


def _feature(lon: float, lat: float, properties: dict[str, Any]) -> dict[str, Any]:
    place = {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}
    return {"type": "Feature", "properties": properties, "geometry": place}
