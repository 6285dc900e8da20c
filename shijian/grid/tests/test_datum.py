"""GCJ-02 and BD-09 brought to WGS 84."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from shijian.grid.rules.datum import Datum, from_wgs84, suspect_datum, suspect_datum_of_points, to_wgs84

# Forward values of the published formulas, as every public converter gives them for the same input.
PLACE = (116.404, 39.915)
AS_GCJ02 = (116.41024449916938, 39.91640428150164)
GCJ02_AS_BD09 = (116.41036949371029, 39.92133699351021)


def test_forward_values_are_the_published_ones():
    assert from_wgs84(PLACE, Datum.GCJ02)[0] == pytest.approx(AS_GCJ02, abs=1e-9)
    there = to_wgs84(PLACE, Datum.GCJ02)[0]
    assert from_wgs84(there, Datum.BD09)[0] == pytest.approx(GCJ02_AS_BD09, abs=1e-9)


def test_the_way_back_hits_the_place_itself_not_an_estimate():
    assert to_wgs84(AS_GCJ02, Datum.GCJ02)[0] == pytest.approx(PLACE, abs=1e-9)
    estimate = 2 * np.array(PLACE) - AS_GCJ02
    assert to_wgs84(PLACE, Datum.GCJ02)[0] != pytest.approx(estimate, abs=1e-7)


@given(st.floats(73.5, 135), st.floats(18.2, 53.5), st.sampled_from(list(Datum)))
def test_there_and_back_is_the_same_place(lon, lat, datum):
    there = from_wgs84((lon, lat), datum)
    assert to_wgs84(there, datum)[0] == pytest.approx((lon, lat), abs=1e-9)


def test_outside_china_nothing_is_shifted():
    paris = (2.3522, 48.8566)
    for datum in Datum:
        assert to_wgs84(paris, datum)[0] == pytest.approx(paris, abs=0)


def test_the_shift_in_xian_is_some_hundred_metres():
    moved = from_wgs84((109.06, 34.27), Datum.GCJ02)[0]
    metres = np.hypot((moved[0] - 109.06) * 92_000, (moved[1] - 34.27) * 111_000)
    assert 300 < metres < 700


SQUARE = shapely.segmentize(shapely.box(109.0, 34.2, 109.1, 34.3), 0.01)


@pytest.mark.parametrize("actual", list(Datum))
@pytest.mark.parametrize("declared", list(Datum))
def test_a_wrongly_declared_datum_is_noticed(actual, declared):
    shipped = shapely.transform(SQUARE, lambda xy: from_wgs84(xy, actual))
    assert suspect_datum(shipped, SQUARE, declared) is (None if actual is declared else actual)


def test_places_in_another_datum_are_noticed():
    random = np.random.default_rng(1)
    places = random.uniform((109.0, 34.2), (109.1, 34.3), (500, 2))
    assert suspect_datum_of_points(from_wgs84(places, Datum.GCJ02), SQUARE, Datum.WGS84) is Datum.GCJ02
    assert suspect_datum_of_points(places, SQUARE, Datum.WGS84) is None
