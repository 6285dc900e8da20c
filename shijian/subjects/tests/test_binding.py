"""After a boundary changed, every entity is in the grid its place lies in; only those near the change are read."""

from datetime import timedelta

import numpy as np
import pytest
from shapely import box

from shijian.grid import services as grid
from shijian.subjects.models import Entity
from shijian.subjects.services.binding import rebind
from shijian.subjects.testing import NOW, SQUARES, an_entity

BUREAU, LATER = "610111", NOW.date() + timedelta(days=3)


@pytest.fixture
def scattered(scene):
    random = np.random.default_rng(3)
    for number, (lon, lat) in enumerate(random.uniform((108.998, 34.199), (109.042, 34.211), (300, 2))):
        an_entity(identity=f"r{number}", location_wgs84=(float(lon), float(lat)), area_code="")
    rebind(BUREAU, None, NOW.date())
    return scene


def state():
    return dict(Entity.objects.values_list("identity", "area_code"))


def redraw(scene, by, **shapes):
    for code, shape in shapes.items():
        grid.set_boundary(
            scene[code], shape, valid_from=LATER, source="调整", strict=False, rebind=False, by=by, now=NOW
        )


def test_everything_lies_where_its_place_is(scattered):
    for entity in Entity.objects.all():
        lon, lat = entity.location_wgs84
        x = next((code for code in ("050101", "050102", "050201") if _in(SQUARES[code], lon, lat)), "")
        assert entity.area_code == x


def _in(square, lon, lat):
    west, south, east, north = square.bounds
    return west <= lon <= east and south <= lat <= north


@pytest.mark.parametrize(
    "shapes",
    [
        {"_050101": box(109.0, 34.2, 109.013, 34.21), "_050102": box(109.013, 34.2, 109.02, 34.21)},
        {"_050102": box(109.01, 34.2, 109.015, 34.21)},
        {"_050201": box(109.02, 34.2, 109.042, 34.211)},
    ],
)
def test_reading_only_what_is_near_gives_what_reading_all_gives(scattered, cast, shapes):
    shapes = {code.strip("_"): shape for code, shape in shapes.items()}
    redraw(scattered, cast.grid_office, **shapes)
    before = state()
    moved = rebind(BUREAU, shapes, LATER)
    near = state()
    assert moved == sum(before[key] != near[key] for key in near) > 0
    assert rebind(BUREAU, None, LATER) == 0
    assert state() == near
