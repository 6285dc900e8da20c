"""The reach of a permission as a filter, the list of permissions, and the guard in front of a view."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.test import RequestFactory

from shijian.core.access import requires
from shijian.core.models import TimeLimit
from shijian.core.permissions import Permission, permission, registry
from shijian.core.scope import Scope, ScopedQuerySet

NOTHING = Q(pk__in=[])
HERE = Q(bureau_code="610111")


@pytest.mark.parametrize(
    ("bureau", "area", "expected"),
    [("610111", "050101", True), ("610111", "0601", False), ("330106", "050101", False), ("610111", "", False)],
)
def test_a_scope_reaches_what_begins_with_one_of_its_prefixes(bureau, area, expected):
    assert Scope("610111", ("05", "07")).reaches(bureau, area) is expected


def test_a_scope_of_nothing_reaches_nothing():
    nowhere = Scope("610111")
    assert not nowhere.reaches("610111", "")
    assert nowhere.area_q() == NOTHING
    assert nowhere.unit_q() == NOTHING


def test_the_whole_bureau_is_one_condition():
    whole = Scope("610111", ("", "05"), ("", "610111/05/"))
    assert whole.area_q() == HERE
    assert whole.unit_q() == HERE
    assert whole.area_q(bureau_field="of__bureau_code") == Q(of__bureau_code="610111")
    assert whole.unit_q(bureau_field="of__bureau_code") == Q(of__bureau_code="610111")


def test_prefixes_are_alternatives_within_the_bureau():
    parts = Scope("610111", ("05", "07"), ("610111/05/", "610111/07/"))
    assert parts.area_q() == HERE & (Q(area_code__startswith="05") | Q(area_code__startswith="07"))
    assert parts.unit_q() == HERE & (Q(path__startswith="610111/05/") | Q(path__startswith="610111/07/"))
    assert parts.area_q(field="grid") == HERE & (Q(grid__startswith="05") | Q(grid__startswith="07"))
    assert parts.unit_q(field="unit") == HERE & (Q(unit__startswith="610111/05/") | Q(unit__startswith="610111/07/"))


def test_rows_within_a_scope_are_those_of_its_filter():
    class Rows(ScopedQuerySet):
        def filter(self, *conditions, **more):
            return conditions

    assert Rows(TimeLimit).within(Scope("610111", ("05",))) == (HERE & Q(area_code__startswith="05"),)


def test_a_permission_is_declared_once_with_one_name():
    declared = permission("core.test.only", "试验")
    try:
        assert declared == Permission("core.test.only", "试验") == registry["core.test.only"]
        assert permission("core.test.only", "试验") == declared
        with pytest.raises(ValueError, match=r"^permission core\.test\.only is declared twice$"):
            permission("core.test.only", "另一名称")
        assert registry["core.test.only"] == declared
    finally:
        del registry["core.test.only"]


SEE, DO = Permission("core.test.see", "看"), Permission("core.test.do", "办")


class Person:
    is_authenticated = True

    def __init__(self, *held):
        self.held = held

    def may(self, asked):
        return asked in self.held


def view(request, number, word=""):
    """What the view says."""
    return HttpResponse(f"{number}{word}")


def asked(person, *permissions):
    request = RequestFactory().get("/somewhere/")
    request.user = person
    return requires(*permissions)(view)(request, 7, word="a")


def test_who_holds_one_of_the_permissions_passes():
    assert asked(Person(DO), SEE, DO).content == b"7a"
    assert requires(SEE)(view).__doc__ == view.__doc__


def test_who_holds_none_is_refused_and_who_is_nobody_logs_in():
    with pytest.raises(PermissionDenied):
        asked(Person(DO), SEE)
    with pytest.raises(PermissionDenied):
        asked(Person(SEE, DO))
    response = asked(AnonymousUser(), SEE)
    assert (response.status_code, response["Location"]) == (302, "/login/?next=/somewhere/")
