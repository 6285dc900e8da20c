"""An event as a record that papers, evidence and processes are attached to."""

from uuid import UUID

from django.urls import reverse

from shijian.accounts.models import User
from shijian.core.records import Record
from shijian.subjects.queries import party_facts

from ..models import Event
from .door import visible_to


def record_of_event(user: User | None, key: UUID) -> Record | None:
    rows = Event.objects.all() if user is None else visible_to(user)
    event = rows.select_related("kind", "entity").filter(pk=key).first()
    return as_record(event) if event else None


def as_record(event: Event) -> Record:
    """`event` comes with its kind and entity."""
    facts = party_facts(event.entity) if event.entity else {}
    return Record(
        kind="event",
        id=event.pk,
        number=event.number,
        title=str(event.kind),
        url=reverse("events:event", args=[event.number]),
        bureau_code=event.bureau_code,
        area_code=event.area_code,
        facts={**facts, "place": event.address, "found_at": event.discovered_at, "finding": event.description},
    )
