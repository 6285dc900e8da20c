import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.timezone import localdate

from shijian.accounts.choices import UserKind
from shijian.accounts.models import User
from shijian.core import inserts
from shijian.core.errors import Refused
from shijian.core.ids import new_id
from shijian.grid import queries as grid
from shijian.subjects.models import Entity

from .. import queries
from ..choices import Act, FirstHandler, Source, State, Verb
from ..models import Event, Kind, MediaExposure, Step
from . import intake, steps
from .limits import set_limits
from .steps import Place, Uploads

CLOCKS_DIFFER = timedelta(minutes=5)  # how far a phone's clock may run ahead of ours


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """Where a matter was made public."""

    outlet: str
    url: str = ""
    published_on: date | None = None


class SameIdOtherContent(Refused):
    code = "events.same_id_other_content"


class InTheFuture(Refused):
    code = "events.in_the_future"


class NotThere(Refused):
    code = "events.not_there"


class NotOffered(Refused):
    code = "events.kind_not_offered"


def report(
    *,
    id: UUID,
    kind: Kind,
    source: str,
    description: str,
    place: Place,
    accuracy_m: int | None = None,
    address: str = "",
    entity: Entity | None = None,
    discovered_at: datetime | None = None,
    device_at: datetime | None = None,
    photos: Uploads = (),
    outside_no: str = "",
    media: MediaFacts | None = None,
    by: User,
    now: datetime,
) -> Event:
    """Take an event in: find its grid and its limit, give it a number, propose it to the grid's chief.

    `id` is made by whoever reports: the same id with the same content again, even five times at once, gives the same
    event; with other content it is refused. A place outside every grid goes to the grid office. Place in degrees,
    WGS 84.
    """
    facts: list[Any] = [
        kind.code,
        source,
        description,
        place,
        address,
        entity and str(entity.pk),
        outside_no,
        str(by.pk),
    ]
    if media:
        facts += [media.outlet, media.url, media.published_on]
    payload = hashlib.blake2b(json.dumps(facts, default=str).encode(), digest_size=16).hexdigest()
    if known := _known(id, payload):
        return known
    event = Event(
        id=id,
        bureau_code=by.bureau_code,
        kind=kind,
        source=Source(source),
        description=description,
        entity=entity,
        location_wgs84=place or (entity.location_wgs84 if entity else None),
        accuracy_m=accuracy_m,
        address=address[:200] or (entity.address[:200] if entity else ""),
        discovered_at=min(discovered_at or now, now),
        reported_by=by,
        reported_at=now,
        outside_no=outside_no,
        payload_hash=payload,
    )
    _check(event, discovered_at)
    kept = steps.store(photos, now=now)
    is_nested = connection.in_atomic_block  # then a clash is for the caller, whose transaction it has broken
    try:
        with transaction.atomic(savepoint=False), inserts.together():
            _write(event, place, device_at, kept)
            if media:
                MediaExposure(event=event, **asdict(media)).save(force_insert=True)
    except IntegrityError:
        if is_nested or not (known := _known(id, payload)):
            raise
        return known  # the same event came in at the same moment
    return event


def _known(id: UUID, payload: str) -> Event | None:
    with connection.cursor() as cursor:  # nearly always the answer is no: asked without building a query
        cursor.execute("SELECT 1 FROM events_event WHERE id = %s", [id])
        if cursor.fetchone() is None:
            return None
    known = Event.objects.select_related("kind", "handler").filter(pk=id).first()
    if known and known.payload_hash != payload:
        raise SameIdOtherContent("该编号的事件已经上报过，内容不同。如是新的情况，请重新填写上报。")
    return known


def _check(event: Event, discovered_at: datetime | None) -> None:
    if not event.description.strip():
        raise NotThere("请写明情况。")
    if discovered_at and discovered_at > event.reported_at + CLOCKS_DIFFER:
        raise InTheFuture("发现时间晚于现在，请核对。")
    if event.kind.bureau_code not in {"", event.bureau_code}:
        raise NotOffered(f"本局事项库没有“{event.kind}”，请在列表中选择。")
    if event.entity and event.entity.bureau_code != event.bureau_code:
        raise NotThere("涉及主体不在本局辖区，请重新选择。")


def _write(event: Event, place: Place, device_at: datetime | None, kept: Sequence[steps.Kept]) -> None:
    by, now = event.reported_by, event.reported_at
    today = localdate(now)
    if event.location_wgs84:
        event.area_code = grid.code_at(event.bureau_code, *event.location_wgs84, on=today)
    elif event.entity:
        event.area_code = event.entity.area_code
    event.holder_code = event.area_code
    if chief := first_handler(event, on=today):
        event.state, event.handler, event.handler_code = State.DISPATCHED, chief, event.holder_code
    set_limits(event, start=now)
    step = Step(
        id=new_id(),
        event=event,
        act=Act.REPORT,
        by=by,
        at=now,
        note=event.description,
        to_user=chief,
        to_code=event.holder_code,
        location_wgs84=place,
        device_at=device_at,
        content_hash=event.payload_hash,
    )
    intake.insert(event, step, year=today.year)
    steps.attach(step, kept)
    detail = {"kind": event.kind.code, "source": event.source, "grid": event.area_code}
    if kept:
        detail["files"] = " ".join(each.stored.sha256 for each in kept)
    steps.record(event, Verb.REPORTED, step, by=by, now=now, detail=detail)
    told, title = ([chief], "新事件待接收") if chief else (queries.dispatchers(event, on=today), "新事件待派遣")
    steps.tell(event, [each for each in told if each.pk != by.pk], Act.REPORT, f"{title}：{event.kind.name}", "", now)


def first_handler(event: Event, *, on: date) -> User | None:
    """The officer to whom the event is proposed; None leaves it to the dispatchers.

    For matters that are the unit's from the start the event is held there at once.
    """
    first = event.kind.first_handler
    if not event.area_code or first == FirstHandler.DISPATCHER:
        return None
    if first == FirstHandler.UNIT_CHIEF:
        event.holder_code = grid.scheme(event.bureau_code).chain(event.area_code)[-2:][0]
    chief = grid.chief_of(event.bureau_code, event.holder_code, on=on)
    return chief if chief and chief.is_active and chief.kind == UserKind.OFFICER else None
