"""Each watch rule over events: one it finds, one it leaves alone."""

from datetime import timedelta

import pytest

from shijian.accounts.models import EnforcementCertificate
from shijian.events import services
from shijian.events.choices import State
from shijian.events.models import Attachment, Event, Handover, Kind, Supervision
from shijian.events.testing import NOW, PLAIN, WITH_PHOTO
from shijian.watch.testing import found

pytestmark = pytest.mark.django_db


def hits(code, later=timedelta(0), **numbers):
    return found(code, now=NOW + later, **numbers)


def test_events_that_nobody_dispatches_answers_reviews_or_finishes(scene):
    event = scene.report()
    Event.objects.update(state=State.REPORTED, handler=None)
    assert hits("event-undispatched") == set()
    assert hits("event-undispatched", timedelta(hours=30)) == {str(event.pk)}
    other = scene.report()
    assert hits("event-unanswered") == hits("event-overdue") == set()
    assert str(other.pk) in hits("event-unanswered", timedelta(days=10))
    assert hits("event-overdue", timedelta(days=200)) == {str(event.pk), str(other.pk)}
    back = scene.fed_back()
    assert hits("event-unreviewed") == set()
    assert hits("event-unreviewed", timedelta(days=4)) == {str(back.pk)}


def test_an_event_closed_by_who_reported_it(scene):
    event = scene.closed()
    assert hits("event-closed-by-reporter") == set()
    Event.objects.update(reported_by=event.closed_by)
    assert hits("event-closed-by-reporter") == {str(event.pk)}
    assert hits("event-closed-by-reporter", timedelta(days=100)) == set()


def test_an_event_worked_on_again_and_again(scene):
    event = scene.accepted()
    assert hits("event-reopened-often") == set()
    Event.objects.update(reopened=2)
    assert hits("event-reopened-often") == {str(event.pk)}


def test_a_matter_that_wants_a_certificate_in_the_wrong_hands(scene):
    event = scene.accepted()
    Kind.objects.filter(pk=event.kind_id).update(wants_certificate=True)
    EnforcementCertificate.objects.filter(user=scene.cast.chief).delete()
    EnforcementCertificate.objects.create(
        user=scene.cast.chief, number="W1", organ="x", field="x", valid_from="2020-01-01", valid_until="2026-12-01"
    )
    assert hits("event-uncertified-handler") == hits("event-auxiliary-handles") == set()
    assert hits("event-uncertified-handler", timedelta(days=60)) == {str(event.pk)}
    Event.objects.update(handler=scene.cast.manager)
    assert hits("event-auxiliary-handles") == {str(event.pk)}
    assert hits("event-uncertified-handler", timedelta(days=60)) == set()


def test_an_answer_without_the_photo_its_matter_wants(scene):
    event = scene.fed_back(kind=WITH_PHOTO)
    plain = scene.fed_back(kind=PLAIN)
    assert hits("event-without-photo") == set()
    Attachment.objects.filter(event__in=[event, plain]).delete()
    assert str(event.pk) in hits("event-without-photo")
    Kind.objects.filter(pk=event.kind_id).update(wants_photo=False)
    assert str(event.pk) not in hits("event-without-photo")


def test_a_handover_without_its_receipt(scene):
    event = scene.report()
    letter = Handover.objects.create(
        event=event, department="城管局", letter_no="移1", reason="x", sent_at=NOW, sent_by=scene.cast.grid_office,
        receipt_due_on=NOW.date(),
    )  # fmt: skip
    assert hits("handover-receipt-late") == set()
    assert hits("handover-receipt-late", timedelta(days=1)) == {str(event.pk)}
    letter.received_on = NOW.date()
    letter.save()
    assert hits("handover-receipt-late", timedelta(days=1)) == set()


def test_a_supervision_that_is_late_or_unanswered(scene):
    event = scene.accepted()
    services.supervise(event, reason="尽快办理", until=NOW.date() + timedelta(days=5), by=scene.cast.leader, now=NOW)
    assert hits("supervision-late") == hits("supervision-unanswered") == set()
    assert hits("supervision-unanswered", timedelta(days=3)) == {str(event.pk)}
    assert hits("supervision-late", timedelta(days=6)) == {str(event.pk)}
    Supervision.objects.update(answered_at=NOW)
    assert hits("supervision-unanswered", timedelta(days=3)) == set()


def test_rules_of_grids_and_entities_find_what_they_name(scene):
    """Here because the scene with its grids is: the rules themselves belong to grid and subjects."""
    from shijian.grid.models import GridTask, Opinion, Staffing
    from shijian.subjects.models import Entity, Pair

    assert hits("grid-vacant") == {"05"}  # the scene staffs all but the area itself
    Staffing.objects.filter(area_code="050102").delete()
    assert hits("grid-vacant") == {"05", "050102"}
    assert hits("grid-chief-not-officer") == set()
    Staffing.objects.filter(area_code="050101").update(person=scene.cast.manager)
    assert hits("grid-chief-not-officer") == {"050101"}
    today, place = NOW.date(), {"bureau_code": "610111", "area_code": "050101"}
    task = GridTask.objects.create(
        **place, title="x", assignee=scene.cast.chief, due_on=today, set_by=scene.cast.leader, set_at=NOW
    )
    opinion = Opinion.objects.create(
        **place, source="citizen", text="x", received_on=today, recorded_by=scene.cast.chief, recorded_at=NOW,
        assignee=scene.cast.chief, due_on=today,
    )  # fmt: skip
    assert hits("grid-task-late") == hits("opinion-late") == set()
    assert hits("grid-task-late", timedelta(days=1)) == {str(task.pk)}
    assert hits("opinion-late", timedelta(days=1)) == {str(opinion.pk)}
    seen = scene.entity(tags=["food"], checked_on=today)
    unseen = scene.entity(tags=["food"])
    assert hits("entity-stale") == {unseen.area_code}
    Entity.objects.filter(pk=unseen.pk).update(checked_on=today)
    assert hits("entity-stale") == set()
    assert hits("entity-stale", timedelta(days=400)) == {seen.area_code}
    assert hits("entity-unplaced") == set()
    lost = scene.entity(area_code="")
    assert hits("entity-unplaced") == {str(lost.pk)}
    pair = Pair.objects.create(
        bureau_code="610111",
        first=min(seen, unseen, key=lambda e: e.pk),
        second=max(seen, unseen, key=lambda e: e.pk),
        reasons=[],
        found_at=NOW,
    )
    assert hits("pair-undecided") == set()
    assert hits("pair-undecided", timedelta(days=31)) == {str(pair.pk)}
