"""Where the demo's entities are: points along the roads and inside the grids, with an address each."""

import json
from collections.abc import Sequence
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
    """A station or grid: code, name, level (area, unit, grid), its polygon in WGS 84 degrees, the district it is in."""

    code: str
    name: str
    level: str
    geometry: Any
    district: str


@dataclass(frozen=True, slots=True)
class Places:
    """n places: coordinates (n × 2, lon and lat in degrees), the district and the road each one stands at."""

    lonlat: NDArray[np.float64]
    districts: list[str]
    roads: list[str]


class Town:
    """A map to put shops on: areas of all levels, and named lines along which three quarters of the shops stand."""

    def __init__(self, areas: Sequence[Area], roads: Sequence[tuple[str, Any]] = ()) -> None:
        self.areas = list(areas)
        self.grids = [area for area in self.areas if area.level == "grid"]
        self.stations = {area.code: area.name for area in self.areas if area.level == "unit"}
        self._names = [name for name, _ in roads]
        self._lines = np.array([line for _, line in roads])

    @cached_property
    def _roads_inside(self) -> list[tuple[NDArray[Any], NDArray[np.float64]]]:
        """Per grid the parts of the roads in it and their lengths."""
        if not self._names:
            return [(self._lines, np.zeros(0))] * len(self.grids)
        inside = [shapely.intersection(self._lines, grid.geometry) for grid in self.grids]
        return [(lines, shapely.length(lines)) for lines in inside]

    def place(self, count: int, rng: np.random.Generator) -> Places:
        """`count` places, denser where grids are small."""
        share = 1 / np.sqrt(shapely.area([grid.geometry for grid in self.grids]))
        owner = rng.choice(len(self.grids), size=count, p=share / share.sum())
        lonlat = np.empty((count, 2))
        roads = [""] * count
        order = np.argsort(owner, kind="stable")
        starts = np.searchsorted(owner[order], np.arange(len(self.grids) + 1))
        for index, grid in enumerate(self.grids):
            mine = order[starts[index] : starts[index + 1]]
            lines, lengths = self._roads_inside[index]
            on_road = rng.random(len(mine)) < ON_ROADS if lengths.sum() else np.zeros(len(mine), dtype=bool)
            if on_road.any():
                chosen = rng.choice(len(lines), size=int(on_road.sum()), p=lengths / lengths.sum())
                points = shapely.line_interpolate_point(lines[chosen], rng.random(len(chosen)), normalized=True)
                jitter = rng.normal(0, JITTER / 2, (len(chosen), 2))
                lonlat[mine[on_road]] = shapely.get_coordinates(points) + jitter
                for row, road in zip(mine[on_road], chosen, strict=True):
                    roads[row] = self._names[road]
            near = self._nearest(grid)
            lonlat[mine[~on_road]] = scatter(grid.geometry, int((~on_road).sum()), rng)
            for row in mine[~on_road]:
                roads[row] = near
        return Places(lonlat, [self.grids[index].district for index in owner], roads)

    def _nearest(self, grid: Area) -> str:
        if not self._names:
            return grid.name.removesuffix("网格")
        return self._names[int(np.argmin(shapely.distance(self._lines, shapely.centroid(grid.geometry))))]


def district_town() -> Town:
    """The shipped map of 灞桥: six stations, 52 grids, its named roads (no shops on motorways)."""
    areas = [
        Area(row["properties"]["code"], row["properties"]["name"], row["properties"]["level"], shape(row["geometry"]), "灞桥区")
        for row in features("areas.geojson")
    ]  # fmt: skip
    open_roads = [row for row in features("roads.geojson") if row["properties"]["class"] not in CLOSED_ROADS]
    return Town(areas, [(row["properties"]["name"], shape(row["geometry"])) for row in open_roads])


def features(name: str) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads((DATA / name).read_text(encoding="utf-8"))["features"]
    return read


def scatter(polygon: Any, count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Uniform points inside a polygon, by rejection from its box."""
    x0, y0, x1, y1 = polygon.bounds
    shapely.prepare(polygon)
    found = np.empty((0, 2))
    while len(found) < count:
        tries = rng.uniform((x0, y0), (x1, y1), (2 * count + 8, 2))
        found = np.concatenate([found, tries[shapely.contains_xy(polygon, tries[:, 0], tries[:, 1])]])
    return found[:count]
