"""R13: every id in an address swapped for one of a foreign object: nothing is shown, nothing is written."""

import uuid
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from shijian.accounts.choices import UnitKind
from shijian.accounts.models import Grant, Role, User
from shijian.accounts.services import create_unit
from shijian.audit.models import Entry
from shijian.events.models import Event, Step
from shijian.subjects.models import Entity

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
EVENT_ACTS = [
    "event", "working", "dispatch", "acceptance", "refusal", "escalation", "return", "handover", "receipt", "feedback",
    "review", "reopening", "observation",
]  # fmt: skip
ENTITY_ACTS = ["entity", "edit", "status", "location", "relation_new", "twins"]
PERSON_ACTS = ["person", "person_edit", "standing", "password_reset", "unlocking", "grant_new", "certificate_new"]


@pytest.fixture
def stranger(world):
    """A person of another bureau who may do there whatever a station head, the office and the administrators may."""
    unit = create_unit(
        bureau_code="330106",
        code="330106",
        name="西湖区市场监督管理局",
        kind=UnitKind.BUREAU,
        parent=None,
        by=None,
        now=NOW,
    )

    def make(role_code):
        user = User.objects.create(
            employee_no=f"X-{role_code}"[:20], name="外区人员", unit=unit, bureau_code="330106", kind="officer"
        )
        role = Role.objects.get(pk=role_code)
        Grant.objects.create(
            user=user,
            role=role,
            lane=role.lane,
            bureau_code="330106",
            unit_path=unit.path,
            valid=(date(2020, 1, 1), None),
        )
        return world.cast.client(user)

    return make


def rows():
    return Event.objects.count(), Step.objects.count(), Entry.objects.count(), list(Entity.objects.values())


def ask_all(client, addresses):
    answers = {}
    for address in addresses:
        for method in ("get", "post"):
            answers[method, address] = getattr(client, method)(address, {"note": "x", "to": "x"}).status_code
    return {key: status for key, status in answers.items() if status not in {403, 404, 405}}


@pytest.mark.parametrize("role", ["station_head", "grid_office", "leader", "dispatcher"])
def test_another_bureau_reaches_no_event_entity_or_node(world, stranger, role):
    client, before = stranger(role), rows()
    addresses = [reverse(f"events:{name}", args=[world.event.number]) for name in EVENT_ACTS]
    addresses += [reverse(f"subjects:{name}", args=[world.entity.pk]) for name in ENTITY_ACTS]
    addresses += [
        reverse(f"grid:{name}", args=["050101"])
        for name in ("node", "card", "proposal", "decision", "boundary", "appointment")
    ]
    assert ask_all(client, addresses) == {}
    assert rows() == before


@pytest.mark.parametrize("role", ["sysadmin", "secadmin"])
def test_administrators_of_another_bureau_reach_nobody(world, stranger, role):
    client, before = stranger(role), rows()
    addresses = [reverse(f"accounts:{name}", args=[world.cast.chief.pk]) for name in PERSON_ACTS]
    assert ask_all(client, addresses) == {}
    assert rows() == before


def test_the_other_station_reaches_no_event_or_entity_by_its_id(world):
    before = rows()
    for part in ("other_chief", "other_head"):
        client = world.cast.client(getattr(world.cast, part))
        addresses = [reverse(f"events:{name}", args=[world.event.number]) for name in EVENT_ACTS]
        addresses += [reverse(f"subjects:{name}", args=[world.entity.pk]) for name in ENTITY_ACTS]
        assert ask_all(client, addresses) == {}
    assert rows() == before


def test_what_is_foreign_and_what_does_not_exist_look_the_same(world):
    client = world.cast.client(world.cast.other_head)
    foreign = client.get(reverse("subjects:entity", args=[world.entity.pk]))
    nothing = client.get(reverse("subjects:entity", args=[uuid.uuid4()]))
    assert foreign.status_code == nothing.status_code == 404
    assert len(foreign.content) == len(nothing.content)
    foreign = client.get(reverse("events:event", args=[world.event.number]))
    nothing = client.get(reverse("events:event", args=["SJ2026-999999"]))
    assert foreign.status_code == nothing.status_code == 404
    assert len(foreign.content) == len(nothing.content)
