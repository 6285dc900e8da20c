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


CLERK = GrantFact(frozenset({"see"}), "610111", "0501", "610111/0501/", role="clerk")


@pytest.mark.parametrize(
    ("held", "roles", "area", "expected"),
    [
        (CLERK, {"clerk"}, "", "0501"),
        (CLERK, {"clerk"}, "0501", "0501"),
        (CLERK, {"clerk", "other"}, "050102", "050102"),
        (CLERK, {"clerk"}, "0502", None),
        (CLERK, {"other"}, "", None),
        (CLERK, set(), "", None),
        (GrantFact(frozenset({"see"}), "610111", "", "", role="clerk", lane="security"), {"clerk"}, "", None),
    ],
)
def test_a_deputy_holds_the_named_roles_in_the_named_area_and_never_more(held, roles, area, expected):
    made = rules.delegated([held], roles, area)
    assert [each.area_prefix for each in made] == ([] if expected is None else [expected])
    assert all(each.permissions == held.permissions and each.bureau_code == held.bureau_code for each in made)


def test_what_cannot_be_lent_does_not_keep_the_rest_from_being_lent():
    administrator = GrantFact(frozenset({"see"}), "610111", "", "", role="clerk", lane="audit")
    elsewhere = GrantFact(frozenset({"see"}), "610111", "06", "610111/06/", role="clerk")
    assert rules.delegated([administrator, elsewhere, CLERK], {"clerk"}, "0501") == [CLERK]


def test_a_scope_takes_the_reach_of_the_permission_in_the_bureau_only():
    other = GrantFact(frozenset({"do"}), "330106", "", "330106/")
    scope = rules.scope_of([CHIEF, LOOKER, other], "do", "610111")
    assert (scope.bureau_code, scope.prefixes, scope.units) == ("610111", ("050101",), ("610111/0501/",))
    assert rules.shortest(["0502", "05", "0601", "06010", "05"]) == ("05", "0601")
    assert rules.shortest([]) == ()
