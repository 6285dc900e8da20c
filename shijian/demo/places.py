"""Where the demo's entities are: points along the roads and inside the grids, with an address each."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import shape

DATA = Path(__file__).parent / "data"
JITTER = 0.00025  # degrees: a shop stands up to about 25 m from the middle of the road
ON_ROADS = 0.75
CLOSED_ROADS = {"motorway", "trunk", "trunk_link"}


@dataclass(frozen=True, slots=True)
class Area:
    """A station or grid as shipped: code, name, level (area, unit, grid) and its polygon in WGS 84 degrees."""

    code: str
    name: str
    level: str
    geometry: Any


@dataclass(frozen=True, slots=True)
class Places:
    """n places: coordinates (n × 2, lon and lat in degrees) and the road each one stands at."""

    lonlat: NDArray[np.float64]
    roads: list[str]


class Town:
    """The shipped map of the district."""

    @cached_property
    def areas(self) -> list[Area]:
        rows = json.loads((DATA / "areas.geojson").read_text(encoding="utf-8"))["features"]
        return [
            Area(
                row["properties"]["code"], row["properties"]["name"], row["properties"]["level"], shape(row["geometry"])
            )
            for row in rows
        ]

    @cached_property
    def grids(self) -> list[Area]:
        return [area for area in self.areas if area.level == "grid"]

    @cached_property
    def _segments(self) -> tuple[list[str], NDArray[Any]]:
        """The roads one may open a shop at: no motorways."""
        read = json.loads((DATA / "roads.geojson").read_text(encoding="utf-8"))["features"]
        rows = [row for row in read if row["properties"]["class"] not in CLOSED_ROADS]
        return [row["properties"]["name"] for row in rows], np.array([shape(row["geometry"]) for row in rows])

    def place(self, count: int, rng: np.random.Generator) -> Places:
        """`count` places, denser where grids are small, three quarters of them along a named road of their grid."""
        names, lines = self._segments
        polygons = np.array([grid.geometry for grid in self.grids])
        share = 1 / np.sqrt(shapely.area(polygons))
        owner = rng.choice(len(polygons), size=count, p=share / share.sum())
        lonlat = np.empty((count, 2))
        roads = [""] * count
        for index, polygon in enumerate(polygons):
            mine = np.flatnonzero(owner == index)
            inside = shapely.intersection(lines, polygon)
            lengths = shapely.length(inside)
            on_road = rng.random(len(mine)) < ON_ROADS if lengths.sum() else np.zeros(len(mine), dtype=bool)
            if on_road.any():
                chosen = rng.choice(len(lines), size=int(on_road.sum()), p=lengths / lengths.sum())
                points = shapely.line_interpolate_point(inside[chosen], rng.random(len(chosen)), normalized=True)
                jitter = rng.normal(0, JITTER / 2, (len(chosen), 2))
                lonlat[mine[on_road]] = shapely.get_coordinates(points) + jitter
                for row, road in zip(mine[on_road], chosen, strict=True):
                    roads[row] = names[road]
            nearest = names[int(np.argmin(shapely.distance(lines, shapely.centroid(polygon))))]
            lonlat[mine[~on_road]] = _scatter(polygon, int((~on_road).sum()), rng)
            for row in mine[~on_road]:
                roads[row] = nearest
        return Places(lonlat, roads)


def _scatter(polygon: Any, count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Uniform points inside a polygon, by rejection from its box."""
    x0, y0, x1, y1 = polygon.bounds
    shapely.prepare(polygon)
    found = np.empty((0, 2))
    while len(found) < count:
        tries = rng.uniform((x0, y0), (x1, y1), (2 * count + 8, 2))
        found = np.concatenate([found, tries[shapely.contains_xy(polygon, tries[:, 0], tries[:, 1])]])
    return found[:count]
