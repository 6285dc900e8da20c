"""The end of the loop: only a reviewer above the handler closes an event."""

from datetime import datetime
from uuid import UUID

from django.utils.timezone import localdate

from shijian.accounts.models import User

from .. import queries
from ..choices import Act, State
from ..models import Event
from .limits import set_limits
from .steps import act, begin, needs_reason


@act
def close(event: Event, *, note: str = "", step_id: UUID | None = None, by: User, now: datetime) -> Event:
    """Approve the result: the event is closed. The reviewer stands above the handler and never worked on it."""
    doing = begin(event, Act.CLOSE, by=by, now=now, step_id=step_id, content=[note])
    doing.move(closed_at=now, closed_by=by)
    doing.keep(note)
    people = [doing.event.handler, doing.event.reported_by, *queries.reporters_of_merged(doing.event)]
    doing.tell(people, "已复核办结", note)
    if doing.event.is_supervised:
        doing.tell([queries.supervision_of(doing.event).by], "督办事件已办结，请核实后解除督办", note)
    return doing.event


@act
def reject(event: Event, *, reason: str, step_id: UUID | None = None, by: User, now: datetime) -> Event:
    """Send the result back to the handler with the reason; the clock goes on."""
    needs_reason(reason)
    doing = begin(event, Act.REJECT, by=by, now=now, step_id=step_id, content=[reason])
    doing.move(fed_back_at=None)
    doing.keep(reason, to_user=doing.event.handler)
    doing.tell([doing.event.handler], "复核退回，请继续处置", reason)
    return doing.event


@act
def reopen(event: Event, *, reason: str, step_id: UUID | None = None, by: User, now: datetime) -> Event:
    """Closed but not solved: back to its handler, whose clock starts anew; as often as the kind allows.

    A handler who has left since gets nothing: then the level that holds the event dispatches it.
    """
    needs_reason(reason)
    doing = begin(event, Act.REOPEN, by=by, now=now, step_id=step_id, content=[reason])
    event = doing.event
    handler = event.handler if event.handler and event.handler.is_active else None
    limits = set_limits(event, start=now, found_on=localdate(now))
    doing.move(
        state=State.HANDLING if handler else State.REPORTED,
        handler=handler,
        handler_code=event.handler_code if handler else "",
        closed_at=None,
        closed_by=None,
        fed_back_at=None,
        reopened=event.reopened + 1,
        warned="",
        **limits,
    )
    doing.keep(reason, to_user=handler, times=event.reopened)
    concerned = (
        queries.reviewers(event, on=localdate(now)) if handler else queries.dispatchers(event, on=localdate(now))
    )
    doing.tell([handler, *concerned], "重新办理", reason)
    return event
