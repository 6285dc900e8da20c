"""A deputy does the work of a chief on leave; the event says who did it and for whom."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shijian.accounts import services
from shijian.accounts.models import User
from shijian.core.ids import new_id
from shijian.events.models import Step

pytestmark = pytest.mark.django_db


@pytest.fixture
def deputy(world):
    cast, today = world.cast, timezone.localdate()
    made = services.delegate(
        cast.chief, deputy=cast.other_grid_chief, roles=["grid_chief"], area_prefix="", first=today,
        last=today + timedelta(days=3), reason="年休假", by=cast.chief, now=timezone.now(),
    )  # fmt: skip
    client = cast.client(cast.other_grid_chief)
    client.post(f"/me/delegations/{made.pk}/acting/")
    return client


def test_the_deputy_accepts_what_was_dispatched_to_the_principal(world, deputy):
    event = world.event
    event.refresh_from_db()
    assert event.handler_id == world.cast.chief.pk
    address = f"/events/{event.number}/"
    page = deputy.get(address)
    assert page.status_code == 200
    assert deputy.post(
        f"{address}acceptance/", {"step_id": str(new_id()), "lon": 109.005, "lat": 34.205}
    ).status_code in {200, 302}
    step = Step.objects.filter(event=event).latest("at")
    assert (step.act, step.by_id) == ("accept", world.cast.other_grid_chief.pk)
    assert "程网二（代程网一）" in deputy.get(address).content.decode()


def test_without_standing_in_the_event_of_the_other_grid_does_not_exist(world):
    client = world.cast.client(world.cast.other_grid_chief)
    assert client.get(f"/events/{world.event.number}/").status_code == 404


def test_a_deputy_of_the_reviewer_does_not_review_what_he_handled_himself(world):
    """Both of the two must stand outside the work: else a delegation would undo the separation of duties."""
    from shijian.events import queries
    from shijian.events.rules import loop

    cast, today = world.cast, timezone.localdate()
    event = world.event
    event.refresh_from_db()
    made = services.delegate(
        cast.station_head, deputy=cast.chief, roles=["station_head"], area_prefix="", first=today, last=today,
        reason="出差", by=cast.station_head, now=timezone.now(),
    )  # fmt: skip
    chief = User.objects.get(pk=cast.chief.pk)
    chief.acting = made
    matter, person = queries.matter_of(event), queries.person_of(chief, event)
    assert person.reviews == ("0501",)
    assert loop._review(matter, person) is not None
