"""Cut the demo bureau's stations and grids out of the facts, once; the result is committed in `shijian/demo/data`.

    python tools/cut_demo_areas.py GEO_FOLDER

GEO_FOLDER holds `baqiao_streets_derived.geojson`, `baqiao_committees.csv`, `baqiao_street_labels.csv` and
`baqiao_roads_osm.geojson`. Stations are unions of streets; within a station, grids are the Voronoi cells of the centres
of its address labels (so grids are small where shops are dense), named after the nearest committee. All lines
are noded together on a grid of 1e-6 degrees before faces are formed: neighbours then share every vertex, and the areas
tile the district without gap or overlap.
"""

import csv
import json
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely import GeometryCollection, MultiPoint, Polygon, ops
from shapely.geometry import mapping, shape

OUT = Path(__file__).resolve().parents[1] / "shijian" / "demo" / "data"
STEP = 1e-6  # degrees: about 0.1 m

# Which station covers 十里铺, 新筑 and 新合 is in no public source: an assumption of the demo.
STATIONS = {
    "0501": ("纺织城市场监管所", ["610111001", "610111002"], 10),
    "0502": ("席王市场监管所", ["610111004"], 10),
    "0503": ("洪庆市场监管所", ["610111005"], 8),
    "0504": ("红旗市场监管所", ["610111003"], 8),
    "0505": ("灞桥市场监管所", ["610111007", "610111008", "610111009"], 10),
    "0506": ("狄寨市场监管所", ["610111006"], 6),
}


def main(source: Path) -> None:
    streets = {
        row["properties"]["code"]: shapely.make_valid(shape(row["geometry"]))
        for row in json.loads((source / "baqiao_streets_derived.geojson").read_text())["features"]
    }
    labels = _points(source / "baqiao_street_labels.csv")
    committees = [
        (row["nbs_name"] or row["poi_name"], float(row["lng"]), float(row["lat"]))
        for row in csv.DictReader((source / "baqiao_committees.csv").open(encoding="utf-8"))
    ]
    cells: dict[str, Polygon] = {}
    for code, (_, covered, wanted) in STATIONS.items():
        area = shapely.union_all([streets[street] for street in covered])
        cells |= _cells(code, area, _centres(_inside(area, labels), wanted))
    faces = _faces(cells)
    names = _names(faces, committees)
    features = [_feature("05", "灞桥片区", "area", shapely.coverage_union_all(list(faces.values())))]
    for code, (name, _, _) in STATIONS.items():
        parts = [face for grid, face in faces.items() if grid.startswith(code)]
        features.append(_feature(code, name, "unit", shapely.coverage_union_all(parts)))
    features += [_feature(code, names[code], "grid", face) for code, face in sorted(faces.items())]
    _write("areas.geojson", features)
    _write("roads.geojson", _roads(json.loads((source / "baqiao_roads_osm.geojson").read_text()), faces))
    sys.stdout.write(f"{len(faces)} grids, valid coverage: {bool(shapely.coverage_is_valid(list(faces.values())))}\n")


def _points(path: Path) -> np.ndarray[Any, Any]:
    rows = csv.DictReader(path.open(encoding="utf-8"))
    return np.array(
        [(float(row["lng"]), float(row["lat"])) for row in rows if float(row["neighbour_agreement"]) >= 0.25]
    )


def _inside(area: Any, points: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    shapely.prepare(area)
    return points[shapely.contains_xy(area, points[:, 0], points[:, 1])]


def _centres(points: np.ndarray[Any, Any], wanted: int) -> np.ndarray[Any, Any]:
    """k-means in metres-like units, started from evenly chosen points: the same every time."""
    scale = np.array([np.cos(np.radians(34.28)), 1.0])
    data = points * scale
    order = np.argsort(data @ np.array([1.0, 0.37]))
    centres = data[order[np.linspace(0, len(data) - 1, wanted).astype(int)]]
    for _ in range(60):
        nearest = np.argmin(((data[:, None] - centres[None]) ** 2).sum(axis=2), axis=1)
        centres = np.array(
            [data[nearest == k].mean(axis=0) if (nearest == k).any() else centres[k] for k in range(wanted)]
        )
    return centres / scale


def _cells(unit: str, area: Any, centres: np.ndarray[Any, Any]) -> dict[str, Polygon]:
    """Voronoi cells clipped to the station, numbered from the north-west like a map is read."""
    voronoi = shapely.voronoi_polygons(MultiPoint(centres), extend_to=area.envelope)
    cells = [shapely.intersection(cell, area) for cell in voronoi.geoms]
    cells.sort(key=lambda cell: (-round(cell.centroid.y, 2), cell.centroid.x))
    return {f"{unit}{number:02d}": cell for number, cell in enumerate(cells, 1)}


def _faces(cells: dict[str, Any]) -> dict[str, Any]:
    """Node all boundaries together and give each face to the cell its inner point lies in."""
    lines = shapely.unary_union([shapely.boundary(cell) for cell in cells.values()], grid_size=STEP)
    faces = list(ops.polygonize(lines))
    owners: dict[str, list[Any]] = defaultdict(list)
    codes, shapes = list(cells), list(cells.values())
    for face in faces:
        point = face.representative_point()
        inside = [code for code, cell in zip(codes, shapes, strict=True) if cell.intersects(point)]
        if inside:
            owners[inside[0]].append(face)
    merged = {code: shapely.coverage_union_all(parts) for code, parts in owners.items()}
    simple = shapely.coverage_simplify(list(merged.values()), 8e-5)
    rounded = shapely.set_precision(GeometryCollection(list(simple)), STEP, mode="pointwise")
    return dict(zip(merged, rounded.geoms, strict=True))


def _names(faces: dict[str, Any], committees: list[tuple[str, float, float]]) -> dict[str, str]:
    """Each grid is named after the committee nearest to its middle, each committee used once."""
    names, used = {}, set()
    for code, face in sorted(faces.items()):
        middle = face.representative_point()
        ranked = sorted(committees, key=lambda row: (row[1] - middle.x) ** 2 + (row[2] - middle.y) ** 2)
        name = next(_short(row[0]) for row in ranked if _short(row[0]) not in used)
        used.add(name)
        names[code] = f"{name}网格"
    return names


def _short(name: str) -> str:
    name = re.sub("^.*(街道办事处|街道办|街道|办事处|生态区|灞桥区|临潼区)", "", name)
    return re.sub("(社区居民|居民|社区居|村民|居|村)?(委员会|委会|委)$|(社区|村民|村)$", "", name) or name


def _roads(roads: dict[str, Any], faces: dict[str, Any]) -> list[dict[str, Any]]:
    """Named roads as one line each, simplified to about 10 m; their names make the demo's addresses."""
    district = shapely.coverage_union_all(list(faces.values()))
    lines: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in roads["features"]:
        if row["properties"]["name"] and "?" not in row["properties"]["name"]:
            lines[row["properties"]["name"], row["properties"]["fclass"]].append(shape(row["geometry"]))
    features = []
    for (name, kind), parts in sorted(lines.items()):
        line = shapely.intersection(shapely.line_merge(shapely.union_all(parts)), district)
        line = shapely.set_precision(shapely.simplify(line, 1e-4), 1e-5, mode="pointwise")
        if not line.is_empty and line.length > 0.001:
            features.append({"type": "Feature", "properties": {"name": name, "class": kind}, "geometry": mapping(line)})
    return features


def _feature(code: str, name: str, level: str, geometry: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"code": code, "name": name, "level": level},
        "geometry": mapping(shapely.normalize(geometry)),
    }


def _write(name: str, features: list[dict[str, Any]]) -> None:
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":"))
    (OUT / name).write_text(text.replace('{"type":"Feature"', '\n{"type":"Feature"') + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
