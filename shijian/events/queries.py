"""Reads of events: the door, who is concerned, candidates for a dispatch, what waits for a person."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404
from django.urls import reverse
from django.utils.timezone import localdate

from shijian.accounts.choices import CertificateStatus, UserKind
from shijian.accounts.models import User
from shijian.core.pages import Moment
from shijian.core.permissions import Permission
from shijian.grid import queries as grid
from shijian.grid.models import Staffing

from .choices import Act, State
from .models import Event
from .models.event import EventQuerySet
from .permissions import EVENT_DISPATCH, EVENT_HANDLE, EVENT_REVIEW, EVENT_VIEW
from .rules import loop
from .rules.ranking import Candidate, Ranked, rank

WORKED = [Act.ACCEPT, Act.FEED_BACK, Act.HAND_OVER, Act.RECEIPT]
MAP_EVENTS = 1500


def visible_to(user: User) -> EventQuerySet:
    """Events in the scope of the person, and those he reported or handles, wherever they are."""
    scope = user.scope(EVENT_VIEW)
    own = Q(handler=user) | Q(reported_by=user)
    return Event.objects.filter(scope.area_q() | own if scope.prefixes else own)


def event_for(user: User, number: str, *, may: Permission = EVENT_VIEW) -> Event:
    """The door to an event: outside scope it does not exist (404), inside but not allowed is 403.

    The handler may always handle; whether the act itself is possible now is asked by the service.
    """
    rows = visible_to(user).select_related("kind", "handler__unit", "reported_by__unit", "entity", "closed_by")
    event = rows.filter(bureau_code=user.bureau_code, number=number).first()
    if event is None:
        raise Http404
    if may is EVENT_HANDLE and event.handler_id == user.pk and user.may(EVENT_HANDLE):
        return event
    if may is not EVENT_VIEW and not user.may(may, event):
        raise PermissionDenied
    return event


def chain(event: Event) -> list[str]:
    """Codes from the top down to where the event happened; for an event outside every grid only the top."""
    scheme = grid.scheme(event.bureau_code)
    if event.area_code:
        return scheme.chain(event.area_code)
    top = grid.tree(event.bureau_code)
    return [top[0].area_code] if top else []


def level_of(user: User, area_code: str) -> str:
    """The level a person works at for a place: the longest reach of his power to handle that covers it.

    Somebody sent from elsewhere works at the level of his own reach cut to where both meet.
    """
    prefixes = user.scope(EVENT_HANDLE).prefixes
    covering = [prefix for prefix in prefixes if area_code.startswith(prefix)]
    if covering:
        return max(covering, key=len)
    return max(prefixes, key=len, default="") if prefixes else ""


def people_holding(permission: Permission, bureau_code: str, codes: Iterable[str], *, on: date) -> list[User]:
    """Active people with a grant of the permission exactly at one of these levels."""
    rows = User.objects.filter(
        is_active=True,
        bureau_code=bureau_code,
        grants__valid__contains=on,
        grants__role__permissions__contains=[permission.code],
        grants__area_prefix__in=list(codes),
    )
    return list(rows.distinct()[:50])


def dispatchers(event: Event) -> list[User]:
    """Who dispatches at the level that holds the event; at the top also those of the whole bureau."""
    codes = {event.holder_code}
    steps = chain(event)
    if event.holder_code in steps[:1] or not event.holder_code:
        codes |= {"", *steps[:1]}
    elif event.holder_code == event.area_code and event.area_code:
        codes.add(loop.holder_above(event.area_code, steps) or "")
    return people_holding(EVENT_DISPATCH, event.bureau_code, codes, on=localdate())


def reviewers(event: Event) -> list[User]:
    """Who may review: those of the next level above the handler that has somebody."""
    codes = sorted((code for code in [*chain(event), ""] if len(code) < len(event.handler_code)), key=len, reverse=True)
    for code in codes or [""]:
        found = [
            user
            for user in people_holding(EVENT_REVIEW, event.bureau_code, [code], on=localdate())
            if user.pk != event.handler_id
        ]
        if found:
            return found
    return []


def handled_by(event: Event) -> set[str]:
    """Everybody who ever worked on the event: none of them reviews it."""
    return {str(key) for key in event.steps.filter(act__in=WORKED).values_list("by_id", flat=True)}


def may_review(user: User, event: Event) -> bool:
    reaches = [prefix for prefix in user.scope(EVENT_REVIEW).prefixes if event.area_code.startswith(prefix)]
    return bool(reaches) and not loop.may_review(
        str(user.pk), reaches, handler=str(event.handler_id), handler_code=event.handler_code,
        handled_by=handled_by(event),
    )  # fmt: skip


def candidates(event: Event, *, on: date) -> list[Ranked]:
    """Officers who could be sent, best first, each with reasons: four statements for any number of people."""
    steps = chain(event)
    unit_code = steps[-2] if len(steps) > 1 else ""
    officers = User.objects.filter(
        bureau_code=event.bureau_code,
        is_active=True,
        kind=UserKind.OFFICER,
        grants__valid__contains=on,
        grants__role__permissions__contains=[EVENT_HANDLE.code],
    )
    people = {str(user.pk): user for user in officers.distinct()}
    load = dict(
        Event.objects.filter(handler__in=people.values(), state__in=[State.DISPATCHED, State.HANDLING])
        .values_list("handler")
        .annotate(Count("pk"))
    )
    certified = set(
        User.objects.filter(
            pk__in=people,
            certificates__status=CertificateStatus.VALID,
            certificates__valid_from__lte=on,
            certificates__valid_until__gte=on,
        ).values_list("pk", flat=True)
    )
    codes: dict[str, list[str]] = {}
    duties: dict[str, str] = {}
    posts = Staffing.objects.filter(person__in=people.values(), valid__contains=on)
    for person, code, duty in posts.values_list("person_id", "area_code", "duty"):
        codes.setdefault(str(person), []).append(code)
        if duty == "chief" or str(person) not in duties:
            duties[str(person)] = duty
    return rank(
        (
            Candidate(
                key=key,
                name=user.name,
                codes=tuple(codes.get(key, [])),
                duty=duties.get(key, ""),
                load=load.get(user.pk, 0),
                is_certified=user.pk in certified,
            )
            for key, user in people.items()
        ),
        area_code=event.area_code,
        unit_code=unit_code,
        wants_certificate=event.kind.wants_certificate,
    )


def moments(event: Event) -> list[Moment]:
    """The event's timeline, newest first: three statements."""
    icons = {
        Act.REPORT: "flag", Act.DISPATCH: "send", Act.ACCEPT: "check", Act.REFUSE: "arrow-back", Act.ESCALATE: "arrow-up",
        Act.SEND_BACK: "arrow-down", Act.HAND_OVER: "external-link", Act.RECEIPT: "receipt",
        Act.FEED_BACK: "message-check", Act.CLOSE: "circle-check", Act.REJECT: "x", Act.REOPEN: "rotate",
        Act.OBSERVE: "eye", Act.REMIND: "alarm",
    }  # fmt: skip
    tones = {Act.CLOSE: "green", Act.REJECT: "red", Act.REFUSE: "amber", Act.ESCALATE: "amber", Act.REOPEN: "red",
             Act.REMIND: "amber"}  # fmt: skip
    steps = event.steps.select_related("by__unit", "to_user").prefetch_related("attachments__file")
    made = [
        Moment(
            step.at,
            step.get_act_display() + (f"给 {step.to_user.name}" if step.to_user else ""),
            by=step.by.name,
            unit=step.by.unit.name,
            text=step.note,
            place=f"{step.location_wgs84[0]:.5f}, {step.location_wgs84[1]:.5f}" if step.location_wgs84 else "",
            icon=icons.get(Act(step.act), "point"),
            tone=tones.get(Act(step.act), ""),
            photos=[Photo(event, each) for each in step.attachments.all()],
        )
        for step in steps
    ]
    return made[::-1]


class Photo:
    """An attachment as a timeline shows it."""

    def __init__(self, event: Event, attachment: Any) -> None:
        self.name = attachment.name
        arguments = [event.number, attachment.pk]
        self.is_image = attachment.file.is_image
        self.thumb_url = reverse("events:file", args=[*arguments, "thumb"])
        self.url = reverse("events:file", args=[*arguments, "display" if self.is_image else "original"])


def count_by_area(bureau_code: str, prefix: str) -> dict[str, int]:
    """Open events per grid, for the card and the map."""
    rows = Event.objects.open().filter(bureau_code=bureau_code, area_code__startswith=prefix).exclude(area_code="")
    return dict(rows.order_by().values_list("area_code").annotate(Count("pk")))


def list_url(area_code: str) -> str:
    return f"{reverse('events:list')}?area={area_code}&open=1"


def of_entity(entity: Any, user: User) -> list[Moment]:
    """Events on an entity's timeline, those the person may see."""
    rows = visible_to(user).filter(entity=entity).select_related("kind", "reported_by__unit")[:30]
    return [
        Moment(
            event.reported_at,
            f"事件 {event.number} {event.kind}（{event.get_state_display()}）",
            by=event.reported_by.name,
            unit=event.reported_by.unit.name,
            text=event.description,
            icon="flag",
        )
        for event in rows
    ]


def tab_of_entity(entity: Any, user: User) -> tuple[str, str, int]:
    return "事件", f"{reverse('events:list')}?entity={entity.pk}", visible_to(user).filter(entity=entity).count()
