"""Two events of one matter: one goes on, the other points to it, nobody who reported is forgotten."""

from datetime import datetime
from uuid import UUID

from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.core.errors import Refused

from .. import queries
from ..choices import Act, State
from ..models import Event, Merge
from .steps import act, begin, needs_reason


class NotTheSame(Refused):
    code = "events.cannot_merge"


@act
def merge(event: Event, main: Event, *, reason: str, step_id: UUID | None = None, by: User, now: datetime) -> Event:
    """Let `event` be handled as part of `main`: it leaves every list of work, its reporter is told at the end.

    By whoever may dispatch at the levels that hold both. The clock of the main event stays its own: the earlier
    limit of the two is taken over, so that merging never gives time. Raises NotTheSame for an event into which others were merged.
    """
    needs_reason(reason)
    if event.pk == main.pk:
        raise NotTheSame("不能把事件并入它自己，请填写另一个事件号。")
    # Always locked in one order, so that two people merging the same pair wait for each other instead of failing.
    list(Event.objects.select_for_update(no_key=True).filter(pk__in=[event.pk, main.pk]).order_by("pk"))
    doing = begin(event, Act.MERGE, by=by, now=now, step_id=step_id, content=[reason, main.pk])
    into = begin(main, Act.TAKE_IN, by=by, now=now)
    event, main = doing.event, into.event
    if event.bureau_code != main.bureau_code:
        raise NotTheSame("两个事件不属于同一个局，不能合并。")
    if event.merged.exists():
        raise NotTheSame(f"{event.number} 已有并入的事件，请反过来，把 {main.number} 并入 {event.number}。")
    Merge.objects.create(event=event, main=main, state_before=event.state, reason=reason, by=by, at=now)
    doing.move(state=State.MERGED, merged_into=main)
    doing.keep(f"并入 {main.number}：{reason}", main=main.number)
    earlier = {
        name: getattr(event, name)
        for name in ("due_on", "due_at", "limit_text", "working")
        if event.due_on and main.due_on and event.due_on < main.due_on
    }
    into.move(**earlier)
    into.keep(f"{event.number} 并入本事件：{reason}", merged=event.number)
    doing.tell([event.reported_by, event.handler], f"与 {main.number} 是同一件事，已合并办理", reason)
    into.tell([main.handler], f"{event.number} 已并入", event.description[:200])
    return event


@act
def unmerge(event: Event, *, reason: str, step_id: UUID | None = None, by: User, now: datetime) -> Event:
    """They were two matters after all: the event goes on where it was, with its own clock.

    What the main event has gone through meanwhile stays; also after the main event was closed.
    """
    needs_reason(reason)
    doing = begin(event, Act.UNMERGE, by=by, now=now, step_id=step_id, content=[reason])
    event = doing.event
    known = Merge.objects.select_related("main").get(event=event, undone_at=None)
    state = known.state_before
    handler = event.handler if event.handler and event.handler.is_active else None
    if handler is None and state != State.REPORTED:
        state = State.REPORTED
    known.undone_by, known.undone_at = by, now
    known.save(update_fields=["undone_by", "undone_at"])
    doing.move(
        state=state,
        merged_into=None,
        handler=handler,
        handler_code=event.handler_code if handler else "",
    )
    doing.keep(reason, main=known.main.number)
    concerned = [handler] if handler else queries.dispatchers(event, on=localdate(now))
    doing.tell([event.reported_by, *concerned], f"与 {known.main.number} 分开办理", reason)
    return event
