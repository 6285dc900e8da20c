"""Staffing of nodes (GRD-01, GRD-04; G-07 to G-10)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shijian.grid.rules.staffing import ALLOWED, COUNTED, Post, duty_fault, staffing_faults

DAY = date(2026, 3, 2)


def post(code, person, duty, kind="officer", since=date(2026, 1, 1), until=None):
    return Post(code, person, duty, kind, since, until)


def kinds(posts, on=DAY, nodes=None):
    return [(fault.code, fault.kind) for fault in staffing_faults(nodes or {"0501": False, "050101": True}, posts, on)]


STATION = post("0501", "a", "chief")
GRID = [post("050101", "b", "chief"), post("050101", "m1", "monitor", "external")]


def test_a_station_with_a_head_and_a_grid_with_head_and_monitor_have_no_fault():
    assert kinds([STATION, *GRID]) == []


def test_a_vacancy_raises_an_alert_at_every_level():
    assert kinds(GRID) == [("0501", "no_chief")]
    assert ("050101", "no_chief") in kinds([STATION])


@pytest.mark.parametrize(("monitors", "fault"), [(0, "no_monitor"), (1, None), (3, None), (4, "too_many_monitors")])
def test_one_to_three_monitors_per_grid(monitors, fault):
    posts = [STATION, GRID[0], *(post("050101", f"m{n}", "monitor", "external") for n in range(monitors))]
    assert kinds(posts) == ([("050101", fault)] if fault else [])


def test_two_heads_and_a_helper_as_head_are_faults():
    assert ("0501", "several_chiefs") in kinds([STATION, post("0501", "z", "chief"), *GRID])
    assert ("0501", "chief_not_officer") in kinds([post("0501", "z", "chief", "auxiliary"), *GRID])


def test_one_person_may_serve_several_grids():
    posts = [STATION]
    nodes = {"0501": False}
    for code in ("050101", "050102", "050103"):
        nodes[code] = True
        posts += [post(code, "b", "chief"), post(code, "m", "monitor", "external")]
    assert kinds(posts, nodes=nodes) == []


def test_the_day_of_dismissal_no_longer_counts():
    ended = post("0501", "a", "chief", until=DAY)
    assert ("0501", "no_chief") in kinds([ended, *GRID])
    assert kinds([ended, *GRID], on=date(2026, 3, 1)) == []


@pytest.mark.parametrize(
    ("duty", "kind", "allowed"),
    [
        ("chief", "officer", True),
        ("chief", "auxiliary", False),
        ("chief", "external", False),
        ("manager", "auxiliary", True),
        ("manager", "external", False),
        ("informant", "auxiliary", True),
        ("monitor", "external", True),
        ("monitor", "officer", False),
        ("leader", "auxiliary", False),
    ],
)
def test_who_may_hold_which_duty(duty, kind, allowed):
    assert (duty_fault(duty, kind) is None) is allowed


@given(st.lists(st.tuples(st.sampled_from(["x", "y", "z"]), st.integers(1, 300), st.integers(1, 60)), max_size=6))
def test_exactly_one_head_means_no_fault_on_that_day(spans):
    posts = [
        post(
            "0501",
            person,
            "chief",
            since=date.fromordinal(DAY.toordinal() - back),
            until=date.fromordinal(DAY.toordinal() - back + length),
        )
        for person, back, length in spans
    ]
    holding = sum(each.holds(DAY) for each in posts)
    found = {fault.kind for fault in staffing_faults({"0501": False}, posts, DAY)}
    assert found == ({"no_chief"} if holding == 0 else set() if holding == 1 else {"several_chiefs"})


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["0501", "050101"]),
            st.integers(0, 9),
            st.sampled_from(list(ALLOWED)),
            st.sampled_from(["officer", "external"]),
        )
    )
)
def test_only_the_counted_duties_decide(given_posts):
    """The database is asked for these alone: of ten thousand people three thousand."""
    posts = [post(code, str(person), duty, kind) for code, person, duty, kind in given_posts]
    assert kinds(posts) == kinds([each for each in posts if each.duty in COUNTED])
