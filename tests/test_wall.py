"""The second wall: a page that forgets the scope still shows nothing of other areas or bureaus."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from django.urls import reverse
from django.utils import timezone

from shijian.accounts.models import User
from shijian.core import wall
from shijian.core.ids import new_id
from shijian.events.models import Event
from shijian.subjects.models import Entity

from .world import OTHER_PLACE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def lowered():
    yield
    wall.lower()


@pytest.fixture
def others(world):
    """An event of the other station and an event and an entity of another bureau."""
    cast = world.cast
    there = world.report(cast.other_chief, place=OTHER_PLACE)
    foreign = Event.objects.get(pk=there.pk)
    foreign.pk, foreign.number, foreign.bureau_code, foreign.area_code = new_id(), "SJ-330106", "330106", "050101"
    foreign.save(force_insert=True)
    entity = Entity.objects.get(pk=world.entity.pk)
    entity.pk, entity.identity, entity.bureau_code = new_id(), "t2", "330106"
    entity.save(force_insert=True)
    return there, foreign, entity


def forgetful(_request):
    """A view whose author forgot every filter."""
    rows = sorted(Event.objects.values_list("number", flat=True)) + sorted(
        Entity.objects.values_list("identity", flat=True)
    )
    return HttpResponse(",".join(rows))


def ask(user, method="get", view=forgetful):
    request = getattr(RequestFactory(), method)("/")
    request.user = User.objects.get(pk=user.pk)
    return wall.RowWallMiddleware(view)(request)


def test_the_wall_stands_in_the_tests():
    wall._standing.clear()
    assert wall.is_standing()


def test_a_forgetful_page_shows_only_ones_own_area_and_bureau(world, others):
    there, foreign, _ = others
    here = world.event.number
    seen = {
        part: ask(getattr(world.cast, part)).content.decode() for part in ("chief", "other_chief", "leader", "auditor")
    }
    assert seen["chief"] == f"{here},t1"
    assert seen["other_chief"] == there.number
    assert seen["leader"] == ",".join([*sorted([here, there.number]), "t1"])
    assert seen["auditor"] == "", "who has no business role sees no business row"
    assert Event.objects.filter(pk=foreign.pk).exists(), "after the request the wall is down"


def test_a_form_sent_is_cut_to_the_bureau(world, others):
    there, foreign, _ = others
    seen = ask(world.cast.chief, "post").content.decode()
    assert there.number in seen, "an act may reach beyond the area; its own checks decide"
    assert foreign.number not in seen


def test_ones_own_reports_and_what_one_stands_in_for_are_seen_wherever_they_are(world, others):
    there, _, _ = others
    Event.objects.filter(pk=there.pk).update(reported_by=world.cast.informant, entity=None)
    assert there.number in ask(world.cast.informant).content.decode()


def test_writing_into_another_bureau_is_refused_by_the_database(world, others):
    def move(_request):
        with transaction.atomic():
            Event.objects.filter(pk=world.event.pk).update(bureau_code="330106")
        return HttpResponse()

    def plant(_request):
        copy = Event.objects.get(pk=world.event.pk)
        copy.pk, copy.number, copy.bureau_code = new_id(), "SJ-1", "330106"
        with transaction.atomic():
            copy.save(force_insert=True)
        return HttpResponse()

    for view in (move, plant):
        with pytest.raises(DatabaseError, match="row-level security"):
            ask(world.cast.leader, "post", view)


def test_the_foreign_row_is_neither_changed_nor_deleted(world, others):
    _, foreign, entity = others

    def spoil(_request):
        changed = Event.objects.filter(pk=foreign.pk).update(description="x")
        gone = Entity.objects.filter(pk=entity.pk).delete()[0]
        return HttpResponse(f"{changed} {gone}")

    assert ask(world.cast.leader, "post", spoil).content == b"0 0"


def test_the_log_and_the_tables_cannot_be_emptied_from_a_request(world):
    def wipe(_request):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("TRUNCATE audit_entry")
        return HttpResponse()

    with pytest.raises(DatabaseError, match=r"permission denied|append-only"):
        ask(world.cast.leader, "post", wipe)


def test_a_connection_with_the_role_but_no_bureau_sees_nothing(world):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('shijian.bureau', '', false), set_config('shijian.prefixes', '*', false)")
        cursor.execute(f"SET ROLE {wall.ROLE}")
    try:
        assert Event.objects.count() == 0
        assert Entity.objects.count() == 0
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
    assert Event.objects.count() == 1


def test_jobs_and_commands_see_everything(world, others):
    assert Event.objects.count() == 3


def test_a_figure_about_more_than_one_may_see_is_asked_past_the_wall_on_purpose(world, others):
    def counting(_request):
        with wall.lifted():
            whole = Event.objects.count()
        return HttpResponse(f"{whole} {Event.objects.count()}")

    assert ask(world.cast.chief, view=counting).content == b"3 1"


def test_the_wall_comes_down_also_when_the_view_fails(world):
    def failing(_request):
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        ask(world.cast.chief, view=failing)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user = session_user")
        assert cursor.fetchone()[0]


def test_an_export_stays_behind_the_wall_to_its_last_line(world, others):
    there, _, _ = others
    client = world.cast.client(world.cast.chief)
    response = client.get(reverse("events:list") + "?export=csv")
    text = b"".join(response).decode()
    assert world.event.number in text
    assert there.number not in text
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user = session_user")
        assert cursor.fetchone()[0]


def test_a_deputy_stands_where_the_principal_stands(world, others):
    from shijian.accounts import services

    cast, today = world.cast, timezone.localdate()
    made = services.delegate(
        cast.chief, deputy=cast.other_chief, roles=["grid_chief"], area_prefix="", first=today,
        last=today + timedelta(days=1), reason="培训", by=cast.chief, now=timezone.now(),
    )  # fmt: skip
    deputy = User.objects.get(pk=cast.other_chief.pk)
    assert deputy.reach() == ("050201",)
    deputy.acting = made
    side = wall.side_of(deputy)
    assert side.prefixes == ("050101",)
    assert set(side.hats) == {str(cast.chief.pk), str(cast.other_chief.pk)}


@pytest.mark.parametrize(("setting", "seen"), [("area", 1), ("bureau", 2), ("off", 3)])
def test_a_bureau_chooses_how_high_the_wall_is(world, others, setting, seen):
    def counting(_request):
        return HttpResponse(str(Event.objects.count()))

    with override_settings(ROW_WALL=setting):
        assert ask(world.cast.chief, view=counting).content == str(seen).encode()


def test_it_reads_no_table_for_itself(world, django_assert_num_queries):
    """Two statements a page, without the pool; with it the second is the pool's. Neither counts rows."""
    request = RequestFactory().get("/")
    request.user = User.objects.get(pk=world.cast.chief.pk)
    request.user.grants_on(timezone.localdate())
    wall.is_standing()
    with django_assert_num_queries(0):
        wall.RowWallMiddleware(lambda _: HttpResponse())(request)


def test_pages_plan_for_their_values_and_acts_keep_plans(world):
    """A kept plan knows no partial index: the leader's list took 4 ms ten times and then 4 s."""

    def plans(_request):
        with connection.cursor() as cursor:
            cursor.execute("SHOW plan_cache_mode")
            return HttpResponse(cursor.fetchone()[0])

    assert plans(None).content == b"force_custom_plan", "jobs and commands"
    assert ask(world.cast.leader, view=plans).content == b"force_custom_plan"
    assert ask(world.cast.leader, "post", view=plans).content == b"auto"
    assert ask(world.cast.leader, view=plans).content == b"force_custom_plan", (
        "also after an act on the same connection"
    )
