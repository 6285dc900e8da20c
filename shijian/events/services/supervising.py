"""督办: put under supervision, answered, reminded daily, released."""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.accounts.services.clockwork import clockwork
from shijian.audit import services as audit
from shijian.core.errors import Refused

from .. import queries
from ..choices import Act, Verb
from ..models import Event, Supervision
from ..rules import reminders
from .steps import Uploads, act, begin, marks, needs_reason, store, tell


class DayIsPast(Refused):
    code = "events.day_is_past"


@act
def supervise(event: Event, *, reason: str, until: date, step_id: UUID | None = None, by: User, now: datetime) -> Event:
    """Put an event under supervision with a requirement and a date: who works on it is told now and every day (E-10)."""
    needs_reason(reason)
    if until < localdate(now):
        raise DayIsPast("督办期限不能早于今天，请改正。")
    doing = begin(event, Act.SUPERVISE, by=by, now=now, step_id=step_id, content=[reason, until])
    event = doing.event
    Supervision.objects.create(event=event, reason=reason, until=until, by=by, at=now, reminded_on=localdate(now))
    doing.move(supervised_until=until)
    doing.keep(f"{reason}（{until} 前办结）", until=until.isoformat())
    above = queries.reviewing_at(event, _level_above(event), on=localdate(now))
    doing.tell([*_workers(event, now), *above], f"已督办，{until} 前办结", reason)
    return event


@act
def answer(
    event: Event, *, note: str, photos: Uploads = (), step_id: UUID | None = None, by: User, now: datetime
) -> Event:
    """Whoever works on it says how far it is; the supervisor is told."""
    needs_reason(note)
    kept = store(photos, now=now)
    doing = begin(event, Act.ANSWER, by=by, now=now, step_id=step_id, content=[note, marks(photos)])
    current = Supervision.objects.select_related("by").get(event=event, released_at=None)
    current.answered_at = now
    current.save(update_fields=["answered_at"])
    doing.keep(note, kept=kept)
    doing.tell([current.by], "督办回复", note)
    return doing.event


@act
def release(event: Event, *, note: str, step_id: UUID | None = None, by: User, now: datetime) -> Event:
    """End the supervision with a note, be the event closed or not."""
    needs_reason(note)
    doing = begin(event, Act.RELEASE, by=by, now=now, step_id=step_id, content=[note])
    current = Supervision.objects.select_related("by").get(event=event, released_at=None)
    current.released_by, current.released_at, current.release_note = by, now, note
    current.save(update_fields=["released_by", "released_at", "release_note"])
    doing.move(supervised_until=None)
    doing.keep(note)
    doing.tell([*_workers(doing.event, now), current.by], "已解除督办", note)
    return doing.event


def remind_supervised(*, now: datetime) -> int:
    """The daily reminder of everything under supervision; a second sweep of the same day tells nobody."""
    return sum(_remind(each, now=now) for each in _unreminded(now))


@transaction.atomic
def _remind(supervision: Supervision, *, now: datetime) -> bool:
    """Tell who works on it, past the date also the level above him; once it is over, ask the supervisor to let go."""
    today = localdate(now)
    # The event first, as in every act.
    event = (
        Event.objects.select_for_update(no_key=True, of=("self",))
        .select_related("kind", "handler")
        .get(pk=supervision.event_id)
    )
    current = Supervision.objects.select_related("by").get(pk=supervision.pk)
    if current.released_at or (current.reminded_on and current.reminded_on >= today):
        return False
    late = current.until < today
    if event.is_open:
        people = _workers(event, now)
        if late:
            people += queries.reviewing_at(event, _level_above(event), on=today)
        text = (
            f"督办期限 {current.until} 已过，请说明原因并尽快办结"
            if late
            else f"督办中，{current.until} 前办结，请回复进展"
        )
    else:
        people, text = [current.by], "督办事件已办结，请核实后解除督办"
    current.reminded_on, current.reminders = today, current.reminders + 1
    current.save(update_fields=["reminded_on", "reminders"])
    told = tell(event, people, Act.REMIND, text, current.reason, now)
    audit.record(
        by=clockwork(event.bureau_code),
        verb=Verb.REMINDED,
        on=("events.event", str(event.pk), str(event)),
        at=now,
        detail={"supervision": current.pk, "times": current.reminders, "told": told},
        bureau_code=event.bureau_code,
        area_code=event.area_code,
    )
    return True


def _unreminded(now: datetime) -> Iterator[Supervision]:
    waiting = Q(reminded_on=None) | Q(reminded_on__lt=localdate(now))
    return Supervision.objects.filter(waiting, released_at=None).order_by("pk").iterator(chunk_size=500)


def _workers(event: Event, now: datetime) -> list[User]:
    return [event.handler] if event.handler else queries.dispatchers(event, on=localdate(now))


def _level_above(event: Event) -> list[str]:
    code = event.handler_code if event.handler else event.holder_code
    return reminders.levels_above(code, queries.chain(event), levels_up=1)
