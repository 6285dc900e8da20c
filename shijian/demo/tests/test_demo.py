"""The demo is the same for the same seed, and its bulk past is one the services could have made."""

import itertools
import re
from datetime import UTC, datetime

import numpy as np
import pytest
import shapely
from django.core.management import call_command
from django.db import connection

from shijian.accounts.models import User
from shijian.accounts.services import sync_roles
from shijian.config.roles import ROLES
from shijian.core.ids import new_id
from shijian.demo import bulk, bureau, entities
from shijian.demo.city import city_town
from shijian.demo.people import city_plan, people
from shijian.demo.places import district_town
from shijian.events import services
from shijian.events.models import Event, Kind, Phrase, Step
from shijian.grid import queries as grid
from shijian.grid.models import GridTask, Meeting, RoutineRecord, ServicePoint
from shijian.subjects.models import Entity
from shijian.subjects.rules.codes import credit_code_fault

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
INDEXES = "SELECT indexdef FROM pg_indexes WHERE tablename IN ('events_event', 'events_step') ORDER BY 1"


@pytest.fixture(scope="module")
def city():
    return city_town()


def test_the_city_has_1036_grids_that_tile_it(city):
    shapes = np.array([each.geometry for each in city.grids])
    assert len(shapes) == 1036
    assert shapely.coverage_is_valid(shapes)
    assert len({each.code for each in city.areas}) == len(city.areas)
    assert all(len(each.code) == 6 and each.code[:4] in city.stations for each in city.grids)


def test_the_same_seed_gives_the_same_city_and_another_seed_another(city):
    again, other = city_town(), city_town(seed=2)
    assert [each.geometry.wkb for each in again.grids] == [each.geometry.wkb for each in city.grids]
    assert other.grids[0].geometry.wkb != city.grids[0].geometry.wkb


def test_people_are_the_same_twice_and_nobody_is_there_twice(city):
    plan = city_plan(city)
    first, second = list(people(plan, city, seed=1)), list(people(plan, city, seed=1))
    assert first == second
    assert len({each.employee_no for each in first}) == len(first)
    assert 9_500 <= len(first) <= 10_500


def test_entities_are_the_same_twice_with_valid_codes_none_twice():
    town = district_town()
    first, second = (list(itertools.chain(*entities.rows(town, 500, seed=1, chunk=200))) for _ in range(2))
    assert first == second
    codes = [row[1] for row in first]
    assert len(set(codes)) == 500
    assert [credit_code_fault(code) for code in codes if credit_code_fault(code)] == []


@pytest.fixture
def small(db, monkeypatch, settings, tmp_path):
    settings.HOME = settings.FILES_DIR = tmp_path
    monkeypatch.setitem(bureau.SIZES, "small", (120, 12, 30))
    sync_roles(ROLES)
    for name in ("load_reference", "load_industries", "load_kinds", "load_forms"):
        call_command(name)
    bureau.load("small", seed=1, now=NOW, say=lambda text: None)
    return {user.employee_no: user for user in User.objects.all()}


def test_a_loaded_bureau_has_told_accounts_full_staffing_and_is_loaded_once(small):
    assert {"W050101", "S0501", "B001", "SYS1"} <= {number for _, number, _ in bureau.told_accounts()}
    assert grid.staffing_faults("610111", on=NOW.date()) == []
    assert Event.objects.count() - 12 in {3, 4, 5}  # a morning of up to four, by the shops there; a second report
    mine = Event.objects.filter(handler=User.objects.get(employee_no="W050101"), closed_at=None)
    assert {"dispatched", "handling"} <= set(mine.values_list("state", flat=True))
    assert Phrase.objects.exists()
    with pytest.raises(bureau.AlreadyLoaded):
        bureau.load("small", seed=1, now=NOW, say=lambda text: None)


def indexes():
    """What they index: PostgreSQL writes the casts of a condition otherwise when it reads its own text again."""
    with connection.cursor() as cursor:
        cursor.execute(INDEXES)
        return [re.sub(r"::(character varying|text)(\[\])?|[()]", "", text) for (text,) in cursor.fetchall()]


def test_the_bulk_past_keeps_every_constraint_key_index_and_number(small):
    before, there = indexes(), Event.objects.count()
    bulk.play(small, bureau_code="610111", count=700, days=60, seed=1, now=NOW, say=lambda text: None)
    assert indexes() == before
    numbers = sorted(Event.objects.values_list("number", flat=True))
    assert numbers == [f"SJ2026-{number:06d}" for number in range(1, len(numbers) + 1)]
    assert len(numbers) == there + 700
    known, places = set(User.objects.values_list("pk", flat=True)), set(Entity.objects.values_list("pk", flat=True))
    kinds = set(Kind.objects.values_list("pk", flat=True))
    for event in Event.objects.filter(working={}):
        assert event.entity_id in places
        assert event.kind_id in kinds
        assert {event.reported_by_id, event.handler_id} <= known
        assert event.closed_by_id in known | {None}
        assert event.closed_by_id != event.handler_id
        assert event.reported_at < NOW
    steps = Step.objects.filter(event__working={})
    assert steps.filter(act="report").count() == 700
    assert steps.filter(act="close").count() == Event.objects.filter(working={}, state="closed").count() > 400


def test_after_the_bulk_past_reporting_goes_on_with_the_next_number(small):
    bulk.play(small, bureau_code="610111", count=50, days=30, seed=1, now=NOW, say=lambda text: None)
    last = Event.objects.count()
    event = services.report(
        id=new_id(), kind=Kind.objects.get(code="SP01", until=None), source="daily_check", description="过期",
        place=(109.06, 34.27), by=small["W050101"], now=NOW,
    )  # fmt: skip
    assert event.number == f"SJ2026-{last + 1:06d}"


@pytest.mark.django_db
def test_the_demo_shows_the_work_around_the_grids():
    call_command("load_kinds", verbosity=0)
    call_command("load_forms", verbosity=0)
    sync_roles(ROLES)
    bureau.load("small", seed=1, now=NOW, say=lambda text: None, share=0.02)
    assert Meeting.objects.count() == 12
    assert ServicePoint.objects.count() == 6
    assert RoutineRecord.objects.count() > 60
    assert {task.state for task in GridTask.objects.all()} >= {"open", "confirmed"}
    staff = {user.employee_no: user for user in User.objects.all()}
    assert staff["J002"].staffing.filter(duty="leader").count() == 3
