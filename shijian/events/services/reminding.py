"""Reminders of what is nearly late, late, unanswered, or without a receipt: each told once."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from shijian.accounts.models import Unit, User
from shijian.accounts.services.clockwork import clockwork
from shijian.core.ids import new_id

from .. import queries
from ..choices import Act, State, Verb
from ..models import Event, Handover, Step
from ..models.event import UNANSWERED
from ..rules import reminders
from . import steps
from .supervising import remind_supervised

BATCH = 500


def remind_all(*, now: datetime) -> int:
    """One sweep over everything open. Every event is a transaction of its own: a sweep that stops midway is harmless."""
    rungs = sum(remind(event, now=now) for event in _due_soon(now))
    letters = sum(_urge_receipt(letter, now=now) for letter in _without_receipt(now))
    return rungs + letters + remind_supervised(now=now)


@transaction.atomic
def remind(event: Event, *, now: datetime) -> bool:
    """Remind those concerned if the event has climbed a rung of the ladder since they were told; True if it had."""
    event = (
        Event.objects.select_for_update(no_key=True, of=("self",)).select_related("kind", "handler").get(pk=event.pk)
    )
    if not event.is_open:
        return False
    today = localdate(now)
    rung, ends = None, event.clock_ends
    if ends:
        starts, ladder = event.clock_from or event.reported_at, queries.ladder(event.bureau_code)
        rung = reminders.rung_reached(starts=starts, ends=ends, now=now, ladder=ladder)
    # What waits for a review is late by the reviewer, not by the handler: he is told, with the same clock.
    if rung and reminders.is_new(rung, event.warned):
        people = _concerned(event, rung, now)
        event.warned = rung.key
        _keep(event, f"{rung.name}（期限 {event.due_on}）", people, now)
        return True
    if _is_unanswered(event, now) and event.warned == "":
        event.warned = UNANSWERED
        _keep(event, "逾期未接收", [event.handler, *queries.dispatchers(event, on=today)], now)
        return True
    return False


def _concerned(event: Event, rung: reminders.Rung, now: datetime) -> list[User | None]:
    today = localdate(now)
    if event.state == State.REPORTED:
        first = queries.dispatchers(event, on=today)
    elif event.state == State.REVIEWING:
        first = queries.reviewers(event, on=today)
    else:
        first = [event.handler] if event.handler else []
    code = event.handler_code if event.handler else event.holder_code
    codes = reminders.levels_above(code, queries.chain(event), levels_up=rung.levels_up)
    above = queries.reviewing_at(event, codes, on=today) if codes else []
    return [*first, *above]


def _is_unanswered(event: Event, now: datetime) -> bool:
    return event.state == State.DISPATCHED and event.respond_by is not None and event.respond_by < now


def _keep(event: Event, text: str, people: Sequence[User | None], now: datetime) -> None:
    told = [person for person in people if person]
    event.save(update_fields=["warned"])
    by = clockwork(event.bureau_code)
    step = Step.objects.create(id=new_id(), event=event, act=Act.REMIND, by=by, at=now, note=text)
    steps.record(event, Verb.REMINDED, step, by=by, now=now, detail={"rung": event.warned, "told": len(told)})
    steps.tell(event, told, Act.REMIND, text, "", now)


def _due_soon(now: datetime) -> Iterator[Event]:
    for bureau_code in Unit.objects.filter(parent=None).values_list("bureau_code", flat=True):
        rungs = queries.ladder(bureau_code)
        yield from queries.climbing(bureau_code, rungs, now=now).order_by("pk").iterator(chunk_size=BATCH)


def _without_receipt(now: datetime) -> Iterator[Handover]:
    rows = Handover.objects.filter(received_on=None, receipt_due_on__lt=localdate(now), reminded_at=None)
    return rows.order_by("pk").iterator(chunk_size=BATCH)


@transaction.atomic
def _urge_receipt(letter: Handover, *, now: datetime) -> bool:
    """Whoever sent the letter, and who dispatches there, are told that the receipt is late."""
    letter = Handover.objects.select_for_update(no_key=True, of=("self",)).get(pk=letter.pk)
    if letter.received_on or letter.reminded_at:
        return False
    letter.reminded_at = now
    letter.save(update_fields=["reminded_at"])
    event = Event.objects.select_for_update(no_key=True).get(pk=letter.event_id)
    people = [letter.sent_by, *queries.dispatchers(event, on=localdate(now))]
    _keep(event, f"移送回执逾期：{letter.department}（{letter.letter_no}）", people, now)
    return True
