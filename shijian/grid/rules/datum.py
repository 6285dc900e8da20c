"""Coordinates of Chinese maps brought to WGS 84 (CGCS2000 is the same within a metre).

GCJ-02 (Amap, Tencent, Google China) shifts WGS 84 by 100 to 700 m; BD-09 (Baidu) shifts GCJ-02 once more. Both
directions are published only as formulas from WGS 84; the way back is found by iteration, which converges to well
below a millimetre. Outside the rectangle in which GCJ-02 is applied, coordinates pass unchanged.
"""

from enum import StrEnum
from math import pi
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]

KRASOVSKY_A = 6378245.0
KRASOVSKY_EE = 0.00669342162296594323
WEST, EAST, SOUTH, NORTH = 72.004, 137.8347, 0.8293, 55.8271
BAIDU = pi * 3000.0 / 180.0
ROUNDS = 12


class Datum(StrEnum):
    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


NAMES = {Datum.WGS84: "WGS-84／CGCS2000", Datum.GCJ02: "GCJ-02（高德、腾讯）", Datum.BD09: "BD-09（百度）"}


def to_wgs84(lonlat: Any, datum: Datum) -> Floats:
    """Points (n × 2, degrees) of a datum as WGS 84."""
    points = np.array(lonlat, dtype=np.float64, ndmin=2)
    if datum is Datum.BD09:
        points = _inverse(_gcj02_to_bd09, points)
    if datum is not Datum.WGS84:
        points = _inverse(_wgs84_to_gcj02, points)
    return points


def from_wgs84(lonlat: Any, datum: Datum) -> Floats:
    """WGS 84 points (n × 2, degrees) as another datum sees them."""
    points = np.array(lonlat, dtype=np.float64, ndmin=2)
    if datum is not Datum.WGS84:
        points = _wgs84_to_gcj02(points)
    return _gcj02_to_bd09(points) if datum is Datum.BD09 else points


def geometry_to_wgs84(geometry: BaseGeometry, datum: Datum) -> BaseGeometry:
    if datum is Datum.WGS84:
        return geometry
    moved: BaseGeometry = shapely.transform(geometry, lambda xy: to_wgs84(xy, datum))
    return moved


def suspect_datum(shape: BaseGeometry, outline: BaseGeometry, declared: Datum) -> Datum | None:
    """The datum in which `shape` fits `outline` (WGS 84) clearly better than in the declared one, or None.

    `shape` (in its own coordinates) should fill the outline or at least one side of it. What sticks out of the
    outline is compared between the datums; a candidate is named only when it removes at least two thirds of an
    overhang that is more than half a percent of the shape.
    """
    overhang: dict[Datum, float] = {}
    for datum in Datum:
        moved = shapely.make_valid(geometry_to_wgs84(shape, datum))
        overhang[datum] = float(shapely.difference(moved, outline).area / max(moved.area, 1e-15))
    best = min(overhang, key=lambda datum: (overhang[datum], datum is not declared))
    clear = overhang[declared] > 0.005 and overhang[best] < overhang[declared] / 3
    return best if clear and best is not declared else None


def suspect_datum_of_points(lonlat: Any, outline: BaseGeometry, declared: Datum) -> Datum | None:
    """The same question for a file of places: in which datum do most of them lie inside the bureau's area?"""
    points = np.array(lonlat, dtype=np.float64, ndmin=2)
    shapely.prepare(outline)
    inside = {datum: float(shapely.intersects_xy(outline, *to_wgs84(points, datum).T).mean()) for datum in Datum}
    best = max(inside, key=lambda datum: (inside[datum], datum is declared))
    return best if len(points) >= 30 and inside[best] - inside[declared] > 0.02 else None


def _inverse(forward: Any, shifted: Floats) -> Floats:
    """The points that `forward` sends to `shifted`: the shift changes slowly, so it is taken off repeatedly."""
    points = shifted.copy()
    for _ in range(ROUNDS):
        points += shifted - forward(points)
    return points


def _in_china(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    return (lon > WEST) & (lon < EAST) & (lat > SOUTH) & (lat < NORTH)


def _wgs84_to_gcj02(points: Floats) -> Floats:
    lon, lat = points[:, 0], points[:, 1]
    x, y = lon - 105.0, lat - 35.0
    waves = (20.0 * np.sin(6.0 * x * pi) + 20.0 * np.sin(2.0 * x * pi)) * 2.0 / 3.0
    root = np.sqrt(np.abs(x))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves
    north += (20.0 * np.sin(y * pi) + 40.0 * np.sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * pi) + 320.0 * np.sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves
    east += (20.0 * np.sin(x * pi) + 40.0 * np.sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * pi) + 300.0 * np.sin(x / 30.0 * pi)) * 2.0 / 3.0
    phi = lat / 180.0 * pi
    magic = 1.0 - KRASOVSKY_EE * np.sin(phi) ** 2
    dlat = north * 180.0 / (KRASOVSKY_A * (1.0 - KRASOVSKY_EE) / (magic * np.sqrt(magic)) * pi)
    dlon = east * 180.0 / (KRASOVSKY_A / np.sqrt(magic) * np.cos(phi) * pi)
    inside = _in_china(lon, lat)
    return np.column_stack([np.where(inside, lon + dlon, lon), np.where(inside, lat + dlat, lat)])


def _gcj02_to_bd09(points: Floats) -> Floats:
    lon, lat = points[:, 0], points[:, 1]
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * BAIDU)
    theta = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * BAIDU)
    inside = _in_china(lon, lat)
    return np.column_stack(
        [
            np.where(inside, radius * np.cos(theta) + 0.0065, lon),
            np.where(inside, radius * np.sin(theta) + 0.006, lat),
        ]
    )
