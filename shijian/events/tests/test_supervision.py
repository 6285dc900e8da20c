"""督办: asked for with a date, reminded every day, answered, released; on the desk, in the list, on record (E-10)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import localdate

from shijian.audit.models import Entry
from shijian.core.ids import new_id
from shijian.events import services
from shijian.events.choices import Act, Verb
from shijian.events.models import Supervision
from shijian.events.services.steps import NoReason, NotNow, NotYourLevel, NotYours
from shijian.events.services.supervising import DayIsPast
from shijian.events.testing import NOW
from shijian.notices.models import Notice

pytestmark = pytest.mark.django_db
TODAY = localdate(NOW)
UNTIL = TODAY + timedelta(days=3)


def page(scene, by, event, name="supervision", **data):
    client, url = scene.cast.client(by), reverse(f"events:{name}", args=[event.number])
    return client.post(url, {"step_id": str(new_id()), **data}) if data else client.get(url)


def supervised(scene, event=None):
    event = event or scene.accepted()
    return services.supervise(event, reason="群众多次反映", until=UNTIL, by=scene.cast.leader, now=NOW)


def daily(event) -> int:
    return Notice.objects.filter(kind="events.remind", link__contains=event.number, title__contains="督办").count()


def test_a_leader_supervises_through_the_page_and_the_handler_and_his_head_are_told(scene):
    event = scene.accepted()
    response = page(
        scene, scene.cast.leader, event, reason="限期核实", until=(localdate() + timedelta(days=3)).isoformat()
    )
    assert response.status_code == 302
    event.refresh_from_db()
    assert event.is_supervised
    told = set(Notice.objects.filter(kind="events.supervise").values_list("to", flat=True))
    assert told == {scene.cast.chief.pk, scene.cast.station_head.pk}
    assert Entry.objects.filter(verb=Verb.SUPERVISED, object_id=str(event.pk)).count() == 1


def test_a_station_head_does_not_supervise(scene):
    event = scene.accepted()
    assert page(scene, scene.cast.station_head, event).status_code == 403
    with pytest.raises(NotYourLevel):
        services.supervise(event, reason="x", until=UNTIL, by=scene.cast.station_head, now=NOW)


def test_supervision_needs_a_reason_and_a_day_that_is_not_past(scene):
    event = scene.accepted()
    with pytest.raises(NoReason):
        services.supervise(event, reason=" ", until=UNTIL, by=scene.cast.leader, now=NOW)
    with pytest.raises(DayIsPast):
        services.supervise(event, reason="x", until=TODAY - timedelta(days=1), by=scene.cast.leader, now=NOW)


def test_one_supervision_at_a_time(scene):
    event = supervised(scene)
    with pytest.raises(NotNow):
        supervised(scene, event)
    with pytest.raises(IntegrityError), transaction.atomic():
        Supervision.objects.create(event=event, reason="x", until=UNTIL, by=scene.cast.leader, at=NOW)


def test_the_reminder_comes_once_a_day_until_it_is_released(scene):
    event = supervised(scene)
    assert services.remind_supervised(now=NOW + timedelta(hours=1)) == 0  # told today already
    for day in (1, 2, 3):
        assert services.remind_supervised(now=NOW + timedelta(days=day)) == 1
        assert services.remind_supervised(now=NOW + timedelta(days=day, minutes=10)) == 0
    assert daily(event) == 3
    services.release(event, note="已整改", by=scene.cast.leader, now=NOW + timedelta(days=3))
    assert services.remind_supervised(now=NOW + timedelta(days=4)) == 0
    assert Entry.objects.filter(verb=Verb.REMINDED, object_id=str(event.pk)).count() == 3


def test_past_its_day_the_level_above_hears_of_it_too(scene):
    event = supervised(scene)
    services.remind_supervised(now=NOW + timedelta(days=4))
    told = Notice.objects.filter(kind="events.remind", title__contains="已过").values_list("to", flat=True)
    assert set(told) == {scene.cast.chief.pk, scene.cast.station_head.pk}
    assert event.number


def test_while_nobody_handles_it_the_dispatchers_are_reminded(scene):
    event = supervised(scene)
    event = services.escalate(event, reason="办不了", by=scene.cast.chief, now=NOW)
    services.remind_supervised(now=NOW + timedelta(days=1))
    told = Notice.objects.filter(kind="events.remind", title__contains="督办中").values_list("to", flat=True)
    assert set(told) == {scene.cast.station_head.pk}


def test_the_answer_reaches_the_supervisor_and_stands_in_the_timeline(scene):
    event = supervised(scene)
    assert page(scene, scene.cast.chief, event, "answer", note="已约谈，周三整改完").status_code == 302
    assert Notice.objects.filter(kind="events.answer", to=scene.cast.leader).count() == 1
    assert event.steps.filter(act=Act.ANSWER, note="已约谈，周三整改完").exists()
    with pytest.raises(NotYours):
        services.answer(event, note="x", by=scene.cast.station_head, now=NOW)


def test_closed_but_not_released_the_supervisor_is_asked_to_let_go(scene):
    event = supervised(scene, scene.fed_back())
    event = services.close(event, by=scene.cast.station_head, now=NOW)
    assert Notice.objects.filter(kind="events.close", to=scene.cast.leader).count() == 1
    services.remind_supervised(now=NOW + timedelta(days=1))
    assert Notice.objects.filter(kind="events.remind", to=scene.cast.leader, title__contains="解除").count() == 1
    assert Notice.objects.filter(kind="events.remind", to=scene.cast.chief).count() == 0
    event = services.release(event, note="已核实", by=scene.cast.leader, now=NOW)
    assert not event.is_supervised


def test_release_needs_a_note_and_the_power(scene):
    event = supervised(scene)
    with pytest.raises(NoReason):
        services.release(event, note="", by=scene.cast.leader, now=NOW)
    with pytest.raises(NotYourLevel):
        services.release(event, note="x", by=scene.cast.chief, now=NOW)
    assert page(scene, scene.cast.dispatcher, event, "release", note="已核实").status_code == 302
    event.refresh_from_db()
    assert not event.is_supervised
    again = supervised(scene, event)
    assert again.is_supervised


def test_it_is_marked_in_the_list_found_by_its_filter_and_first_on_both_desks(scene):
    event, other = supervised(scene), scene.accepted()
    listing = scene.cast.client(scene.cast.leader).get(reverse("events:list") + "?supervised=1").content.decode()
    assert event.number in listing
    assert other.number not in listing
    assert "督办</span>" in listing
    for part in ("leader", "chief"):
        text = scene.cast.client(getattr(scene.cast, part)).get(reverse("portal:desk")).content.decode()
        assert "督办中" in text, part
    assert "督办人" in page(scene, scene.cast.chief, event, "event").content.decode()
