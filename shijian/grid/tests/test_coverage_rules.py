"""不重复、不交叉、不遗漏: gaps, overlaps, overhangs and broken shapes, each measured (G-05; GRD-03)."""

import numpy as np
import pytest
import shapely
from shapely import box

from shijian.grid.rules import area, coverage
from shijian.grid.rules.coverage import FaultKind, coverage_faults, shape_faults

WHOLE = box(109.0, 34.2, 109.02, 34.22)
WEST, EAST = box(109.0, 34.2, 109.01, 34.22), box(109.01, 34.2, 109.02, 34.22)


def test_areas_agree_with_a_geodesic_computation():
    pyproj = pytest.importorskip("pyproj")
    geod = pyproj.Geod(a=area.A, f=area.F)
    circle = shapely.Point(109.06, 34.27).buffer(0.01, quad_segs=50)
    for shape in (
        circle,
        shapely.segmentize(WHOLE, 0.0002),
        shapely.Polygon(circle.exterior, [circle.buffer(-0.004).exterior]),
    ):
        expected = abs(geod.geometry_area_perimeter(shapely.orient_polygons(shape))[0])
        assert area.area_m2(shape) == pytest.approx(expected, rel=1e-6)


def test_two_halves_tile_the_whole():
    assert coverage_faults({"050101": WEST, "050102": EAST}, WHOLE) == []


def test_an_overlap_is_measured_between_its_two_codes():
    wide = box(109.0, 34.2, 109.011, 34.22)
    [fault] = coverage_faults({"050101": wide, "050102": EAST}, WHOLE)
    assert (fault.kind, fault.codes) == (FaultKind.OVERLAP, ("050101", "050102"))
    assert fault.area_m2 == pytest.approx(area.area_m2(box(109.01, 34.2, 109.011, 34.22)), rel=1e-6)
    assert 109.01 <= fault.lon <= 109.011
    assert fault.text.startswith("050101 与 050102 重叠 2")


def test_the_same_area_twice_and_one_inside_another_are_overlaps():
    twice = coverage_faults({"050101": WHOLE, "050102": WHOLE}, WHOLE)
    assert [(fault.kind, fault.codes) for fault in twice] == [(FaultKind.OVERLAP, ("050101", "050102"))]
    inside = coverage_faults({"050101": WHOLE, "050102": box(109.005, 34.205, 109.01, 34.21)}, WHOLE)
    assert [fault.kind for fault in inside] == [FaultKind.OVERLAP]


def test_a_gap_names_its_neighbours():
    narrow = box(109.0, 34.2, 109.009, 34.22)
    [fault] = coverage_faults({"050101": narrow, "050102": EAST}, WHOLE)
    assert (fault.kind, fault.codes) == (FaultKind.GAP, ("050101", "050102"))
    assert fault.area_m2 == pytest.approx(area.area_m2(box(109.009, 34.2, 109.01, 34.22)), rel=1e-6)


def test_what_sticks_out_of_the_parent_is_outside():
    long = box(109.01, 34.2, 109.021, 34.22)
    [fault] = coverage_faults({"050101": WEST, "050102": long}, WHOLE, parent_code="0501")
    assert (fault.kind, fault.codes) == (FaultKind.OUTSIDE, ("050102",))
    assert "超出上级 0501" in fault.text


def test_without_a_parent_an_enclosed_hole_is_a_gap():
    ring = WHOLE.difference(box(109.005, 34.205, 109.006, 34.206))
    [fault] = coverage_faults({"050101": ring})
    assert fault.kind is FaultKind.GAP


def test_nothing_drawn_yet_is_one_gap():
    [fault] = coverage_faults({}, WHOLE, parent_code="0501")
    assert fault.kind is FaultKind.GAP
    assert fault.area_m2 == pytest.approx(area.area_m2(WHOLE), abs=0.01)


def test_slivers_below_the_tolerance_are_rounding():
    hair = box(109.0, 34.2, 109.01 + 2e-10, 34.22)
    assert coverage_faults({"050101": hair, "050102": EAST}, WHOLE) == []
    assert len(coverage_faults({"050101": hair, "050102": EAST}, WHOLE, tolerance_m2=0.001)) == 1


def test_the_suggested_repair_closes_gaps_and_overlaps():
    narrow, wide = box(109.0, 34.2, 109.00999, 34.22), box(109.005, 34.2, 109.02, 34.22)
    mended = coverage.cleaned({"050101": narrow, "050102": wide}, gap_m=5)
    assert coverage_faults(mended) == []


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (shapely.Polygon([(109, 34), (109.1, 34.1), (109.1, 34), (109, 34.1)]), "自相交"),
        (shapely.Polygon(), "空的"),
        (shapely.Point(109, 34), "是点，不是面"),
        (shapely.LineString([(109, 34), (109.1, 34)]), "是线，不是面"),
        (box(34.2, 109.0, 34.3, 109.1), "写反了"),
        (box(500_000, 3_790_000, 501_000, 3_791_000), "不是经纬度"),
        (shapely.from_wkt("POLYGON ((109 34, 109 inf, 109.1 34, 109 34))"), "坐标"),
        (shapely.Polygon(WHOLE.exterior, [box(110, 35, 110.1, 35.1).exterior]), "洞落在外圈之外"),
        (shapely.GeometryCollection([shapely.Point(109, 34)]), "组合图形"),
    ],
)
def test_a_broken_shape_is_named_in_plain_words(shape, words):
    [fault] = shape_faults("050101", shape)
    assert fault.kind is FaultKind.INVALID
    assert words in fault.text
    assert coverage_faults({"050101": shape, "050102": EAST})[0].kind is FaultKind.INVALID


def test_a_self_intersection_says_where():
    bow = shapely.Polygon([(109, 34), (109.1, 34.1), (109.1, 34), (109, 34.1)])
    [fault] = shape_faults("050101", bow)
    assert (fault.lon, fault.lat) == pytest.approx((109.05, 34.05))
    assert "东经 109.050000、北纬 34.050000" in fault.text


def test_many_polygons_are_checked_pair_by_pair_only_where_sides_differ():
    grid = {
        f"05{row:02d}{col:02d}": box(109 + col / 100, 34 + row / 100, 109 + (col + 1) / 100, 34 + (row + 1) / 100)
        for row in range(20)
        for col in range(20)
    }
    exact = {code: shapely.set_precision(shape, 1e-9) for code, shape in grid.items()}
    assert coverage_faults(exact) == []
    exact["050505"] = exact["050505"].buffer(0.001)
    found = coverage_faults(exact)
    assert {fault.kind for fault in found} == {FaultKind.OVERLAP}
    assert all("050505" in fault.codes for fault in found)
    assert len(found) == 8
    assert np.all(np.array([fault.area_m2 for fault in found]) > 0)
