"""Editing shared boundaries: I1 holds after any steps, neighbours change together, what breaks the tiling is refused."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from shijian.grid.rules.area import area_m2
from shijian.grid.rules.assignment import Partition
from shijian.grid.rules.coverage import coverage_faults
from shijian.grid.rules.editing import CannotEdit, Sheet, noded

WHOLE = box(109.0, 34.2, 109.04, 34.22)
CELLS = {
    "050101": box(109.0, 34.2, 109.01, 34.22),
    "050102": box(109.01, 34.2, 109.02, 34.22),
    "050201": box(109.02, 34.2, 109.04, 34.22),
}
TREE = {**CELLS, "0501": box(109.0, 34.2, 109.02, 34.22), "0502": CELLS["050201"], "05": WHOLE}


def sheet():
    return Sheet(TREE, CELLS, fixed=WHOLE)


def insert(x, y0=34.2, y1=34.22, at=None):
    return {"op": "insert", "on": [[x, y0], [x, y1]], "at": at or [x, (y0 + y1) / 2]}


def after(outcome):
    shapes = {**CELLS, **outcome.changed}
    shapes = {code: shape for code, shape in shapes.items() if len(code) == 6 and code not in outcome.ended}
    return {**shapes, **{mark: shape for mark, (_, _, shape) in outcome.made.items()}}


def test_a_moved_shared_vertex_changes_both_neighbours_and_nobody_else():
    outcome = sheet().apply([insert(109.01), {"op": "move", "from": [109.01, 34.21], "to": [109.012, 34.21]}])
    assert set(outcome.changed) == {"050101", "050102"}
    assert coverage_faults(after(outcome), WHOLE) == []
    grown = area_m2(outcome.changed["050101"]) - area_m2(CELLS["050101"])
    assert grown == pytest.approx(area_m2(CELLS["050102"]) - area_m2(outcome.changed["050102"]))
    assert grown == pytest.approx(
        area_m2(shapely.Polygon([(109.01, 34.2), (109.012, 34.21), (109.01, 34.22)])), rel=1e-6
    )


def test_an_edge_between_two_stations_moves_the_stations_with_it():
    outcome = sheet().apply([insert(109.02), {"op": "move", "from": [109.02, 34.21], "to": [109.022, 34.21]}])
    assert set(outcome.changed) == {"050102", "050201", "0501", "0502"}
    assert coverage_faults({code: outcome.changed[code] for code in ("0501", "0502")}, WHOLE) == []


def test_the_outer_boundary_of_the_bureau_stays():
    for step in (
        {"op": "move", "from": [109.0, 34.2], "to": [109.001, 34.2]},
        {"op": "delete", "at": [109.04, 34.22]},
        {"op": "move", "from": [109.01, 34.22], "to": [109.012, 34.22]},
        insert(109.04),
    ):
        with pytest.raises(CannotEdit, match="外边界"):
            sheet().apply([step])


@pytest.mark.parametrize("to", [[109.03, 34.21], [109.05, 34.21], [108.9, 34.21]])
def test_a_vertex_pulled_across_a_third_area_is_refused_with_the_square_metres(to):
    with pytest.raises(CannotEdit, match=r"第 2 步|重叠|越过|空白|超出"):
        sheet().apply([insert(109.01), {"op": "move", "from": [109.01, 34.21], "to": to}])


def test_a_split_makes_a_new_area_and_leaves_the_neighbours_alone():
    outcome = sheet().apply(
        [{"op": "split", "code": "050101", "line": [[108.99, 34.205], [109.02, 34.206]], "name": "新网格"}]
    )
    assert set(outcome.changed) == {"050101"}
    [(mark, (source, name, shape))] = outcome.made.items()
    assert (mark, source, name) == ("+1", "050101", "新网格")
    assert area_m2(shape) + area_m2(outcome.changed["050101"]) == pytest.approx(area_m2(CELLS["050101"]))
    assert coverage_faults(after(outcome), WHOLE) == []


def test_a_line_that_does_not_cross_or_crosses_twice_does_not_split():
    for line in ([[109.005, 34.205], [109.02, 34.206]], [[109.5, 34.2], [109.6, 34.2]], [[109.005, 34.205]]):
        with pytest.raises(CannotEdit, match=r"没有把|至少两个点"):
            sheet().apply([{"op": "split", "code": "050101", "line": line}])
    with pytest.raises(CannotEdit, match="3 块"):
        sheet().apply([{"op": "split", "code": "050101", "line": [[108.9, 34.205], [109.02, 34.206], [109.02, 34.21], [108.9, 34.211]]}])  # fmt: skip


def test_a_merge_ends_one_of_two_neighbours_of_one_station():
    outcome = sheet().apply([{"op": "merge", "keep": "050102", "with": "050101"}])
    assert outcome.ended == {"050101": "050102"}
    assert shapely.equals(outcome.changed["050102"], TREE["0501"])
    with pytest.raises(CannotEdit, match="不属于同一单元"):
        sheet().apply([{"op": "merge", "keep": "050102", "with": "050201"}])


def test_areas_that_do_not_touch_cannot_merge():
    areas = {
        "050101": box(109, 34, 109.01, 34.01),
        "050102": box(109.01, 34.01, 109.02, 34.02),
        "0501": box(109, 34, 109.02, 34.02),
    }
    with pytest.raises(CannotEdit, match="不相邻"):
        Sheet(areas, ["050101", "050102"]).apply([{"op": "merge", "keep": "050101", "with": "050102"}])


def test_what_was_split_can_be_split_and_merged_again():
    outcome = sheet().apply(
        [
            {"op": "split", "code": "050101", "line": [[108.99, 34.21], [109.02, 34.21]], "name": "一"},
            {"op": "split", "code": "+1", "line": [[109.005, 34.1], [109.005, 34.3]], "name": "二"},
            {"op": "merge", "keep": "050101", "with": "+1"},
        ]
    )
    assert set(outcome.made) == {"+2"}
    assert outcome.made["+2"][0] == "050101"
    assert coverage_faults(after(outcome), WHOLE) == []


@pytest.mark.parametrize(
    "step",
    [{}, {"op": "dance"}, {"op": "move"}, {"op": "move", "from": "x", "to": [1]}, {"op": "move", "from": [1e9, 0], "to": [0, 0]},
     {"op": "insert", "on": [], "at": [0, 0]}, {"op": "split", "code": "999999", "line": [[0, 0], [1, 1]]},
     {"op": "move", "from": [109.0123, 34.2123], "to": [109, 34]}, {"op": "merge", "keep": "0501", "with": "0502"},
     {"op": "move", "from": [float("nan"), 0], "to": [0, 0]}],
)  # fmt: skip
def test_a_step_nobody_could_have_made_is_refused_in_words(step):
    with pytest.raises(CannotEdit, match="第 1 步"):
        sheet().apply([step])


def test_a_corner_of_a_neighbour_on_a_long_side_becomes_a_vertex_of_both():
    areas = {"a": box(0, 0, 1, 2), "b": box(1, 0, 2, 1), "c": box(1, 1, 2, 2)}
    assert [1.0, 1.0] in shapely.get_coordinates(noded(areas)["a"]).tolist()
    outcome = Sheet(areas, areas).apply([{"op": "move", "from": [1, 1], "to": [1.1, 1]}])
    assert set(outcome.changed) == {"a", "b", "c"}


UNIT = st.floats(0.02, 0.98)
seeds = st.lists(st.tuples(UNIT, UNIT), min_size=3, max_size=14, unique_by=lambda p: (round(p[0], 2), round(p[1], 2)))
SQUARE = box(0, 0, 1, 1)


def tiling(places):
    cells = shapely.voronoi_polygons(shapely.MultiPoint(places), extend_to=SQUARE, ordered=True)
    clipped = np.array([shapely.intersection(cell, SQUARE) for cell in cells.geoms], dtype=object)
    return {f"{index:03d}": cell for index, cell in enumerate(shapely.coverage_clean(clipped))}  # type: ignore[attr-defined]


@settings(max_examples=60, deadline=None)
@given(seeds, st.integers(0, 2**32 - 1), st.integers(1, 12))
def test_whatever_steps_are_accepted_every_point_keeps_exactly_one_owner(places, number, count):
    """I1: 不重复、不交叉、不遗漏 after any re-cut, checked against a full scan."""
    cells, random = tiling(places), np.random.default_rng(number)
    shapes, accepted = dict(cells), 0
    for _ in range(count):
        table = Sheet(shapes, shapes, fixed=SQUARE)
        step = _any_step(table, random)
        try:
            outcome = table.apply([step])
        except CannotEdit:
            continue
        accepted += 1
        shapes = {
            code: shape for code, shape in {**table.before, **outcome.changed}.items() if code not in outcome.ended
        }
        for _, _, shape in outcome.made.values():
            shapes[f"n{len(shapes)}{accepted:02d}"] = shape
    assert abs(shapely.union_all([*shapes.values()]).area - 1) < 1e-9
    assert abs(sum(shape.area for shape in shapes.values()) - 1) < 1e-9
    points = random.uniform(0, 1, (500, 2))
    owners = np.array([[shape.contains(shapely.Point(point)) for shape in shapes.values()] for point in points])
    assert (owners.sum(axis=1) == 1).all()
    told = Partition(shapes).assign(points)
    assert [list(shapes)[each] for each in owners.argmax(axis=1)] == [*told]


def _any_step(table, random):
    codes = sorted(table.shapes)
    code = codes[random.integers(len(codes))]
    ring = shapely.get_coordinates(shapely.get_parts(table.shapes[code])[0].exterior)
    at = int(random.integers(len(ring) - 1))
    kind = random.integers(5)
    if kind == 0:
        return {"op": "move", "from": ring[at].tolist(), "to": (ring[at] + random.normal(0, 0.08, 2)).tolist()}
    if kind == 1:
        return {"op": "insert", "on": [ring[at].tolist(), ring[at + 1].tolist()], "at": ((ring[at] + ring[at + 1]) / 2 + random.normal(0, 0.03, 2)).tolist()}  # fmt: skip
    if kind == 2:
        return {"op": "delete", "at": ring[at].tolist()}
    if kind == 3:
        middle, way = np.array(shapely.get_coordinates(table.shapes[code].centroid)[0]), random.normal(0, 2, 2)
        return {"op": "split", "code": code, "line": [(middle - way).tolist(), (middle + way).tolist()]}
    return {"op": "merge", "keep": code, "with": codes[random.integers(len(codes))]}
