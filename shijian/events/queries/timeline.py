"""What happened on an event: its moments, photos and talk."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Subquery, prefetch_related_objects
from django.urls import reverse
from django.utils.timezone import localtime

from shijian.accounts.models import User
from shijian.audit import queries as audit
from shijian.core.pages import Moment, Picture
from shijian.core.records import MOMENTS_MAX
from shijian.grid import queries as grid

from ..choices import Act
from ..models import Attachment, Event, Message, Reader, Step
from .door import visible_to

CLOCKS_DIFFER = timedelta(minutes=5)
SHOWN = 30  # events on an entity's timeline
ICONS = {
    Act.REPORT: "flag", Act.DISPATCH: "send", Act.ACCEPT: "check", Act.REFUSE: "arrow-back", Act.ESCALATE: "arrow-up",
    Act.SEND_BACK: "arrow-down", Act.HAND_OVER: "external-link", Act.RECEIPT: "receipt",
    Act.FEED_BACK: "message-check", Act.CLOSE: "circle-check", Act.REJECT: "x", Act.REOPEN: "rotate",
    Act.OBSERVE: "eye", Act.REMIND: "alarm", Act.MERGE: "git-merge", Act.TAKE_IN: "git-merge",
    Act.UNMERGE: "arrows-split", Act.SUPERVISE: "eye-exclamation", Act.ANSWER: "message-reply",
    Act.RELEASE: "lock-open", Act.TAKE_OVER: "transfer", Act.LOCATE: "map-pin",
}  # fmt: skip
TONES = {Act.CLOSE: "green", Act.REJECT: "red", Act.REFUSE: "amber", Act.ESCALATE: "amber", Act.REOPEN: "red",
         Act.REMIND: "amber", Act.SUPERVISE: "red", Act.RELEASE: "green"}  # fmt: skip


def moments(event: Event, messages: Sequence[Message] = ()) -> list[Moment]:
    """The event's timeline, newest first, with what was said about it: three statements."""
    files = Prefetch("attachments", Attachment.objects.select_related("file"))
    steps = Step.objects.select_related("by__unit", "to_user").prefetch_related(files)
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
            icon=ICONS.get(Act(step.act), "point"),
            tone=TONES.get(Act(step.act), ""),
            photos=[picture(event, each) for each in step.attachments.all()],
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


def steps_of(key: UUID) -> list[Moment]:
    """The steps of an event in words alone, oldest first: one statement."""
    steps = Step.objects.filter(event=key).select_related("by__unit", "to_user").order_by("at", "id")
    return [
        Moment(
            step.at,
            _title_of(step),
            by=step.by.name,
            unit=step.by.unit.name,
            text=step.note,
            icon=ICONS.get(Act(step.act), "point"),
            tone=TONES.get(Act(step.act), ""),
        )
        for step in steps[:MOMENTS_MAX]
    ]


def said(event: Event) -> list[Message]:
    """Questions with their answers and who has read them, oldest first: two statements."""
    readers = Prefetch("readers", Reader.objects.select_related("person"))
    rows = event.messages.select_related("by__unit").prefetch_related(readers)
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


def unread_among(messages: Iterable[Message], user: User) -> int:
    """How many of the messages this person has not read."""
    readers = (reader for message in messages for reader in message.readers.all())
    return sum(reader.person_id == user.pk and reader.read_at is None for reader in readers)


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


def first_photos(keys: Iterable[UUID], *, each: int = 3) -> dict[UUID, list[Picture]]:
    """The first photos of some events, for a glance."""
    rows = Attachment.objects.filter(event__in=list(keys), file__media_type__startswith="image/")
    made: dict[UUID, list[Picture]] = {}
    for attachment in rows.select_related("file", "event").order_by("event", "id"):
        photos = made.setdefault(attachment.event_id, [])
        if len(photos) < each:
            photos.append(picture(attachment.event, attachment))
    return made


def _kind_of(name: str, media_type: str) -> str:
    """How a file that is no image is shown. A recording of sound alone comes in the container of a film."""
    kind = media_type.partition("/")[0]
    if kind == "video" and name.startswith("录音"):
        return "audio"
    return kind if kind in {"audio", "video"} else "file"


def picture(event: Event, attachment: Any) -> Picture:
    """An attachment as a timeline shows it."""
    arguments, is_image = [event.number, attachment.pk], attachment.file.is_image
    return Picture(
        reverse("events:file", args=[*arguments, "thumb"]),
        reverse("events:file", args=[*arguments, "display" if is_image else "original"]),
        attachment.name,
        "" if is_image else _kind_of(attachment.name, attachment.file.media_type),
    )


def of_entities(entities: Sequence[Any], user: User) -> tuple[list[Moment], tuple[str, str, int]]:
    """Events on the timeline of an entity and of those merged into it, and the tab of its own: those the person may see."""
    own, seen = entities[0], visible_to(user)
    count = seen.filter(entity=own).order_by().values("entity").annotate(number=Count("pk")).values("number")
    rows = list(
        seen.filter(entity__in=entities)
        .select_related("kind", "reported_by__unit")
        .annotate(own=Subquery(count))[:SHOWN]
    )
    moments = [
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
    number = (rows[0].own or 0) if rows else 0  # type: ignore[attr-defined]
    return moments, ("事件", f"{reverse('events:list')}?entity={own.pk}", number)
