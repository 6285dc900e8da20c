from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shijian.accounts import rules
from shijian.accounts.rules import GrantFact, Place

CHIEF = GrantFact(frozenset({"see", "do"}), "610111", "050101", "610111/0501/")
LOOKER = GrantFact(frozenset({"see"}), "610111", "", "610111/")
prefixes = st.sampled_from(["", "05", "0501", "0502", "050101", "050102", "050201"])
grants = st.lists(
    st.builds(
        GrantFact,
        st.frozensets(st.sampled_from(["see", "do", "close"])),
        st.sampled_from(["610111", "330106"]),
        prefixes,
        st.sampled_from(["", "610111/", "610111/0501/"]),
    )
)


@pytest.mark.parametrize(
    ("permission", "place", "expected"),
    [
        ("do", None, True),
        ("close", None, False),
        ("do", Place("610111", "050101"), True),
        ("do", Place("610111", "05010101"), True),
        ("do", Place("610111", "050102"), False),
        ("see", Place("610111", "050102"), True),
        ("see", Place("330106", "050101"), False),
        ("do", Place("610111", unit_path="610111/0501/"), True),
        ("do", Place("610111", unit_path="610111/0502/"), False),
        ("see", Place("610111", unit_path="610111/0502/"), True),
        ("do", Place("610111", ""), False),
        ("see", Place("610111", ""), True),
    ],
)
def test_a_permission_reaches_what_its_own_grant_reaches(permission, place, expected):
    assert rules.permits([CHIEF, LOOKER], permission, place) is expected


@given(grants, st.sampled_from(["see", "do", "close"]), prefixes)
def test_the_scope_filter_and_the_decision_agree(held, permission, code):
    scope = rules.scope_of(held, permission, "610111")
    assert scope.reaches("610111", code) == rules.permits(held, permission, Place("610111", area_code=code))


@given(grants)
def test_no_prefix_of_a_scope_contains_another(held):
    prefixes = rules.scope_of(held, "see", "610111").prefixes
    assert not any(a != b and b.startswith(a) for a in prefixes for b in prefixes)


@pytest.mark.parametrize(
    ("on", "is_valid", "expected"),
    [
        (date(2026, 1, 1), True, True),
        (date(2026, 12, 31), True, True),
        (date(2025, 12, 31), True, False),
        (date(2027, 1, 1), True, False),
        (date(2026, 6, 1), False, False),
    ],
    ids=["first day", "last day", "day before", "day after", "suspended"],
)
def test_a_certificate_holds_from_its_first_through_its_last_day(on, is_valid, expected):
    assert rules.certificate_holds(date(2026, 1, 1), date(2026, 12, 31), is_valid=is_valid, on=on) is expected
