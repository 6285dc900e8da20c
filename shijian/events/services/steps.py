"""What all acts share: the lock, the question whether the act is possible, the step, the record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shijian.accounts.choices import UserKind
from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core import files
from shijian.core.errors import Refused
from shijian.core.files import Upload
from shijian.core.ids import new_id
from shijian.notices import services as notices

from ..choices import VERB_OF, Act
from ..models import Attachment, Event, Step
from ..rules import loop

Place = tuple[float, float] | None
PHOTOS_MAX = 12


class NotNow(Refused):
    code = "events.not_now"


class OfficersOnly(Refused):
    code = "events.officers_only"
    article = "国办发〔2024〕54号；行政处罚法（2021）第四十二条"


class SentTwice(Refused):
    code = "events.sent_twice"


class TooManyFiles(Refused):
    code = "events.too_many_files"


class DoneAlready(Exception):
    """The same step came a second time: the first answer stands."""


@dataclass(slots=True)
class Doing:
    """One act in progress: the locked event, who, what, when, and the step's own id from the client."""

    event: Event
    act: Act
    by: User
    now: datetime
    step_id: UUID | None = None
    place: Place = None

    def step(self, note: str = "", *, to_user: User | None = None, to_code: str = "") -> Step:
        return Step.objects.create(
            id=self.step_id or new_id(),
            event=self.event,
            act=self.act,
            by=self.by,
            at=self.now,
            note=note,
            to_user=to_user,
            to_code=to_code,
            location_wgs84=self.place,
        )

    def move(self, **changes: Any) -> None:
        """Go to the state the act leads to, with other fields changed along."""
        changes = {"state": loop.next_state(self.event.state, self.act), **changes}
        for name, value in changes.items():
            setattr(self.event, name, value)
        self.event.save(update_fields=list(changes))

    def record(self, **detail: Any) -> None:
        record(self.event, VERB_OF[self.act], by=self.by, now=self.now, detail=detail)

    def tell(self, people: Iterable[User | None], title: str, body: str = "") -> None:
        others = [person for person in people if person and person.pk != self.by.pk]
        notices.notify(
            others,
            kind=f"events.{self.act}",
            title=f"{self.event.number} {title}",
            body=body or self.event.description[:200],
            link=f"/events/{self.event.number}/",
            at=self.now,
            bureau_code=self.event.bureau_code,
        )


def begin(
    event: Event, act: Act, *, by: User, now: datetime, step_id: UUID | None = None, place: Place = None
) -> Doing:
    """Lock the event and ask whether the act is possible. Raises NotNow, OfficersOnly or DoneAlready."""
    locked = (
        Event.objects.select_for_update(no_key=True, of=("self",)).select_related("kind", "handler").get(pk=event.pk)
    )
    if step_id and (known := Step.objects.filter(pk=step_id).first()):
        if known.event_id == event.pk and known.act == act and known.by_id == by.pk:
            raise DoneAlready
        raise SentTwice("这次提交的编号已用于另一项操作，请刷新页面后重试。")
    if act in loop.OFFICERS_ONLY and by.kind in {UserKind.AUXILIARY, UserKind.EXTERNAL}:
        raise OfficersOnly(f"“{act.label}”须由监管人员办理；协管辅助人员和社会监督人员可以上报和补充情况。")
    if loop.next_state(locked.state, act) is None:
        raise NotNow(
            f"事件 {locked.number} 现在是“{locked.get_state_display()}”，不能“{act.label}”。请刷新页面查看最新情况。"
        )
    return Doing(locked, act, by, now, step_id, place)


def record(event: Event, verb: str, *, by: User, now: datetime, detail: dict[str, Any] | None = None) -> None:
    audit.record(
        by=by,
        verb=verb,
        on=("events.event", str(event.pk), str(event)),
        at=now,
        detail=detail,
        bureau_code=event.bureau_code,
        area_code=event.area_code,
    )


def attach(step: Step, uploads: Sequence[Upload], *, now: datetime) -> int:
    """Keep the files of a step. Raises FileRefused, naming the file, before anything of the act is kept."""
    if len(uploads) > PHOTOS_MAX:
        raise TooManyFiles(f"一次最多 {PHOTOS_MAX} 个文件，请分次补充。")
    rows = [
        Attachment(event=step.event, step=step, file=files.store(each, now=now), name=files.safe_name(each.name))
        for each in uploads
    ]
    Attachment.objects.bulk_create(rows)
    return len(rows)
