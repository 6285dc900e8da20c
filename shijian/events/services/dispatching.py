"""Who works on the event: dispatch, acceptance, refusal, and the way up and down the levels."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from shijian.accounts.choices import UserKind
from shijian.accounts.models import User
from shijian.core.errors import Refused
from shijian.grid import queries as grid

from .. import queries
from ..choices import Act
from ..models import Event
from ..permissions import EVENT_DISPATCH, EVENT_HANDLE
from ..rules import loop
from .steps import DoneAlready, OfficersOnly, Place, begin


class NotYourLevel(Refused):
    code = "events.not_your_level"


class CannotHandle(Refused):
    code = "events.cannot_handle"


class NotYours(Refused):
    code = "events.not_yours"


class NoReason(Refused):
    code = "events.no_reason"


class AtTheTop(Refused):
    code = "events.at_the_top"


def dispatch(event: Event, to: User, *, note: str = "", step_id: UUID | None = None, by: User, now: datetime) -> Event:
    """Send the event to an officer, who accepts or refuses it. The due date does not change.

    By whoever may dispatch at the level that holds the event now, or above. Raises OfficersOnly for auxiliaries: they
    report and observe, they do not handle (GRD-08).
    """
    try:
        with transaction.atomic():
            doing = begin(event, Act.DISPATCH, by=by, now=now, step_id=step_id)
            event = doing.event
            if not loop_reaches(by, event.holder_code):
                raise NotYourLevel("事件已上报到上一级，由上一级派遣。")
            if to.kind in {UserKind.AUXILIARY, UserKind.EXTERNAL, UserKind.SYSTEM}:
                raise OfficersOnly(f"{to.name}不是监管人员，不能派其处置；可请其补充情况。")
            if to.bureau_code != event.bureau_code or not to.is_active or not to.may(EVENT_HANDLE):
                raise CannotHandle(f"{to.name}没有处置事件的权限，请另选人员。")
            code = queries.level_of(to, event.area_code)
            event.respond_by = now + timedelta(hours=event.kind.respond_hours)
            doing.move(handler=to, handler_code=code, respond_by=event.respond_by)
            doing.step(note, to_user=to, to_code=code)
            doing.record(to=to.employee_no, level=code)
            doing.tell([to], f"派遣给您：{event.kind}", note)
            return event
    except DoneAlready:
        return Event.objects.get(pk=event.pk)


def accept(event: Event, *, step_id: UUID | None = None, place: Place = None, by: User, now: datetime) -> Event:
    """The officer takes the event on."""
    try:
        with transaction.atomic():
            doing = begin(event, Act.ACCEPT, by=by, now=now, step_id=step_id, place=place)
            only_handler(doing.event, by)
            doing.move()
            doing.step()
            doing.record()
            return doing.event
    except DoneAlready:
        return Event.objects.get(pk=event.pk)


def refuse(event: Event, *, reason: str, step_id: UUID | None = None, by: User, now: datetime) -> Event:
    """The officer gives a dispatch back with his reason; the level in charge dispatches anew. The clock goes on."""
    needs_reason(reason)
    try:
        with transaction.atomic():
            doing = begin(event, Act.REFUSE, by=by, now=now, step_id=step_id)
            event = doing.event
            only_handler(event, by)
            above = loop.holder_above(event.handler_code, queries.chain(event))
            holder = event.holder_code if event.holder_code != event.handler_code else above
            doing.move(handler=None, handler_code="", holder_code=event.holder_code if holder is None else holder)
            doing.step(reason, to_code=event.holder_code)
            doing.record(reason=reason)
            doing.tell(queries.dispatchers(event), "被退回，请重新派遣", reason)
            return event
    except DoneAlready:
        return Event.objects.get(pk=event.pk)


def escalate(event: Event, *, reason: str, step_id: UUID | None = None, by: User, now: datetime) -> Event:
    """办不了: the event goes up one level with the reason, the original clock goes on (GRD-06).

    By the handler, or by whoever may dispatch at the level that holds it.
    """
    needs_reason(reason)
    try:
        with transaction.atomic():
            doing = begin(event, Act.ESCALATE, by=by, now=now, step_id=step_id)
            event = doing.event
            if event.handler_id:
                only_handler(event, by)
                start = event.handler_code
            else:
                if not loop_reaches(by, event.holder_code):
                    raise NotYourLevel("事件已在上一级，由上一级办理。")
                start = event.holder_code
            above = loop.holder_above(start, queries.chain(event))
            if above is None:
                raise AtTheTop("已是最高一级，不能再上报。职责之外的，请移送责任部门。")
            doing.move(handler=None, handler_code="", holder_code=above)
            doing.step(reason, to_code=above)
            doing.record(reason=reason, to=above)
            doing.tell(queries.dispatchers(event), "上报上级，请派遣", reason)
            return event
    except DoneAlready:
        return Event.objects.get(pk=event.pk)


def send_back(event: Event, *, reason: str, step_id: UUID | None = None, by: User, now: datetime) -> Event:
    """The upper level gives an escalated event back to the level below, with advice. The clock goes on."""
    needs_reason(reason)
    try:
        with transaction.atomic():
            doing = begin(event, Act.SEND_BACK, by=by, now=now, step_id=step_id)
            event = doing.event
            if not loop_reaches(by, event.holder_code):
                raise NotYourLevel("事件不在您的层级。")
            below = [code for code in queries.chain(event) if len(code) > len(event.holder_code)]
            if not below:
                raise NotYourLevel("事件已在最末一级，请直接派遣。")
            target = min(below, key=len)
            doing.move(holder_code=target)
            doing.step(reason, to_code=target)
            doing.record(reason=reason, to=target)
            doing.tell([grid.chief_of(event.bureau_code, target, on=localdate(now))], "退回，请继续办理", reason)
            return event
    except DoneAlready:
        return Event.objects.get(pk=event.pk)


def loop_reaches(user: User, holder_code: str) -> bool:
    """Whether the person's power to dispatch covers the level that holds the event."""
    return user.scope(EVENT_DISPATCH).reaches(user.bureau_code, holder_code)


def only_handler(event: Event, by: User) -> None:
    if event.handler_id != by.pk:
        name = event.handler.name if event.handler else "尚未派遣"
        raise NotYours(f"该事件由{name}办理，您不能代为操作。")


def needs_reason(reason: str) -> None:
    if not reason.strip():
        raise NoReason("请写明理由。")
