"""Real boundaries by the command a bureau uses: Xihu's 605 grids as a second bureau, Baqiao and Xi'an.

The files are licensed for tests only and lie beside the repository.
"""

import io
import json
from itertools import combinations

import numpy as np
import pytest
import shapely
from django.core.management import call_command
from django.utils.timezone import localdate
from shapely.geometry import shape

from shijian.core.errors import Refused
from shijian.grid import queries
from shijian.grid.models import Boundary, Node
from shijian.grid.rules.area import area_m2
from shijian.grid.rules.assignment import OUTSIDE, Partition
from shijian.grid.rules.coverage import TOLERANCE_M2, FaultKind, polygonal
from shijian.grid.rules.datum import Datum, from_wgs84
from shijian.grid.testing import SHARED, feature, office_of, set_levels, write_features

XIHU = "330106"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not SHARED.exists(), reason="needs ../shared/data/geo"),
]


def features_of(name):
    return json.loads((SHARED / f"{name}.geojson").read_text(encoding="utf-8"))["features"]


def by_geodesic(geometry):
    """The area by another library and another method: geodesics on the same ellipsoid."""
    geod = pytest.importorskip("pyproj").Geod(a=6378137.0, rf=298.257222101)
    return abs(geod.geometry_area_perimeter(shapely.orient_polygons(geometry))[0])


def bring_in(path, level, office, *more):
    out = io.StringIO()
    call_command("import_areas", str(path), "--level", level, "--by", office.employee_no, "--json", *more, stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def xihu(cast, tmp_path):
    """Xihu's district, 11 towns as stations and, by `grids(path)`, its grids with three digits."""
    office = office_of(XIHU, "杭州市西湖区市场监督管理局", "X0001")
    set_levels(XIHU, grid_digits=3)
    towns = features_of("xihu_towns")
    whole = shapely.union_all([shape(each["geometry"]) for each in towns])
    bring_in(write_features(tmp_path / "d.geojson", [feature(whole, code="06", name="西湖区")]), "area", office)
    counts = bring_in(SHARED / "xihu_towns.geojson", "unit", office, "--renumber")
    assert (counts["created"], counts["rejected"]) == (11, 0)
    return office


def test_605_real_grids_come_in_and_their_faults_are_those_that_shapely_measures(xihu):
    counts = bring_in(SHARED / "xihu_grids.geojson", "grid", xihu, "--renumber")
    assert counts["read"] == 605
    assert (counts["created"], counts["rejected"]) == (601, 4)
    codes = set(Node.objects.filter(bureau_code=XIHU, level__key="grid").values_list("area_code", flat=True))
    assert len(codes) == 601
    assert all(len(code) == 7 and code.startswith("06") for code in codes)
    assert Node.objects.filter(bureau_code=XIHU, name="金乐社区第一网格").count() == 2
    again = bring_in(SHARED / "xihu_grids.geojson", "grid", xihu, "--renumber")
    assert (again["created"], again["updated"], again["unchanged"], again["rejected"]) == (0, 0, 601, 4)
    assert Boundary.objects.filter(bureau_code=XIHU).count() == 613
    result = queries.check(XIHU, on=localdate())
    grids = queries.shapes(XIHU, on=localdate())
    towns = queries.shapes(XIHU, on=localdate(), depth=1)

    def measured(kind):
        return sum(fault.area_m2 for fault in result.geometry if fault.kind is kind)

    def by_hand(geometries):
        sizes = [by_geodesic(part) for geometry in geometries for part in shapely.get_parts(polygonal(geometry))]
        return sum(size for size in sizes if size >= TOLERANCE_M2)

    below = {town: [grid for code, grid in grids.items() if code.startswith(town)] for town in towns}
    gaps = by_hand(shapely.difference(towns[town], shapely.union_all(rows)) for town, rows in below.items())
    overlaps = by_hand(
        shapely.intersection(one, other) for rows in below.values() for one, other in combinations(rows, 2)
    )
    outside = by_hand(shapely.difference(grid, towns[town]) for town, rows in below.items() for grid in rows)
    assert gaps > 1000
    assert measured(FaultKind.GAP) == pytest.approx(gaps, rel=1e-4, abs=5)
    assert measured(FaultKind.OVERLAP) == pytest.approx(overlaps, rel=1e-4, abs=5)
    assert measured(FaultKind.OUTSIDE) == pytest.approx(outside, rel=1e-4, abs=5)


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
def test_a_file_in_another_datum_is_refused_by_name_and_comes_in_with_it(xihu, tmp_path, datum):
    rows = features_of("xihu_grids")[:120]
    shifted = [
        feature(shapely.transform(shape(row["geometry"]), lambda xy: from_wgs84(xy, datum)), name=row["properties"]["name"])
        for row in rows
    ]  # fmt: skip
    path = write_features(tmp_path / "shifted.geojson", shifted)
    with pytest.raises(Refused, match=f"--datum {datum.value}"):
        bring_in(path, "grid", xihu)
    assert not Node.objects.filter(bureau_code=XIHU, level__key="grid").exists()
    counts = bring_in(path, "grid", xihu, "--datum", datum.value)
    assert counts["created"] + counts["rejected"] == 120
    assert counts["created"] > 115


def test_the_right_datum_raises_no_alarm(xihu, tmp_path):
    for part in (slice(0, 40), slice(300, 420), slice(500, 520)):
        path = write_features(tmp_path / "part.geojson", features_of("xihu_grids")[part])
        assert bring_in(path, "grid", xihu, "--renumber")["created"] > 0


def test_codes_of_strangers_are_refused_unless_numbered_anew(xihu):
    counts = bring_in(SHARED / "xihu_grids.geojson", "grid", xihu)
    assert (counts["created"], counts["rejected"]) == (0, 605)
    with open(counts["report"], encoding="utf-8-sig") as report:
        assert "请加 --renumber 重新编排" in report.read()


def test_xian_and_the_streets_of_baqiao_come_in_as_a_city_tree(cast, tmp_path):
    from shijian.grid import services

    office = office_of("610100", "西安市市场监督管理局", "C0001")
    services.define_levels(
        "610100", [("city", "全市", "市长", 0), ("area", "管理片区", "片区长", 2), ("unit", "管理单元", "单元长", 2), ("grid", "管理网格", "网格长", 2)]
    )  # fmt: skip
    districts = features_of("xian_districts")
    whole = shapely.union_all([shape(each["geometry"]) for each in districts])
    bring_in(write_features(tmp_path / "city.geojson", [feature(whole, name="西安市")]), "city", office)
    counts = bring_in(SHARED / "xian_districts.geojson", "area", office, "--renumber")
    assert (counts["created"], counts["rejected"]) == (13, 0)
    result = queries.check("610100", on=localdate())
    assert [fault for fault in result.geometry if fault.kind in {FaultKind.OVERLAP, FaultKind.GAP}] == []
    baqiao = Node.objects.get(bureau_code="610100", name="灞桥区")
    outline = shapely.segmentize(baqiao.boundaries.get().geometry, 0.001)
    assert area_m2(outline) == pytest.approx(by_geodesic(outline), rel=1e-6)
    counts = bring_in(SHARED / "baqiao_streets_derived.geojson", "unit", office, "--renumber")
    assert (counts["created"], counts["rejected"]) == (9, 0)
    assert Node.objects.filter(parent=baqiao).count() == 9


def test_every_point_of_xihu_has_the_owner_a_full_scan_finds_at_every_raster_size():
    grids = {str(number): shape(row["geometry"]) for number, row in enumerate(features_of("xihu_grids"))}
    codes = sorted(grids)
    polygons = np.array([grids[code] for code in codes], dtype=object)
    assert (shapely.get_type_id(polygons) == shapely.GeometryType.MULTIPOLYGON).sum() == 40
    west, south, east, north = shapely.total_bounds(polygons)
    random = np.random.default_rng(4)
    corners = shapely.get_coordinates(polygons)
    points = np.vstack([random.uniform((west, south), (east, north), (20_000, 2)), random.choice(corners, 2000)])
    at, index = shapely.STRtree(polygons).query(shapely.points(points), predicate="intersects")
    expected = np.full(len(points), len(codes))
    np.minimum.at(expected, at, index)
    expected[expected == len(codes)] = OUTSIDE
    for size in (64, 512, 2048):
        partition = Partition(grids, size=size)
        assert (partition.indices(points[:, 0], points[:, 1]) == expected).all()
