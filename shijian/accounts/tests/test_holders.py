"""Who holds a permission: one grant says both what and where."""

from datetime import date

import pytest

from ..models import Grant, Role
from ..permissions import PERSON_UNMASK
from ..queries import holders, nearest_holders
from ..testing import BUREAU

pytestmark = pytest.mark.django_db
TODAY = date(2026, 9, 14)


@pytest.fixture
def give(cast):
    role = Role.objects.create(code="looker", name="查看", lane="business", permissions=[PERSON_UNMASK.code])
    Grant.objects.filter(role__permissions__contains=[PERSON_UNMASK.code]).delete()

    def made(person, area, *, since=date(2024, 1, 1), until=None):
        Grant.objects.create(
            user=person, role=role, lane="business", bureau_code=BUREAU, area_prefix=area,
            unit_path=person.unit.path, valid=(since, until),
        )  # fmt: skip

    return made


def found(**more):
    return {user.name for user in holders(PERSON_UNMASK, bureau_code=BUREAU, on=TODAY, **more)}


def test_a_holder_is_active_of_the_bureau_and_holds_it_that_day_once(cast, give):
    give(cast.chief, "050101")
    give(cast.chief, "0502")
    give(cast.leader, "", until=TODAY)
    give(cast.grid_office, "", since=date(2026, 9, 15))
    give(cast.station_head, "0501")
    cast.station_head.is_active = False
    cast.station_head.save(update_fields=["is_active"])
    rows = list(holders(PERSON_UNMASK, bureau_code=BUREAU, on=TODAY))
    assert [user.name for user in rows] == [cast.chief.name]
    assert not holders(PERSON_UNMASK, bureau_code="999999", on=TODAY)


@pytest.mark.parametrize(
    ("more", "who"),
    [
        ({"at": ["0501"]}, {"head"}), ({"at": [""]}, {"leader"}), ({"at": []}, set()),
        ({"touching": ["0501"]}, {"head", "leader", "chief"}), ({"touching": ["050102"]}, {"head", "leader"}),
        ({"touching": [""]}, {"head", "leader", "chief"}), ({"touching": []}, set()),
    ],
)  # fmt: skip
def test_grants_are_asked_for_by_area(cast, give, more, who):
    people = {"head": cast.station_head, "leader": cast.leader, "chief": cast.chief}
    for person, area in zip(people.values(), ["0501", "", "050101"], strict=True):
        give(person, area)
    Grant.objects.filter(user=cast.chief, role="looker").exclude(area_prefix="050101").delete()
    assert found(**more) == {people[each].name for each in who}


def test_another_grant_of_the_same_person_does_not_lend_its_area(cast, give):
    """He holds other powers in 050101; the one asked for reaches 0502 only."""
    give(cast.chief, "0502")
    assert found(at=["050101"]) == set()


def test_the_nearest_are_asked_and_never_who_asked_for_it(cast, give):
    give(cast.leader, "")
    give(cast.station_head, "0501")
    give(cast.chief, "050101")
    ask = {"bureau_code": BUREAU, "area_code": "050101", "on": TODAY}
    assert [user.name for user in nearest_holders(PERSON_UNMASK, besides={None}, **ask)] == [cast.chief.name]
    besides = {cast.chief.pk, cast.station_head.pk}
    assert [user.name for user in nearest_holders(PERSON_UNMASK, besides=besides, **ask)] == [cast.leader.name]
    assert nearest_holders(PERSON_UNMASK, besides={*besides, cast.leader.pk}, **ask) == []
