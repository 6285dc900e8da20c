"""The partition that answers for points, kept by each process as long as no boundary changes."""

import time
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from django.db import connection
from django.utils.timezone import localdate
from numpy.typing import NDArray

from ..models import Boundary, StreetGrid
from ..rules.area import area_m2
from ..rules.assignment import Partition
from .nodes import CHECK_EVERY_SECONDS, forget_levels, shapes


@dataclass
class _Known:
    version: str
    checked: float
    partition: Partition


_partitions: dict[tuple[str, date], _Known] = {}
VERSION = (
    "SELECT coalesce(max(id), 0) || '/' || count(*) FROM grid_boundary WHERE bureau_code = %s AND valid @> %s::date"
)


def partition(bureau_code: str, *, on: date) -> Partition:
    """The lowest-level grids of a bureau on a day, made ready once per process and boundary version."""
    known = _partitions.get((bureau_code, on))
    if known and time.monotonic() - known.checked < CHECK_EVERY_SECONDS:
        return known.partition
    with connection.cursor() as cursor:
        cursor.execute(VERSION, [bureau_code, on])
        version = str(cursor.fetchone()[0])
    if known and known.version == version:
        known.checked = time.monotonic()
        return known.partition
    made = Partition(shapes(bureau_code, on=on))
    if len(_partitions) > 8:
        _partitions.clear()
    _partitions[bureau_code, on] = _Known(version, time.monotonic(), made)
    return made


def forget_partitions() -> None:
    """After a boundary or the levels changed in this process."""
    _partitions.clear()
    forget_levels()


def code_at(bureau_code: str, lon: float, lat: float, *, on: date) -> str:
    """The code of the grid a point lies in, "" outside all of them."""
    return partition(bureau_code, on=on).code_at(lon, lat)


def neighbours_of(bureau_code: str, code: str, *, on: date) -> list[str]:
    """The codes of the grids that touch this one; none for a grid without a boundary."""
    known = partition(bureau_code, on=on)
    if code not in known.codes:
        return []
    own = known.polygons[known.codes.index(code)]
    near = shapely.dwithin(known.polygons, own, 1e-5)  # a metre, in degrees
    return [each for each, is_near in zip(known.codes, near, strict=True) if is_near and each != code]


def assign(bureau_code: str, lonlat: NDArray[np.float64], *, on: date) -> NDArray[np.object_]:
    """Codes for n × 2 points (longitude, latitude in degrees, WGS 84)."""
    return partition(bureau_code, on=on).assign(lonlat)


def street_place(bureau_code: str, system: str, code: str) -> tuple[float, float, int] | None:
    """A point inside another department's grid and how far off it can be, in metres; None for one nobody mapped.

    The point lies in the market grid that holds most of it, so what is placed by that code alone finds its person.
    """
    row = StreetGrid.objects.filter(bureau_code=bureau_code, system=system, outer_code=code).first()
    if row is None:
        return None
    ground = row.geometry
    boundary = Boundary.objects.filter(node=row.node_id, valid__contains=localdate()).first() if row.node_id else None
    if boundary:
        common = shapely.intersection(ground, boundary.geometry)
        ground = common if common.area > 0 else ground
    point = shapely.point_on_surface(ground)
    return point.x, point.y, round((area_m2(row.geometry) / np.pi) ** 0.5)
