"""Roles given and taken: lanes, days, reach. The database refuses what the service would have refused."""

from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from shijian.accounts import services
from shijian.accounts.choices import Lane, Verb
from shijian.accounts.models import Grant, Role, User
from shijian.accounts.permissions import PERSON_VIEW
from shijian.accounts.services.grants import AdministratorsAreSeparate, AlreadyGranted, GrantEnded, NotToOneself
from shijian.accounts.testing import BUREAU
from shijian.audit.models import Entry
from shijian.config.roles import ROLES
from shijian.core.permissions import registry

EVENT_VIEW = registry["events.event.view"]  # looked up, not imported: accounts lies below events
pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
TODAY = date(2026, 11, 20)
LANE_ROLES = {Lane.BUSINESS: "grid_office", Lane.SYSTEM: "sysadmin", Lane.SECURITY: "secadmin", Lane.AUDIT: "auditor"}


@pytest.fixture
def newcomer(cast):
    return User.objects.create(
        employee_no="T3001", name="新来的", unit=cast.units["0501"], bureau_code=BUREAU, kind="officer"
    )


def give(user, role, by, **more):
    return services.grant(user, role, bureau_code=BUREAU, **{"valid_from": TODAY, **more}, by=by, now=NOW)


@pytest.mark.parametrize("pair", list(combinations(LANE_ROLES, 2)), ids="-".join)
def test_no_two_lanes_meet_in_one_person(cast, newcomer, pair):
    first, second = (LANE_ROLES[lane] for lane in pair)
    give(newcomer, first, cast.secadmin)
    with pytest.raises(AdministratorsAreSeparate, match="互斥"):
        give(newcomer, second, cast.secadmin)
    assert newcomer.grants.count() == 1


@pytest.mark.parametrize("pair", list(combinations(LANE_ROLES, 2)), ids="-".join)
def test_the_database_itself_keeps_the_lanes_apart(newcomer, pair):
    """Whoever writes past the services: a script, a restored copy, an administrator of the database."""
    for lane in pair[:1]:
        Grant.objects.create(
            user=newcomer, role_id=LANE_ROLES[lane], lane=lane, bureau_code=BUREAU, valid=(TODAY, None)
        )
    with pytest.raises(IntegrityError, match="grant_one_lane_at_a_time"), transaction.atomic():
        Grant.objects.create(
            user=newcomer, role_id=LANE_ROLES[pair[1]], lane=pair[1], bureau_code=BUREAU,
            valid=(TODAY + timedelta(days=900), None),
        )  # fmt: skip


def test_the_database_does_not_believe_a_lane_that_is_not_the_roles(newcomer):
    """A grant that called the security administrator's role "business" would slip through the exclusion."""
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(
            user=newcomer, role_id="secadmin", lane=Lane.BUSINESS, bureau_code=BUREAU, valid=(TODAY, None)
        )


def test_a_lane_may_follow_another_once_it_has_ended(cast, newcomer):
    give(newcomer, "grid_office", cast.secadmin, valid_until=TODAY)
    give(newcomer, "auditor", cast.secadmin, valid_from=TODAY + timedelta(days=1))
    assert newcomer.grants.count() == 2


def test_the_same_grant_is_not_made_twice(cast, newcomer):
    give(newcomer, "grid_chief", cast.secadmin, area_prefix="050101")
    give(newcomer, "grid_chief", cast.secadmin, area_prefix="050102")
    with pytest.raises(AlreadyGranted):
        give(newcomer, "grid_chief", cast.secadmin, area_prefix="050101")


def test_nobody_grants_to_himself(cast):
    with pytest.raises(NotToOneself):
        give(cast.secadmin, "secadmin", cast.secadmin)


def test_a_grant_holds_from_its_first_through_its_last_day(cast, newcomer):
    give(newcomer, "grid_office", cast.secadmin, valid_from=TODAY, valid_until=TODAY + timedelta(days=9))
    held = {
        day: bool(User.objects.get(pk=newcomer.pk).grants_on(TODAY + timedelta(days=day))) for day in (-1, 0, 9, 10)
    }
    assert held == {-1: False, 0: True, 9: True, 10: False}


def test_an_ended_grant_is_not_ended_again_and_a_future_one_is_withdrawn_whole(cast, newcomer):
    held = give(newcomer, "grid_office", cast.secadmin)
    services.end_grant(held, on=TODAY, by=cast.secadmin, now=NOW)
    with pytest.raises(GrantEnded):
        services.end_grant(held, on=TODAY, by=cast.secadmin, now=NOW)
    future = give(newcomer, "leader", cast.secadmin, valid_from=TODAY + timedelta(days=30))
    services.end_grant(future, on=TODAY, by=cast.secadmin, now=NOW)
    assert not User.objects.get(pk=newcomer.pk).grants_on(TODAY + timedelta(days=31))


def test_giving_and_taking_are_on_record_with_their_reach(cast, newcomer):
    held = give(newcomer, "grid_chief", cast.secadmin, area_prefix="050101", valid_until=TODAY + timedelta(days=5))
    services.end_grant(held, on=TODAY + timedelta(days=1), by=cast.secadmin, now=NOW)
    made, ended = Entry.objects.filter(object_id=str(newcomer.pk)).order_by("pk")
    assert (made.verb, made.detail["role"], made.detail["until"]) == (Verb.GRANTED, "grid_chief", "2026-11-25")
    assert (ended.verb, ended.area_code, ended.detail["on"]) == (Verb.GRANT_ENDED, "050101", "2026-11-21")


def test_a_grant_reaches_only_its_part_of_the_bureau(cast):
    assert cast.chief.may(EVENT_VIEW, Placed(BUREAU, "05010102"))
    assert not cast.chief.may(EVENT_VIEW, Placed(BUREAU, "050102"))
    assert not cast.chief.may(EVENT_VIEW, Placed("330106", "050101"))
    assert cast.chief.may(PERSON_VIEW, cast.manager)
    assert not cast.chief.may(PERSON_VIEW, cast.other_head)


def test_a_stopped_person_may_nothing(cast):
    cast.leader.is_active = False
    assert not cast.leader.may(EVENT_VIEW)
    assert cast.leader.scope(EVENT_VIEW).prefixes == ()


def test_the_page_grants_a_role_and_shows_a_refusal_where_it_was_asked(cast, newcomer):
    client = cast.confirmed_client(cast.secadmin)
    address = f"/people/{newcomer.pk}/grants/new/"
    fields = {"role": "grid_chief", "area_prefix": "050101", "valid_from": "2026-11-20"}
    assert client.post(address, fields).status_code == 302
    assert str(newcomer.grants.get().area_prefix) == "050101"
    refused = client.post(address, {**fields, "role": "auditor"})
    assert refused.status_code == 422
    assert "互斥" in refused.content.decode()


def test_the_page_ends_a_grant(cast):
    held = Grant.objects.get(user=cast.chief)
    client = cast.confirmed_client(cast.secadmin)
    assert client.post(f"/people/{cast.chief.pk}/grants/{held.pk}/end/").status_code == 302
    held.refresh_from_db()
    assert held.valid.upper == timezone.localdate()
    assert client.post(f"/people/{cast.manager.pk}/grants/{held.pk}/end/").status_code == 404


def test_every_role_lies_in_one_lane_and_administrators_do_no_business(cast):
    for role in Role.objects.exclude(lane=Lane.BUSINESS):
        business = {code for code in role.permissions if code.split(".")[0] in {"events", "subjects", "grid"}}
        assert business == set(), role
    assert set(Role.objects.values_list("code", flat=True)) == set(ROLES)


def test_a_range_that_ends_before_it_begins_is_refused_by_the_page(cast, newcomer):
    fields = {"role": "grid_chief", "valid_from": "2026-11-20", "valid_until": "2026-11-01"}
    response = cast.confirmed_client(cast.secadmin).post(f"/people/{newcomer.pk}/grants/new/", fields)
    assert response.status_code == 422
    assert not newcomer.grants.exists()
    with pytest.raises(ValueError, match="bound"):
        DateRange(TODAY, TODAY, "]]]")


class Placed:
    def __init__(self, bureau_code, area_code):
        self.bureau_code, self.area_code = bureau_code, area_code
