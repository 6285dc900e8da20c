"""The door to an event, and to the colleagues a form names."""

from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import (
    BooleanField,
    F,
    Func,
    Q,
    QuerySet,
)
from django.http import Http404

from shijian.accounts.models import User
from shijian.core.errors import Refused
from shijian.core.permissions import Permission

from ..choices import State
from ..models import Event, Reader, Study
from ..models.event import UNIT_DIGITS, EventQuerySet, UnitOf
from ..permissions import (
    EVENT_HANDLE,
    EVENT_VIEW,
)


def visible_to(user: User) -> EventQuerySet:
    """Events in the person's scope; anywhere those he reported (also as a duplicate), handles or was asked about."""
    scope = user.scope(EVENT_VIEW)
    if "" in scope.prefixes:
        return Event.objects.filter(scope.area_q())
    own = Q(handler__in=user.hats) | Q(reported_by__in=user.hats) | _told(user)
    return Event.objects.filter(scope.area_q() | own if scope.prefixes else own)


def parts_of(user: User) -> list[EventQuerySet]:
    """The same events as sets that each have an index by time, for `core.parts`; none where one index has them all."""
    scope = user.scope(EVENT_VIEW)
    if "" in scope.prefixes:
        return []
    inside = Event.objects.filter(bureau_code=scope.bureau_code)
    made = [part for prefix in scope.prefixes for part in _under(inside, prefix)]
    own = [Q(handler__in=user.hats), Q(reported_by__in=user.hats), _told(user)]
    return [*made, *(Event.objects.filter(each) for each in own)]


def in_area(rows: Any, code: str) -> Any:
    """Events whose grid code begins with `code`; of a unit by the index that has its events in order of time."""
    return (
        rows.alias(unit=UnitOf()).filter(unit=code)
        if len(code) == UNIT_DIGITS
        else rows.filter(area_code__startswith=code)
    )


def _under(rows: EventQuerySet, prefix: str) -> list[EventQuerySet]:
    if len(prefix) <= UNIT_DIGITS:
        return [in_area(rows, prefix)]
    return [rows.filter(area_code=prefix), rows.filter(area_code__startswith=prefix, area_code__gt=prefix)]


def _told(user: User) -> Q:
    """Events that took in one he reported, and those he was asked about."""
    mine = Event.objects.filter(reported_by__in=user.hats, state=State.MERGED)
    asked = Reader.objects.filter(person__in=user.hats)
    return _key_among(mine.values("merged_into")) | _key_among(asked.values("message__event"))


def _key_among(keys: QuerySet[Any, Any]) -> Q:
    """`id = ANY (ARRAY (…))`: read once, so that an index answers each part of the question; `IN (…)` would scan."""
    among = Func(
        F("pk"),
        ArraySubquery(keys),
        template="(%(expressions)s))",
        arg_joiner=" = ANY (",
        output_field=BooleanField(),
    )
    return Q(among)


def event_for(user: User, number: str, *, may: Permission = EVENT_VIEW) -> Event:
    """The door to an event: outside scope it does not exist (404), inside but not allowed is 403.

    The handler may always handle; whether the act itself is possible now is asked by the service.
    """
    rows = visible_to(user).select_related("kind", "handler__unit", "reported_by__unit", "entity", "closed_by")
    event = rows.filter(bureau_code=user.bureau_code, number=number).first()
    if event is None:
        raise Http404
    if may is EVENT_HANDLE and event.handler_id in user.hats and user.may(EVENT_HANDLE):
        return event
    if may is not EVENT_VIEW and not user.may(may, event):
        raise PermissionDenied
    return event


def colleague_for(user: User, key: str) -> User:
    """The person of the same bureau whom a form names by id; 404 for any other and for what is no id."""
    try:
        return User.objects.get(bureau_code=user.bureau_code, pk=UUID(key))
    except (ValueError, User.DoesNotExist):
        raise Http404 from None


class NoSuchColleague(Refused):
    code = "events.no_such_colleague"


def colleague_named(user: User, named: str) -> User:
    """The one active person of the bureau with this name or number. Raises NoSuchColleague for none and for several."""
    rows = User.objects.filter(Q(name=named) | Q(employee_no=named), bureau_code=user.bureau_code, is_active=True)
    found = list(rows[:3])
    if len(found) > 1:
        raise NoSuchColleague(f"本局不止一位“{named}”，请改填工号。")
    if not found:
        raise NoSuchColleague(f"本局没有“{named}”，请核对姓名或工号。")
    return found[0]


def studies_of(user: User) -> Any:
    """Studies of the person's areas, and those he made or answers for."""
    own = Q(responsible__in=user.hats) | Q(by__in=user.hats)
    return Study.objects.filter(user.scope(EVENT_VIEW).area_q() | own, bureau_code=user.bureau_code)
