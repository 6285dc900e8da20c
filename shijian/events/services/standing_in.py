"""All open events of an absent person to another, and whose list one keeps an eye on."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from shijian.accounts.models import User
from shijian.core.errors import Refused
from shijian.notices import services as notices

from .. import queries
from ..choices import Act, State
from ..models import Event, Watch
from ..models.event import UNANSWERED
from ..permissions import EVENT_HANDLE
from ..rules import loop
from .dispatching import handler_or_refusal
from .steps import begin, needs_reason

AT_WORK = (State.DISPATCHED, State.HANDLING)


class SamePerson(Refused):
    code = "events.same_person"


@dataclass(slots=True)
class TakenOver:
    """What went over and what did not, with the reason for each."""

    moved: list[Event] = field(default_factory=list)
    refused: list[tuple[Event, str]] = field(default_factory=list)


@transaction.atomic
def take_over(person: User, to: User, *, reason: str, by: User, now: datetime) -> TakenOver:
    """Move everything open of `person`, as far as `by` leads it, to `to`: each a step of its own.

    The due dates stay; the new handler accepts or refuses as after any dispatch. What waits for its review or for a
    receipt goes on waiting, and comes back to the new handler where it comes back. One notice to each of the two.
    """
    needs_reason(reason)
    if person.pk == to.pk:
        raise SamePerson("接办人和原承办人是同一人，请另选。")
    done = TakenOver()
    rows = queries.visible_to(by).open().filter(handler=person)
    for event in rows.order_by("pk"):
        try:
            done.moved.append(_move(event, person, to, reason, by, now))
        except Refused as refusal:
            done.refused.append((event, refusal.message))
    if done.moved:
        title = f"{person.name}的 {len(done.moved)} 件在办事件转交{to.name}"
        link = f"/events/?handler={to.pk}&open=1"
        people = [user for user in (person, to) if user.pk != by.pk]
        notices.notify(
            people, kind="events.take_over", title=title, body=reason, link=link, at=now, bureau_code=by.bureau_code
        )
    return done


def _move(event: Event, person: User, to: User, reason: str, by: User, now: datetime) -> Event:
    doing = begin(event, Act.TAKE_OVER, by=by, now=now, content=[reason, to.pk])
    event = doing.event
    handler_or_refusal(to, event)
    code = loop.level_of(to.scope(EVENT_HANDLE).prefixes, event.area_code)
    changes: dict[str, object] = {"handler": to, "handler_code": code}
    if event.state in AT_WORK:
        changes["respond_by"] = now + timedelta(hours=event.kind.respond_hours)
        changes["warned"] = "" if event.warned == UNANSWERED else event.warned
    doing.move(**changes)
    doing.keep(f"由{person.name}转交：{reason}", to_user=to, to_code=code, of=person.employee_no)
    return event


def watch(person: User, *, by: User, now: datetime) -> bool:
    """Begin or end keeping an eye on what a person has in hand; True when it begins."""
    if person.pk == by.pk:
        raise SamePerson("自己的事件在工作台，不用关注。")
    if Watch.objects.filter(by=by, person=person).delete()[0]:
        return False
    Watch.objects.create(by=by, person=person, since=now)
    return True
