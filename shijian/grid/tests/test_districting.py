"""The sandbox: connected grids, no gap, no overlap, more even work than before; the same question, the same answer (W12)."""

import json

import numpy as np
import pytest
import shapely
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from shijian.grid.rules.coverage import coverage_faults
from shijian.grid.rules.districting import cut_into_blocks, dissolve, is_connected, propose, spread
from tests import world as worlds

LONG = [box(109.0, 34.2, 109.005, 34.22), box(109.005, 34.2, 109.03, 34.22), box(109.03, 34.2, 109.04, 34.22)]


def uneven(number, seed=3):
    """Most of the work in the west."""
    random = np.random.default_rng(seed)
    return np.column_stack([109.0 + 0.04 * random.beta(1.5, 3, number), 34.2 + 0.02 * random.random(number)])


def divided(grids, points, count, seed=1, wanted=160):
    blocks = cut_into_blocks(grids, points, np.ones(len(points)), wanted=wanted, seed=seed)
    return blocks, propose(blocks, count, rounds=120, seed=seed)


def test_the_work_becomes_even_and_every_grid_is_connected():
    points = uneven(3000)
    blocks, part = divided(LONG, points, 3)
    work = np.bincount(part, weights=blocks.work, minlength=3)
    before = np.bincount(blocks.owner, weights=blocks.work, minlength=3)
    assert spread(before) > 0.6
    assert spread(work) < 0.08
    assert work.sum() == 3000
    for grid in range(3):
        assert is_connected(blocks.links, set(np.flatnonzero(part == grid).tolist()))
    shapes = dissolve(blocks, part)
    assert all(shape.geom_type == "Polygon" for shape in shapes.values())
    assert coverage_faults({str(grid): shape for grid, shape in shapes.items()}, shapely.union_all(LONG)) == []


def test_the_same_question_has_the_same_answer_and_another_number_may_have_another():
    points = uneven(800)
    (_, one), (_, again), (_, other) = (divided(LONG, points, 3, seed=seed) for seed in (1, 1, 2))
    assert (one == again).all()
    assert len(one) != len(other) or (one != other).any()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(0, 400))
def test_whatever_the_work_the_division_is_whole_and_connected(seed, count, number):
    points = uneven(number, seed) if number else np.empty((0, 2))
    blocks = cut_into_blocks(LONG, points, np.ones(len(points)), wanted=60, seed=seed)
    part = propose(blocks, count, rounds=20, seed=seed)
    assert set(part.tolist()) == set(range(count))
    assert all(is_connected(blocks.links, set(np.flatnonzero(part == grid).tolist())) for grid in range(count))
    shapes = dissolve(blocks, part)
    assert coverage_faults({str(grid): shape for grid, shape in shapes.items()}, shapely.union_all(LONG)) == []


def test_ground_in_two_pieces_gets_grids_by_its_work_and_none_spans_both():
    apart = [
        box(109.0, 34.2, 109.01, 34.21),
        box(109.01, 34.2, 109.02, 34.21),
        box(109.1, 34.2, 109.11, 34.21),
        box(109.11, 34.2, 109.12, 34.21),
    ]
    random = np.random.default_rng(1)
    points = np.vstack(
        [
            random.uniform((109.0, 34.2), (109.02, 34.21), (300, 2)),
            random.uniform((109.1, 34.2), (109.12, 34.21), (900, 2)),
        ]
    )
    blocks, part = divided(apart, points, 4)
    shapes = dissolve(blocks, part)
    assert all(shape.geom_type == "Polygon" for shape in shapes.values())
    assert sorted(shape.centroid.x > 109.05 for shape in shapes.values()) == [False, True, True, True]
    assert spread(np.bincount(part, weights=blocks.work, minlength=4)) < 0.12


@pytest.mark.django_db
def test_the_page_compares_before_and_after_and_gives_a_file_that_can_be_imported(cast):
    world = worlds.build(cast)
    model = type(world.entity)
    random = np.random.default_rng(2)
    model.objects.bulk_create(
        model(
            bureau_code=worlds.BUREAU, area_code="050101" if x < 109.01 else "050102", identity=f"s{number}", kind="enterprise",
            name=f"店{number}", location_wgs84=(x, y), location_source="imported", source="测试", content_hash="x",
            updated_at=worlds.NOW,
        )
        for number, (x, y) in enumerate(zip(109.0 + 0.02 * random.beta(1, 4, 200), 34.2 + 0.01 * random.random(200), strict=True))
    )  # fmt: skip
    head = world.cast.client(world.cast.station_head)
    url = reverse("grid:sandbox", args=["0501"])
    assert "试算" in head.get(url).content.decode()
    query = {"count": 2, "changes": "0.02", "seed": 1, "hours_entities": 2, "hours_events": 3}
    page = head.get(url, query)
    proposal = page.context["proposal"]
    assert proposal.spread_after < 0.1 < proposal.spread_before
    assert proposal.is_proven
    assert sum(row.counts[0][2] for row in proposal.rows) == 201
    file = json.loads(head.get(url, {**query, "format": "geojson"}).content)
    assert [each["properties"]["code"] for each in file["features"]] == ["050101", "050102"]
    assert head.get(url, {**query, "count": 3}).context["proposal"].rows[-1].code == "新网格1"
    for wrong in (
        {"count": 0},
        {"count": "x"},
        {"hours_entities": -1},
        {"seed": ""},
        {"hours_entities": 0, "hours_events": 0},
    ):
        assert head.get(url, {**query, **wrong}).status_code == 422
