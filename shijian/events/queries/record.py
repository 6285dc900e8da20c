"""An event as a record that papers, evidence and processes are attached to."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.core.pages import Moment
from shijian.core.records import Record
from shijian.evidence.hooks import FieldTask as EvidenceTask
from shijian.evidence.hooks import Presence
from shijian.subjects.queries import party_facts

from ..choices import Act, State, TaskState
from ..models import Event, FieldTask, Step
from .door import visible_to
from .timeline import steps_of


def record_of_event(user: User | None, key: UUID) -> Record | None:
    rows = Event.objects.all() if user is None else visible_to(user)
    event = rows.select_related("kind", "entity").filter(pk=key).first()
    return as_record(event) if event else None


def closed_of(keys: Collection[UUID]) -> set[UUID]:
    """Those of some events that are over."""
    closed = Event.objects.filter(pk__in=keys, state__in=(State.CLOSED, State.MERGED))
    return set(closed.values_list("pk", flat=True))


def process_of_event(user: User, record: Record) -> list[Moment]:
    """What was done about the event itself, for the timeline of its whole process: one statement."""
    return steps_of(record.id) if record.kind == "event" else []


ON_THE_SPOT = (Act.REPORT, Act.ACCEPT, Act.FEED_BACK, Act.OBSERVE, Act.LOCATE)


def presences_of(officer: User, since: datetime, until: datetime) -> list[Presence]:
    """Where an officer acted on events in that time: what a body recorder's file is matched with."""
    steps = Step.objects.filter(by=officer, at__range=(since, until), act__in=ON_THE_SPOT).select_related("event__kind")
    return [
        Presence("event", step.event_id, step.event.number, f"{step.event.kind} {step.get_act_display()}", step.at)
        for step in steps[:200]
    ]


def tasks_for_evidence(user: User, record: Record, at: datetime) -> list[EvidenceTask]:
    """Tasks evidence of a record may name (E-13): the person's own that run, or are planned for that day, and the record's.

    The usual one is his that runs, that of the record before others: one statement.
    """
    day = localdate(at)
    open_ones = Q(state=TaskState.RUNNING) | Q(state=TaskState.REGISTERED, begins_on__lte=day, ends_on__gte=day)
    mine = Exists(FieldTask.officers.through.objects.filter(fieldtask=OuterRef("pk"), user__in=user.hats))
    rows = FieldTask.objects.filter(open_ones, bureau_code=user.bureau_code).annotate(mine=mine)
    of_record = Q(event=record.id) if record.kind == "event" else Q(pk=None)
    found = sorted(
        rows.filter(Q(mine=True) | of_record).order_by("-registered_at")[:20],
        key=lambda task: (not task.mine, task.state != TaskState.RUNNING, task.event_id != record.id),
    )
    return [
        EvidenceTask(task.pk, task.number, task.title, task.mine and task.state == TaskState.RUNNING) for task in found
    ]


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
