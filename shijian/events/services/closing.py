"""The end of the loop: only a reviewer above the handler closes an event."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from shijian.accounts.models import User
from shijian.core.errors import Refused

from .. import queries
from ..choices import Act
from ..models import Event
from ..permissions import EVENT_REVIEW
from ..rules import loop
from .dispatching import needs_reason
from .reporting import set_limits
from .steps import Doing, DoneAlready, begin


class NotAboveHandler(Refused):
    code = "events.not_above_handler"
    article = "灞桥区市场监管网格化管理实施方案（2022-06-15）六(二)4：经上级复核后予以办结"


class ReopenedTooOften(Refused):
    code = "events.reopened_too_often"


def close(event: Event, *, note: str = "", step_id: UUID | None = None, by: User, now: datetime) -> Event:
    """Approve the result: the event is closed. The reviewer stands above the handler and never worked on it."""
    try:
        with transaction.atomic():
            doing = begin(event, Act.CLOSE, by=by, now=now, step_id=step_id)
            _above_handler(doing)
            doing.move(closed_at=now, closed_by=by)
            doing.step(note)
            doing.record()
            doing.tell([doing.event.handler, doing.event.reported_by], "已复核办结", note)
            return doing.event
    except DoneAlready:
        return Event.objects.get(pk=event.pk)


def reject(event: Event, *, reason: str, step_id: UUID | None = None, by: User, now: datetime) -> Event:
    """Send the result back to the handler with the reason; the clock goes on."""
    needs_reason(reason)
    try:
        with transaction.atomic():
            doing = begin(event, Act.REJECT, by=by, now=now, step_id=step_id)
            _above_handler(doing)
            doing.move(fed_back_at=None)
            doing.step(reason, to_user=doing.event.handler)
            doing.record(reason=reason)
            doing.tell([doing.event.handler], "复核退回，请继续处置", reason)
            return doing.event
    except DoneAlready:
        return Event.objects.get(pk=event.pk)


def reopen(event: Event, *, reason: str, step_id: UUID | None = None, by: User, now: datetime) -> Event:
    """Closed but not solved: back to its handler, whose clock starts anew; a limited number of times."""
    needs_reason(reason)
    try:
        with transaction.atomic():
            doing = begin(event, Act.REOPEN, by=by, now=now, step_id=step_id)
            event = doing.event
            if event.reopened >= loop.REOPENINGS_MAX:
                raise ReopenedTooOften(f"已重新办理 {event.reopened} 次，请作为新事件上报并说明历次情况。")
            set_limits(event, start=now)
            state = "handling" if event.handler_id else "reported"
            doing.move(
                state=state,
                closed_at=None,
                closed_by=None,
                fed_back_at=None,
                reopened=event.reopened + 1,
                warned="",
                **{name: getattr(event, name) for name in ("due_on", "due_at", "limit_text", "working", "respond_by")},
            )
            doing.step(reason, to_user=event.handler)
            doing.record(reason=reason, times=event.reopened)
            doing.tell([event.handler, *queries.reviewers(event)], "重新办理", reason)
            return event
    except DoneAlready:
        return Event.objects.get(pk=event.pk)


def _above_handler(doing: Doing) -> None:
    event, by = doing.event, doing.by
    scope = by.scope(EVENT_REVIEW)
    reaches = [prefix for prefix in scope.prefixes if event.area_code.startswith(prefix)]
    reason = loop.may_review(
        str(by.pk),
        reaches,
        handler=str(event.handler_id),
        handler_code=event.handler_code,
        handled_by=queries.handled_by(event),
    )
    if reason:
        raise NotAboveHandler(reason)
