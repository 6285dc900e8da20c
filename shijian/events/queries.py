"""Reads of events: the door, who is concerned, candidates for a dispatch, what waits for a person."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import (
    BooleanField,
    Count,
    DateTimeField,
    F,
    Func,
    Prefetch,
    Q,
    QuerySet,
    Value,
    prefetch_related_objects,
)
from django.db.models.expressions import RawSQL
from django.db.models.lookups import GreaterThan
from django.http import Http404
from django.urls import reverse
from django.utils.timezone import localtime

from shijian.accounts.choices import CertificateStatus, UserKind
from shijian.accounts.models import User
from shijian.audit import queries as audit
from shijian.core.errors import Refused
from shijian.core.pages import Moment
from shijian.core.permissions import Permission
from shijian.grid import queries as grid
from shijian.grid.models import Staffing
from shijian.subjects.queries import metres

from .choices import Act, State
from .metrics import OVERDUE
from .models import Attachment, Event, LadderRung, Message, Phrase, Reader, Step, Study, Supervision, Watch
from .models.event import OPEN, EventQuerySet
from .permissions import (
    EVENT_DISPATCH,
    EVENT_HANDLE,
    EVENT_HANDOVER,
    EVENT_OBSERVE,
    EVENT_REOPEN,
    EVENT_REVIEW,
    EVENT_SUPERVISE,
    EVENT_VIEW,
)
from .rules import duplicates, loop, reminders
from .rules.ranking import Candidate, Ranked, rank

WORKED = [Act.ACCEPT, Act.FEED_BACK, Act.HAND_OVER, Act.RECEIPT]
MAP_EVENTS = 1500
CANDIDATES = 300
SAME_METRES, SAME_DAYS = 150, 14  # within which another report may be of the same matter
ALIKE_METRES, ALIKE_DAYS = 300, 30
CLOCKS_DIFFER = timedelta(minutes=5)


def visible_to(user: User) -> EventQuerySet:
    """Events in the person's scope; anywhere those he reported (also as a duplicate), handles or was asked about."""
    scope = user.scope(EVENT_VIEW)
    if "" in scope.prefixes:
        return Event.objects.filter(scope.area_q())
    mine = Event.objects.filter(reported_by__in=user.hats, state=State.MERGED)
    asked = Reader.objects.filter(person__in=user.hats)
    own = Q(handler__in=user.hats) | Q(reported_by__in=user.hats)
    own |= _key_among(mine.values("merged_into")) | _key_among(asked.values("message__event"))
    return Event.objects.filter(scope.area_q() | own if scope.prefixes else own)


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


def dispatchers(event: Event, *, on: date) -> list[User]:
    """Who dispatches at the level that holds the event, or at the next level up that has somebody."""
    above = [code for code in chain(event) if len(code) <= len(event.holder_code)]
    for code in sorted({*above, ""}, key=len, reverse=True):
        if found := people_holding(EVENT_DISPATCH, event.bureau_code, [code], on=on):
            return found
    return []


def reviewers(event: Event, *, on: date) -> list[User]:
    """Who may review: those of the next level above the handler that has somebody who did not work on it."""
    codes = {code for code in (*chain(event), "") if len(code) < len(event.handler_code)} or {""}
    involved = {*handled_by(event), str(event.handler_id)}
    for code in sorted(codes, key=len, reverse=True):
        holding = people_holding(EVENT_REVIEW, event.bureau_code, [code], on=on)
        if found := [user for user in holding if str(user.pk) not in involved]:
            return found
    return []


def handled_by(event: Event) -> set[str]:
    """Everybody who ever worked on the event: none of them reviews it."""
    return {str(step.by_id) for step in event.steps.all() if step.act in WORKED}


def candidates(event: Event, *, on: date, named: str = "") -> list[Ranked]:
    """Officers who could be sent, best first, each with reasons: six statements for any number of people.

    Those of the unit where it happened and of the levels above it; with `named` also those of other units by name.
    """
    steps = chain(event)
    unit_code = steps[-2] if len(steps) > 1 else ""
    near = Q(grants__area_prefix__startswith=unit_code) | Q(grants__area_prefix__in=["", *steps])
    officers = User.objects.filter(
        near if not named else Q(name__contains=named) | Q(employee_no=named),
        bureau_code=event.bureau_code,
        is_active=True,
        kind=UserKind.OFFICER,
        grants__valid__contains=on,
        grants__role__permissions__contains=[EVENT_HANDLE.code],
    )
    people = {str(user.pk): user for user in officers.select_related("unit").distinct()[:CANDIDATES]}
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
    gave_up = {step.by_id for step in event.steps.all() if step.act in {Act.REFUSE, Act.ESCALATE}}
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
                unit=user.unit.name,
                codes=(*codes.get(key, []), *filter(None, [user.unit.area_code])),
                duty=duties.get(key) or ("station" if unit_code and user.unit.area_code == unit_code else ""),
                load=load.get(user.pk, 0),
                is_certified=user.pk in certified,
                gave_up=user.pk in gave_up,
            )
            for key, user in people.items()
        ),
        area_code=event.area_code,
        unit_code=unit_code,
        wants_certificate=event.kind.wants_certificate,
    )


def supervision_of(event: Event) -> Supervision:
    """The supervision an event is under. Raises Supervision.DoesNotExist for one that is under none."""
    return event.supervisions.select_related("by").get(released_at=None)


def supervised_for(user: User) -> EventQuerySet:
    """What is under supervision and waits for this person: his own work, or that he supervises."""
    mine = Q(handler__in=user.hats) | Q(pk__in=Supervision.objects.filter(by=user, released_at=None).values("event"))
    return Event.objects.filter(mine, bureau_code=user.bureau_code, supervised_until__isnull=False)


def merged_into(event: Event) -> list[Event]:
    """The events merged into this one; asked only where its steps, which the page has read, show that there were any."""
    if not any(step.act == Act.TAKE_IN for step in event.steps.all()):
        return []
    return list(event.merged.select_related("reported_by__unit").order_by("number"))


def reporters_of_merged(event: Event) -> list[User]:
    """Who reported the same matter in events merged into this one: they are told how it ends."""
    return list(User.objects.filter(pk__in=event.merged.values("reported_by")))


@dataclass(frozen=True, slots=True)
class Alike:
    """Another event that may be the same matter, with points and reasons."""

    event: Event
    likeness: duplicates.Likeness


def alike(user: User, event: Event, *, limit: int = 6) -> list[Alike]:
    """Open events that may be the same matter, the most alike first: two statements.

    Compared are those near in place or of the same entity within some weeks; the list is a hint, a person decides.
    """
    near = Q(pk__in=[])
    if event.lon is not None and event.lat is not None:
        near |= Q(location_wgs84__in_box=_box(event.lon, event.lat, ALIKE_METRES))
    if event.entity_id:
        near |= Q(entity=event.entity_id)
    span = (event.discovered_at - timedelta(days=ALIKE_DAYS), event.discovered_at + timedelta(days=ALIKE_DAYS))
    rows = visible_to(user).open().filter(near, bureau_code=event.bureau_code, discovered_at__range=span)
    rows = rows.exclude(pk=event.pk).select_related("kind", "reported_by", "entity").defer("working")
    found = list(rows.order_by("-reported_at")[:200])
    photos: dict[UUID, list[int]] = {event.pk: [], **{each.pk: [] for each in found}}
    hashes = Attachment.objects.filter(event__in=photos, dhash__isnull=False).values_list("event_id", "dhash")
    for key, bits in hashes if found else []:
        photos[key].append(bits or 0)
    own = _facts(event, photos[event.pk])
    made = [
        Alike(each, duplicates.likeness(own, _facts(each, photos[each.pk]), metres=_between(event, each)))
        for each in found
    ]
    return sorted((each for each in made if each.likeness.is_shown), key=_most_alike)[:limit]


def _most_alike(found: Alike) -> tuple[int, str]:
    return -found.likeness.points, found.event.number


def _facts(event: Event, photos: list[int]) -> duplicates.Facts:
    entity = str(event.entity_id or "")
    kind = event.kind
    return duplicates.Facts(kind.code, kind.group, entity, event.discovered_at, event.description, tuple(photos))


def _between(one: Event, other: Event) -> float | None:
    if one.lon is None or one.lat is None or other.lon is None or other.lat is None:
        return None
    return metres(one.lon, one.lat, other.lon, other.lat)


def _box(lon: float, lat: float, reach: float) -> tuple[float, float, float, float]:
    across = reach / 111_320
    wide = across / max(0.1, math.cos(math.radians(lat)))
    return lon - wide, lat - across, lon + wide, lat + across


def moments(event: Event, messages: Sequence[Message] = ()) -> list[Moment]:
    """The event's timeline, newest first, with what was said about it: four statements."""
    icons = {
        Act.REPORT: "flag", Act.DISPATCH: "send", Act.ACCEPT: "check", Act.REFUSE: "arrow-back", Act.ESCALATE: "arrow-up",
        Act.SEND_BACK: "arrow-down", Act.HAND_OVER: "external-link", Act.RECEIPT: "receipt",
        Act.FEED_BACK: "message-check", Act.CLOSE: "circle-check", Act.REJECT: "x", Act.REOPEN: "rotate",
        Act.OBSERVE: "eye", Act.REMIND: "alarm", Act.MERGE: "git-merge", Act.TAKE_IN: "git-merge",
        Act.UNMERGE: "arrows-split", Act.SUPERVISE: "eye-exclamation", Act.ANSWER: "message-reply",
        Act.RELEASE: "lock-open", Act.TAKE_OVER: "transfer", Act.LOCATE: "map-pin",
    }  # fmt: skip
    tones = {Act.CLOSE: "green", Act.REJECT: "red", Act.REFUSE: "amber", Act.ESCALATE: "amber", Act.REOPEN: "red",
             Act.REMIND: "amber", Act.SUPERVISE: "red", Act.RELEASE: "green"}  # fmt: skip
    steps = Step.objects.select_related("by__unit", "to_user").prefetch_related("attachments__file")
    prefetch_related_objects([event], Prefetch("steps", steps))  # the rules read them again
    acted = audit.entries_for(event).filter(detail__has_key="on_behalf_of")
    stand_ins = {entry.detail.get("step"): entry.actor_name for entry in acted}
    made = [
        Moment(
            step.at,
            _title_of(step),
            by=stand_ins.get(str(step.pk), step.by.name),
            unit=step.by.unit.name,
            text=step.note,
            place=_where(step),
            icon=icons.get(Act(step.act), "point"),
            tone=tones.get(Act(step.act), ""),
            photos=[Photo(event, each) for each in step.attachments.all()],
        )
        for step in event.steps.all()
    ]
    made += [
        Moment(
            message.at,
            "回复" if message.answers_id else "询问" + "、".join(each.person.name for each in message.readers.all()),
            by=message.by.name,
            unit=message.by.unit.name,
            text=message.text,
            icon="message-circle",
        )
        for message in messages
    ]
    return sorted(made, key=lambda moment: moment.at)[::-1]


def said(event: Event) -> list[Message]:
    """Questions with their answers and who has read them, oldest first: three statements."""
    rows = event.messages.select_related("by__unit").prefetch_related("readers__person")
    return list(rows)


def threads(event: Event) -> list[tuple[Message, list[Message]]]:
    """Each question with its answers."""
    messages = said(event)
    replies: dict[Any, list[Message]] = {}
    for message in messages:
        replies.setdefault(message.answers_id, []).append(message)
    return [(question, replies.get(question.pk, [])) for question in replies.get(None, [])]


def people_to_ask(user: User, event: Event, *, on: date) -> list[tuple[str, User]]:
    """Whom one may want to ask about an event: its handler, chiefs above, chiefs of the neighbouring grids."""
    found: dict[Any, tuple[str, User]] = {}
    if event.handler:
        found[event.handler.pk] = ("处置人", event.handler)
    for link in grid.chain_of(event.bureau_code, event.area_code, on=on):
        if link.chief:
            found.setdefault(link.chief.pk, (f"{link.node.name} {link.node.level.chief_title}", link.chief))
    codes = grid.neighbours_of(event.bureau_code, event.area_code, on=on) if event.area_code else []
    for post in grid.staff_of(event.bureau_code, codes, on=on):
        if post.duty == "chief":
            found.setdefault(post.person_id, (f"相邻网格 {post.area_code}", post.person))
    return [(why, person) for why, person in found.values() if person.pk != user.pk and person.is_active]


def phrases_for(user: User, use: str, event: Event) -> list[tuple[str, str]]:
    """Titles and texts offered in a form, own ones first, with the facts of the event filled in."""
    rows = Phrase.objects.filter(Q(owner=user) | Q(owner=None), bureau_code=user.bureau_code, use=use, is_active=True)
    facts = {
        "{事件号}": event.number,
        "{事项}": event.kind.name,
        "{主体}": event.entity.name if event.entity else "当事人",
        "{地点}": event.address or event.area_code,
        "{今天}": f"{localtime():%Y年%-m月%-d日}",
    }
    made = []
    for phrase in rows.order_by(F("owner").asc(nulls_last=True), "title"):
        text = phrase.text
        for name, value in facts.items():
            text = text.replace(name, value)
        made.append((phrase.title, text))
    return made


def workload(user: User, *, now: datetime) -> list[dict[str, Any]]:
    """Who has what in hand where this person dispatches, whom he watches first, then the most overdue: two statements."""
    open_now = Q(state__in=[State.DISPATCHED, State.HANDLING])
    rows = (
        Event.objects.filter(user.scope(EVENT_DISPATCH).area_q(), open_now, handler__isnull=False)
        .order_by()
        .values("handler", "handler__name", "handler__is_active", "handler__unit__name")
        .annotate(
            in_hand=Count("pk"),
            overdue=OVERDUE.expression(now),
            unanswered=Count("pk", filter=Q(state=State.DISPATCHED, respond_by__lt=now)),
        )
    )
    watched = set(Watch.objects.filter(by=user).values_list("person", flat=True))
    made = [{**row, "is_watched": row["handler"] in watched} for row in rows]
    return sorted(made, key=lambda row: (not row["is_watched"], -row["overdue"], -row["in_hand"], row["handler__name"]))


def ladder(bureau_code: str) -> tuple[reminders.Rung, ...]:
    """The bureau's rungs now, lowest first: its own, else those that came with the product."""
    rows = list(LadderRung.objects.filter(bureau_code__in=["", bureau_code], until=None))
    own = [row for row in rows if row.bureau_code] or rows
    return tuple(reminders.Rung(row.share_percent, row.name, row.levels_up) for row in own)


def climbing(bureau_code: str, rungs: Sequence[reminders.Rung], *, now: datetime) -> EventQuerySet:
    """Open events that have reached a rung nobody was told of, or wait unanswered past their hour.

    A limit in days counts from its last midnight in UTC, hours too early rather than too late: the rules decide.
    """
    start = "coalesce(clock_from, reported_at)"
    reached = Q(state=State.DISPATCHED, respond_by__lt=now, warned="")
    for place, rung in enumerate(rungs):
        share = RawSQL(  # noqa: S611 - the only value is a parameter
            f"{start} + (coalesce(due_at, due_on::timestamptz) - {start}) * %s",
            [rung.share_percent / 100],
            output_field=DateTimeField(),
        )
        told = [higher.key for higher in rungs[place:]]
        reached |= Q(GreaterThan(Value(now), share)) & ~Q(warned__in=told)
    return Event.objects.filter(reached, bureau_code=bureau_code, state__in=OPEN)


def chief_names(bureau_code: str, *, on: date) -> dict[str, str]:
    """Who leads each node of the bureau, by code."""
    posts = Staffing.objects.filter(bureau_code=bureau_code, duty="chief", valid__contains=on)
    return dict(posts.values_list("area_code", "person__name"))


def in_hand(user: User, person: User) -> int:
    """How many events a person has to accept or to handle, of those the asker sees."""
    return visible_to(user).filter(handler=person, state__in=[State.DISPATCHED, State.HANDLING]).count()


def watched_by(user: User) -> Any:
    return Watch.objects.filter(by=user).values("person")


def unread_among(messages: Iterable[Message], user: User) -> int:
    """How many of the messages this person has not read."""
    readers = (reader for message in messages for reader in message.readers.all())
    return sum(reader.person_id == user.pk and reader.read_at is None for reader in readers)


def officers_under(user: User, *, on: date) -> list[User]:
    """Officers who may be sent where this person dispatches: those whose power to handle lies in or above his area."""
    within = Q()
    for prefix in user.scope(EVENT_DISPATCH).prefixes:
        within |= Q(grants__area_prefix__startswith=prefix) | Q(
            grants__area_prefix__in=[prefix[:length] for length in range(len(prefix))]
        )
    rows = User.objects.filter(
        within,
        bureau_code=user.bureau_code,
        is_active=True,
        kind=UserKind.OFFICER,
        grants__valid__contains=on,
        grants__role__permissions__contains=[EVENT_HANDLE.code],
    )
    return list(rows.select_related("unit").distinct().order_by("unit__name", "name")[:CANDIDATES])


def _title_of(step: Step) -> str:
    if not step.to_user:
        return step.get_act_display()
    return step.get_act_display() + ("，交" if step.act in {Act.REPORT, Act.LOCATE} else "给") + f" {step.to_user.name}"


def _where(step: Step) -> str:
    """The place of a step, and the device's own time where it is not ours."""
    parts = [f"{step.location_wgs84[0]:.5f}, {step.location_wgs84[1]:.5f}"] if step.location_wgs84 else []
    if step.device_at and abs(step.device_at - step.at) > CLOCKS_DIFFER:
        parts.append(f"设备时间 {localtime(step.device_at):%Y-%m-%d %H:%M}")
    return " · ".join(parts)


def same_matter(user: User, lon: float, lat: float, *, now: datetime) -> list[tuple[Event, int]]:
    """Open events near a place in the last days, nearest first, with metres: perhaps the one about to be reported."""
    box = _box(lon, lat, SAME_METRES)
    rows = visible_to(user).open().filter(location_wgs84__in_box=box, reported_at__gte=now - timedelta(days=SAME_DAYS))
    found = [
        (event, round(metres(lon, lat, event.lon or 0, event.lat or 0)))
        for event in rows.select_related("kind").order_by("-reported_at")[:50]
    ]
    return sorted((each for each in found if each[1] <= SAME_METRES), key=lambda each: each[1])[:5]


def first_photos(keys: Iterable[UUID], *, each: int = 3) -> dict[UUID, list["Photo"]]:
    """The first photos of some events, for a glance."""
    rows = Attachment.objects.filter(event__in=list(keys), file__media_type__startswith="image/")
    made: dict[UUID, list[Photo]] = {}
    for attachment in rows.select_related("file", "event").order_by("event", "id"):
        photos = made.setdefault(attachment.event_id, [])
        if len(photos) < each:
            photos.append(Photo(attachment.event, attachment))
    return made


def _kind_of(name: str, media_type: str) -> str:
    """How a file that is no image is shown. A recording of sound alone comes in the container of a film."""
    kind = media_type.partition("/")[0]
    if kind == "video" and name.startswith("录音"):
        return "audio"
    return kind if kind in {"audio", "video"} else "file"


class Photo:
    """An attachment as a timeline shows it."""

    def __init__(self, event: Event, attachment: Any) -> None:
        self.name = attachment.name
        arguments = [event.number, attachment.pk]
        self.is_image = attachment.file.is_image
        self.kind = "" if self.is_image else _kind_of(attachment.name, attachment.file.media_type)
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
