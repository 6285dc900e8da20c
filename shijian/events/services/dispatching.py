"""Who works on the event: dispatch, acceptance, refusal, and the way up and down the levels."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.timezone import localdate

from shijian.accounts.choices import UserKind
from shijian.accounts.models import User
from shijian.core.errors import Refused
from shijian.grid import queries as grid

from .. import queries
from ..choices import Act
from ..models import Event
from ..models.event import UNANSWERED
from ..permissions import EVENT_HANDLE
from ..rules import loop
from .steps import OfficersOnly, Place, act, begin, needs_reason


class CannotHandle(Refused):
    code = "events.cannot_handle"


@act
def dispatch(event: Event, to: User, *, note: str = "", step_id: UUID | None = None, by: User, now: datetime) -> Event:
    """Send the event to an officer, who accepts or refuses it. The due date does not change.

    By whoever may dispatch at the level that holds the event now, or above. Raises OfficersOnly for auxiliaries: they
    report and observe, they do not handle (GRD-08).
    """
    doing = begin(event, Act.DISPATCH, by=by, now=now, step_id=step_id, content=[note, to.pk])
    event = doing.event
    handler_or_refusal(to, event)
    code = loop.level_of(to.scope(EVENT_HANDLE).prefixes, event.area_code)
    doing.move(
        handler=to,
        handler_code=code,
        respond_by=now + timedelta(hours=event.kind.respond_hours),
        warned="" if event.warned == UNANSWERED else event.warned,
    )
    doing.keep(note, to_user=to, to_code=code)
    doing.tell([to], f"派遣给您：{event.kind}", note)
    return event


def handler_or_refusal(to: User, event: Event) -> None:
    """Only an active officer of the bureau with the power to handle is sent: OfficersOnly, CannotHandle."""
    if to.kind != UserKind.OFFICER:
        raise OfficersOnly(f"{to.name}不是监管人员，不能派其处置；可请其补充情况。")
    if to.bureau_code != event.bureau_code or not to.is_active or not to.may(EVENT_HANDLE):
        raise CannotHandle(f"{to.name}没有处置事件的权限，请另选人员。")


@act
def accept(
    event: Event,
    *,
    step_id: UUID | None = None,
    place: Place = None,
    device_at: datetime | None = None,
    by: User,
    now: datetime,
) -> Event:
    """The officer takes the event on."""
    doing = begin(event, Act.ACCEPT, by=by, now=now, step_id=step_id, place=place, device_at=device_at)
    doing.move()
    doing.keep()
    return doing.event


@act
def refuse(event: Event, *, reason: str, step_id: UUID | None = None, by: User, now: datetime) -> Event:
    """The officer gives a dispatch back with his reason; the level above him dispatches anew. The clock goes on."""
    needs_reason(reason)
    doing = begin(event, Act.REFUSE, by=by, now=now, step_id=step_id, content=[reason])
    holder = loop.escalates_to(doing.matter)
    doing.move(handler=None, handler_code="", holder_code=doing.event.holder_code if holder is None else holder)
    doing.keep(reason, to_code=doing.event.holder_code)
    doing.tell(queries.dispatchers(doing.event, on=localdate(now)), "被退回，请重新派遣", reason)
    return doing.event


@act
def escalate(event: Event, *, reason: str, step_id: UUID | None = None, by: User, now: datetime) -> Event:
    """办不了: the event goes up one level with the reason, the original clock goes on (GRD-06).

    By the handler, or while nobody handles it by whoever may dispatch at the level that holds it.
    """
    needs_reason(reason)
    doing = begin(event, Act.ESCALATE, by=by, now=now, step_id=step_id, content=[reason])
    above = loop.escalates_to(doing.matter)
    doing.move(handler=None, handler_code="", holder_code=above)
    doing.keep(reason, to_code=doing.event.holder_code)
    doing.tell(queries.dispatchers(doing.event, on=localdate(now)), "上报上级，请派遣", reason)
    return doing.event


@act
def send_back(event: Event, *, reason: str, step_id: UUID | None = None, by: User, now: datetime) -> Event:
    """The upper level gives an escalated event back to the level below, with advice. The clock goes on."""
    needs_reason(reason)
    doing = begin(event, Act.SEND_BACK, by=by, now=now, step_id=step_id, content=[reason])
    event, today = doing.event, localdate(now)
    doing.move(holder_code=loop.holder_below(event.holder_code, doing.matter.chain))
    doing.keep(reason, to_code=event.holder_code)
    chief = grid.chief_of(event.bureau_code, event.holder_code, on=today)
    doing.tell([chief, *queries.dispatchers(event, on=today)], "退回，请继续办理", reason)
    return event
