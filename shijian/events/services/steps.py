"""What all acts share: the lock, the question whether the act is possible, the step, the record."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, NamedTuple, ParamSpec
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core import files
from shijian.core.errors import Refused
from shijian.core.ids import new_id
from shijian.core.models import StoredFile
from shijian.notices import services as notices

from .. import queries
from ..choices import VERB_OF, Act
from ..likeness import fingerprint
from ..models import Attachment, Event, Step
from ..rules import loop

Place = tuple[float, float] | None
Uploads = Sequence["UploadedFile[Any]"]
P = ParamSpec("P")
FILES_MAX = 12


class Kept(NamedTuple):
    """A file in the store under the name it came with; of a photo also the bits by which alike ones are found."""

    stored: StoredFile
    name: str
    dhash: int | None


class NotNow(Refused):
    code = "events.not_now"


class OfficersOnly(Refused):
    code = "events.officers_only"
    article = "国办发〔2024〕54号；行政处罚法（2021）第四十二条"


class NotYours(Refused):
    code = "events.not_yours"


class NotYourLevel(Refused):
    code = "events.not_your_level"


class AtTheTop(Refused):
    code = "events.at_the_top"


class NotAboveHandler(Refused):
    code = "events.not_above_handler"
    article = "灞桥区市场监管网格化管理实施方案（2022-06-15）六(二)4：经上级复核后予以办结"


class ReopenedTooOften(Refused):
    code = "events.reopened_too_often"


class NoReason(Refused):
    code = "events.no_reason"


class SentTwice(Refused):
    code = "events.sent_twice"


class TooManyFiles(Refused):
    code = "events.too_many_files"


REFUSALS: dict[str, type[Refused]] = {
    each.code: each
    for each in (NotNow, OfficersOnly, NotYours, NotYourLevel, AtTheTop, NotAboveHandler, ReopenedTooOften)
}


class DoneAlready(Exception):
    """The same step came a second time: the first answer stands."""


def act(service: Callable[Concatenate[Event, P], Event]) -> Callable[Concatenate[Event, P], Event]:
    """One transaction; the same step id with the same content again changes nothing and gives the event as it is."""

    @wraps(service)
    def acted(event: Event, /, *args: P.args, **kwargs: P.kwargs) -> Event:
        try:
            with transaction.atomic():
                return service(event, *args, **kwargs)
        except DoneAlready:
            return Event.objects.select_related("kind", "handler").get(pk=event.pk)

    return acted


@dataclass(slots=True)
class Doing:
    """One act in progress: the locked event, who, what, when, and what the client sent along."""

    event: Event
    act: Act
    by: User
    now: datetime
    content_hash: str
    matter: loop.Matter
    step_id: UUID | None = None
    place: Place = None
    device_at: datetime | None = None
    before: str = field(init=False)

    def __post_init__(self) -> None:
        self.before = self.event.state

    def move(self, **changes: Any) -> None:
        """Go to the state the act leads to, with other fields changed along."""
        changes = {"state": loop.next_state(self.event.state, self.act), **changes}
        for name, value in changes.items():
            setattr(self.event, name, value)
        self.event.save(update_fields=list(changes))

    def keep(
        self,
        note: str = "",
        *,
        to_user: User | None = None,
        to_code: str = "",
        kept: Sequence[Kept] = (),
        **detail: Any,
    ) -> Step:
        """Write the step with its files, and the audit entry. The entry holds hashes, never the words themselves."""
        step = Step.objects.create(
            id=self.step_id or new_id(),
            event=self.event,
            act=self.act,
            by=self.by,
            at=self.now,
            note=note,
            to_user=to_user,
            to_code=to_code,
            location_wgs84=self.place,
            device_at=self.device_at,
            content_hash=self.content_hash,
        )
        attach(step, kept)
        if to_user:
            detail["to"] = to_user.employee_no
        if to_code:
            detail["to_code"] = to_code
        if kept:
            detail["files"] = [each.stored.sha256 for each in kept]
        if self.before != self.event.state:
            detail |= {"from": self.before, "state": self.event.state}
        record(self.event, VERB_OF[self.act], step, by=self.by, now=self.now, detail=detail)
        return step

    def tell(self, people: Iterable[User | None], title: str, body: str = "") -> None:
        tell(
            self.event,
            [person for person in people if person and person.pk != self.by.pk],
            self.act,
            title,
            body,
            self.now,
        )


def begin(
    event: Event,
    act: Act,
    *,
    by: User,
    now: datetime,
    content: Sequence[Any] = (),
    step_id: UUID | None = None,
    place: Place = None,
    device_at: datetime | None = None,
) -> Doing:
    """Lock the event and ask the rules whether the act is possible.

    Raises DoneAlready for a step that is on record, SentTwice when its id was used for something else, or the refusal
    of the rules. `content` are the words and files sent, by which a retry is known.
    """
    locked = (
        Event.objects.select_for_update(no_key=True, of=("self",)).select_related("kind", "handler").get(pk=event.pk)
    )
    digest = content_hash(act, by, content)
    if step_id and (known := Step.objects.filter(pk=step_id).first()):
        if known.event_id == event.pk and known.content_hash == digest:
            raise DoneAlready
        raise SentTwice("这次提交的编号已用于另一项操作或另一份内容，请刷新页面后重新填写。")
    matter = queries.matter_of(locked)
    if fault := loop.fault(act, matter, queries.person_of(by, locked)):
        raise refusal(fault, locked, act)
    return Doing(locked, act, by, now, digest, matter, step_id, place, device_at)


def refusal_of(event: Event, act: Act, *, by: User) -> Refused | None:
    """What the person would be told if he tried the act now; None when it is open to him."""
    fault = loop.fault(act, queries.matter_of(event), queries.person_of(by, event))
    return refusal(fault, event, act) if fault else None


def refusal(fault: loop.Fault, event: Event, act: Act) -> Refused:
    """The exception that stands for a fault, with the words of this event where they say more."""
    text = fault.text
    if fault.code == NotNow.code:
        text = f"事件 {event.number} 现在是“{event.get_state_display()}”，不能“{act.label}”。请刷新页面查看最新情况。"
    elif fault.code == NotYours.code and event.handler:
        text = f"该事件由{event.handler.name}办理。{fault.text}"
    return REFUSALS[fault.code](text)


def content_hash(act: Act, by: User, content: Sequence[Any]) -> str:
    facts = [act, str(by.pk), *content]
    return hashlib.blake2b(json.dumps(facts, default=str).encode(), digest_size=16).hexdigest()


def needs_reason(reason: str) -> None:
    if not reason.strip():
        raise NoReason("请写明理由。")


def record(
    event: Event, verb: str, step: Step, *, by: User, now: datetime, detail: dict[str, Any] | None = None
) -> None:
    audit.record(
        by=by,
        verb=verb,
        on=("events.event", str(event.pk), str(event)),
        at=now,
        detail={"step": str(step.pk), "content": step.content_hash, **(detail or {})},
        bureau_code=event.bureau_code,
        area_code=event.area_code,
    )


def tell(
    event: Event, people: Iterable[User], kind: str, title: str, body: str, at: datetime, *, page: str = ""
) -> int:
    return notices.notify(
        people,
        kind=f"events.{kind}",
        title=f"{event.number} {title}",
        body=body or event.description[:200],
        link=f"/events/{event.number}/{page}",
        at=at,
        bureau_code=event.bureau_code,
    )


def marks(uploads: Uploads) -> list[tuple[str, int]]:
    """What tells one set of files from another before they are read: names and sizes."""
    return [(files.safe_name(each.name), each.size or 0) for each in uploads]


def store(uploads: Uploads, *, now: datetime) -> list[Kept]:
    """Keep the files before anything is locked: copies of photos take time. Raises FileRefused, naming the file."""
    if len(uploads) > FILES_MAX:
        raise TooManyFiles(f"一次最多 {FILES_MAX} 个文件，请分次补充。")
    return [
        Kept(stored := files.store(each, now=now), files.safe_name(each.name), fingerprint(stored)) for each in uploads
    ]


def attach(step: Step, kept: Sequence[Kept]) -> None:
    if kept:
        Attachment.objects.bulk_create(
            Attachment(event=step.event, step=step, file=stored, name=name, dhash=dhash) for stored, name, dhash in kept
        )
