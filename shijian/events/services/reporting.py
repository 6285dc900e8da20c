import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.core import deadlines
from shijian.core.errors import Refused
from shijian.core.files import Upload
from shijian.core.numbering import next_number
from shijian.grid import queries as grid
from shijian.subjects.models import Entity

from .. import queries
from ..choices import Act, Source, State
from ..models import Event, Kind
from . import steps
from .steps import Doing, Place


class SameIdOtherContent(Refused):
    code = "events.same_id_other_content"


class InTheFuture(Refused):
    code = "events.in_the_future"


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
    photos: Sequence[Upload] = (),
    outside_no: str = "",
    by: User,
    now: datetime,
) -> Event:
    """Take an event in: find its grid and its limit, give it a number, propose it to the grid's chief.

    `id` is made by whoever reports: the same id with the same content again, even five times at once, gives the same
    event; with other content it is refused. A place outside every grid goes to the grid office. Place in degrees,
    WGS 84.
    """
    facts = [kind.code, source, description, place, address, entity and str(entity.pk), outside_no, str(by.pk)]
    payload = hashlib.blake2b(json.dumps(facts, default=str).encode(), digest_size=16).hexdigest()
    for _ in range(2):
        if known := Event.objects.filter(pk=id).first():
            if known.payload_hash != payload:
                raise SameIdOtherContent("该编号的事件已经上报过，内容不同。如是新的情况，请重新填写上报。")
            return known
        try:
            with transaction.atomic():
                return _report(
                    id, kind, source, description, place, accuracy_m, address, entity, discovered_at or now, photos,
                    outside_no, payload, by, now,
                )  # fmt: skip
        except IntegrityError:
            continue  # the same event came in at the same moment
    raise SameIdOtherContent("事件正在处理，请稍后刷新查看。")


def _report(
    id: UUID,
    kind: Kind,
    source: str,
    description: str,
    place: Place,
    accuracy_m: int | None,
    address: str,
    entity: Entity | None,
    discovered_at: datetime,
    photos: Sequence[Upload],
    outside_no: str,
    payload: str,
    by: User,
    now: datetime,
) -> Event:
    if discovered_at > now:
        raise InTheFuture("发现时间晚于现在，请核对。")
    bureau = by.bureau_code
    if place is None and entity is not None:
        place = entity.location_wgs84
    code = grid.code_at(bureau, *place, on=localdate(now)) if place else entity.area_code if entity else ""
    chief = grid.chief_of(bureau, code, on=localdate(now)) if code else None
    event = Event(
        id=id,
        bureau_code=bureau,
        area_code=code,
        kind=kind,
        source=Source(source),
        description=description,
        entity=entity,
        location_wgs84=place,
        accuracy_m=accuracy_m,
        address=address[:200] or (entity.address[:200] if entity else ""),
        discovered_at=discovered_at,
        reported_by=by,
        reported_at=now,
        outside_no=outside_no,
        payload_hash=payload,
        state=State.DISPATCHED if chief else State.REPORTED,
        holder_code=code,
        handler=chief,
        handler_code=code if chief else "",
    )
    set_limits(event, start=now)
    number = next_number(name="event", bureau_code=bureau, year=localdate(now).year)
    event.number = f"SJ{localdate(now).year}-{number:06d}"
    event.save(force_insert=True)
    doing = Doing(event, Act.REPORT, by, now, place=place)
    step = doing.step(description, to_user=chief, to_code=code)
    if photos:
        steps.attach(step, photos, now=now)
    doing.record(kind=kind.code, source=source, grid=code)
    if chief:
        doing.tell([chief], f"新事件待接收：{kind.name}")
    else:
        doing.tell(queries.dispatchers(event), f"新事件待派遣：{kind.name}")
    return event


def set_limits(event: Event, *, start: datetime) -> None:
    """Compute the limits of an event from its kind.

    A clue's statutory period runs from the discovery or the receipt of the material, not from the dispatch (程序规定 18;
    GRD-11); the bureau's own limits run from `start`. Both count from the next day.
    """
    kind = event.kind
    event.respond_by = start + timedelta(hours=kind.respond_hours)
    if kind.limit_key:
        found = deadlines.compute(kind.limit_key, localdate(event.discovered_at))
    elif kind.limit_amount:
        unit = deadlines.Unit(kind.limit_unit)
        rule = deadlines.Limit(kind.code, f"{kind.name}办理", kind.limit_amount, unit, citation=kind.limit_basis)
        from_instant = unit in {deadlines.Unit.HOURS, deadlines.Unit.MINUTES}
        begin = start if from_instant else localdate(start)
        found = deadlines.compute_limit(rule, begin, deadlines.calendar.current())
    else:
        return
    event.due_on, event.due_at = found.due, found.due_at
    event.limit_text = found.limit.citation[:200]
    event.working = json.loads(json.dumps(found.as_json(), default=str))
