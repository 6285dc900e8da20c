"""Who may do what now: the event and the person as the rules see them, and who is concerned above."""

from collections.abc import Iterable
from datetime import date

from shijian.accounts.choices import UserKind
from shijian.accounts.models import User
from shijian.accounts.queries import holders
from shijian.core.permissions import Permission
from shijian.grid import queries as grid

from ..choices import Act
from ..models import Event
from ..permissions import (
    EVENT_DISPATCH,
    EVENT_HANDLE,
    EVENT_HANDOVER,
    EVENT_OBSERVE,
    EVENT_REOPEN,
    EVENT_REVIEW,
    EVENT_SUPERVISE,
)
from ..rules import loop

MOST_TOLD = 50
WORKED = [Act.ACCEPT, Act.FEED_BACK, Act.HAND_OVER, Act.RECEIPT]


def matter_of(event: Event) -> loop.Matter:
    """The event as the rules see it: two statements."""
    return loop.Matter(
        state=event.state,
        area_code=event.area_code,
        holder_code=event.holder_code,
        handler=str(event.handler_id or ""),
        handler_code=event.handler_code,
        chain=tuple(chain(event)),
        handled_by=frozenset(handled_by(event)),
        is_supervised=event.is_supervised,
        reopened=event.reopened,
        reopenings_max=event.kind.reopenings_max,
    )


def person_of(user: User, event: Event) -> loop.Person:
    """The person as the rules see him: where his powers reach in the bureau of the event."""

    def prefixes(permission: Permission) -> tuple[str, ...]:
        scope = user.scope(permission)
        return scope.prefixes if scope.bureau_code == event.bureau_code else ()

    concerned = bool(user.hats & {event.handler_id, event.reported_by_id})
    return loop.Person(
        key=str(user.pk),
        is_officer=user.kind == UserKind.OFFICER,
        stands_in_for=str(user.on_behalf_of.pk) if user.on_behalf_of else "",
        may_handle=user.may(EVENT_HANDLE),
        observes=loop.reaches(prefixes(EVENT_OBSERVE), event.area_code) or (concerned and user.is_active),
        dispatches=prefixes(EVENT_DISPATCH),
        reviews=prefixes(EVENT_REVIEW),
        hands_over=prefixes(EVENT_HANDOVER),
        reopens=prefixes(EVENT_REOPEN),
        supervises=prefixes(EVENT_SUPERVISE),
    )


def acts_for(user: User, event: Event) -> set[str]:
    """The acts this person may do now: exactly those the services allow."""
    matter, person = matter_of(event), person_of(user, event)
    return {act for act in loop.acts_in(event.state) if loop.fault(act, matter, person) is None}


def chain(event: Event) -> list[str]:
    """Codes from the top down to where the event happened; for an event outside every grid none."""
    return grid.scheme(event.bureau_code).chain(event.area_code) if event.area_code else []


def reviewing_at(event: Event, codes: Iterable[str], *, on: date) -> list[User]:
    """Who may review with a grant of exactly one of these levels."""
    return list(holders(EVENT_REVIEW, bureau_code=event.bureau_code, on=on, at=codes)[:MOST_TOLD])


def dispatchers(event: Event, *, on: date) -> list[User]:
    """Who dispatches at the level that holds the event, or at the next level up that has somebody."""
    above = [code for code in chain(event) if len(code) <= len(event.holder_code)]
    for code in sorted({*above, ""}, key=len, reverse=True):
        if found := list(holders(EVENT_DISPATCH, bureau_code=event.bureau_code, on=on, at=[code])[:MOST_TOLD]):
            return found
    return []


def reviewers(event: Event, *, on: date) -> list[User]:
    """Who may review: those of the next level above the handler that has somebody who did not work on it."""
    codes = {code for code in (*chain(event), "") if len(code) < len(event.handler_code)} or {""}
    involved = {*handled_by(event), str(event.handler_id)}
    for code in sorted(codes, key=len, reverse=True):
        if found := [user for user in reviewing_at(event, [code], on=on) if str(user.pk) not in involved]:
            return found
    return []


def handled_by(event: Event) -> set[str]:
    """Everybody who ever worked on the event: none of them reviews it."""
    return {str(step.by_id) for step in event.steps.all() if step.act in WORKED}
