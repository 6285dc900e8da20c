"""The map of the city demo: 13 areas, 130 stations and 1,036 grids, cut out of the districts' outlines when it is loaded.

Not official: within a district the grids are Voronoi cells of evenly spread centres. All cells of the city are made
together and their lines noded once, so that they tile it without gap or overlap; a district is the union of its cells.
"""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import ops
from shapely.geometry import shape

from .places import Area, Town, features, scatter

STEP = 1e-6  # degrees: about 0.1 m
SCALE = np.array([np.cos(np.radians(34.2)), 1.0])  # a degree of longitude is shorter
GRIDS_PER_STATION = 8
# Area code, district of GB/T 2260, grids; 灞桥 keeps the 05 and the 52 grids it has in the district demo.
DISTRICTS = [
    ("01", "610102", 70), ("02", "610103", 78), ("03", "610104", 86), ("04", "610112", 118), ("05", "610111", 52),
    ("06", "610113", 150), ("07", "610114", 40), ("08", "610115", 82), ("09", "610116", 138), ("10", "610117", 46),
    ("11", "610118", 66), ("12", "610122", 54), ("13", "610124", 56),
]  # fmt: skip


def city_town(*, seed: int = 1) -> Town:
    """The same map for the same seed."""
    outlines = {row["properties"]["code"]: shape(row["geometry"]) for row in features("districts.geojson")}
    names = {row["properties"]["code"]: row["properties"]["name"] for row in features("districts.geojson")}
    rng = np.random.default_rng([seed, 61])
    whole = _whole(list(outlines.values()))
    centres = {code: _spread(outlines[district] & whole, count, rng) for code, district, count in DISTRICTS}
    faces = _faces(np.concatenate(list(centres.values())), whole)
    areas, start = [], 0
    for code, district, count in DISTRICTS:
        mine = faces[start : start + count]
        start += count
        areas += _district(code, names[district], mine, centres[code])
    order = {"area": 0, "unit": 1, "grid": 2}
    return Town(sorted(areas, key=lambda area: (order[area.level], area.code)))


def _district(code: str, name: str, faces: list[Any], centres: NDArray[np.float64]) -> list[Area]:
    """One district's areas of the three levels."""
    stations = _clusters(centres, -(-len(faces) // GRIDS_PER_STATION))
    made = [Area(code, f"{name.rstrip('区县')}片区", "area", shapely.coverage_union_all(faces), name)]
    for number in range(stations.max() + 1):
        mine = [faces[index] for index in np.flatnonzero(stations == number)]
        unit = f"{code}{number + 1:02d}"
        title = f"{name}第{number + 1}市场监管所"
        made.append(Area(unit, title, "unit", shapely.coverage_union_all(mine), name))
        made += [
            Area(f"{unit}{place:02d}", f"{name.rstrip('区县')}{number + 1}所{place}号网格", "grid", face, name)
            for place, face in enumerate(mine, 1)
        ]
    return made


def _whole(outlines: list[Any]) -> Any:
    """The city's outline: the slits between simplified districts are closed."""
    joined = shapely.union_all(outlines).buffer(2e-3).buffer(-2e-3)
    largest = max(getattr(joined, "geoms", [joined]), key=lambda part: part.area)
    return shapely.Polygon(largest.exterior)


def _spread(outline: Any, count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Evenly spread centres: k-means over random points of the district, each centre moved to the nearest point."""
    points = scatter(outline, count * 40, rng)
    centres = points[:count]
    for _ in range(12):
        nearest = _nearest(points, centres)
        centres = np.array(
            [points[nearest == k].mean(axis=0) if (nearest == k).any() else centres[k] for k in range(count)]
        )
    return points[_nearest(centres, points)]  # a mean may lie outside where the district bends inwards


def _clusters(centres: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """A station for each centre, stations numbered without a hole."""
    heads = centres[np.linspace(0, len(centres) - 1, count).astype(int)]
    for _ in range(20):
        nearest = _nearest(centres, heads)
        heads = np.array(
            [centres[nearest == k].mean(axis=0) if (nearest == k).any() else heads[k] for k in range(count)]
        )
    stations: NDArray[np.int64] = np.unique(_nearest(centres, heads), return_inverse=True)[1]
    return stations


def _nearest(points: NDArray[np.float64], centres: NDArray[np.float64]) -> NDArray[np.int64]:
    away = (((points[:, None] - centres[None]) * SCALE) ** 2).sum(axis=2)
    nearest: NDArray[np.int64] = np.argmin(away, axis=1)
    return nearest


def _faces(centres: NDArray[np.float64], whole: Any) -> list[Any]:
    """One polygon a centre, in their order; all lines are noded together, so neighbours share every vertex."""
    scaled = shapely.transform(whole.envelope, lambda points: points * SCALE)
    edges = shapely.voronoi_polygons(shapely.MultiPoint(centres * SCALE), extend_to=scaled, only_edges=True)
    edges = shapely.transform(edges, lambda points: points / SCALE)
    lines = shapely.unary_union([shapely.intersection(edges, whole), whole.boundary], grid_size=STEP)
    parts = np.array(list(ops.polygonize(lines)))
    owners = _nearest(shapely.get_coordinates(shapely.point_on_surface(parts)), centres)
    return [shapely.coverage_union_all(parts[owners == place]) for place in range(len(centres))]
