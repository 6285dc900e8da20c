"""Work on the event: feedback with evidence, transfer to another department, observations."""

from datetime import date, datetime
from uuid import UUID

from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.core import deadlines
from shijian.core.errors import Refused
from shijian.core.numbering import next_number

from .. import queries
from ..choices import Act
from ..models import Event, Handover
from ..permissions import EVENT_HANDLE
from ..rules import loop
from .steps import Place, Uploads, act, begin, marks, needs_reason, store

# 回执期限: the bureau's own limit, no law fixes it (GRD-13).
RECEIPT_LIMIT = deadlines.Limit(
    "handover_receipt", "移送回执", 5, deadlines.Unit.WORKING_DAYS, citation="本局内部时限（可配置）"
)


class NoEvidence(Refused):
    code = "events.no_evidence"


class NoDepartment(Refused):
    code = "events.no_department"


class NoReceiptYet(Refused):
    code = "events.no_receipt_yet"


@act
def feed_back(
    event: Event,
    *,
    note: str,
    photos: Uploads = (),
    place: Place = None,
    device_at: datetime | None = None,
    step_id: UUID | None = None,
    by: User,
    now: datetime,
) -> Event:
    """The handler reports what was done, with evidence; the event now waits for the review of a superior."""
    if not note.strip():
        raise NoEvidence("请写明处置结果。")
    kept = store(photos, now=now)
    doing = begin(
        event, Act.FEED_BACK, by=by, now=now, step_id=step_id, content=[note, marks(photos)], place=place,
        device_at=device_at,
    )  # fmt: skip
    event = doing.event
    if event.kind.wants_photo and not any(each.stored.is_image for each in kept):
        raise NoEvidence(f"“{event.kind}”的反馈须附现场照片。")
    doing.move(fed_back_at=now)
    doing.keep(note, kept=kept)
    doing.tell(queries.reviewers(event, on=localdate(now)), "已反馈，请复核", note)
    return event


@act
def hand_over(
    event: Event, *, department: str, reason: str, step_id: UUID | None = None, by: User, now: datetime
) -> Event:
    """Transfer a matter outside our powers to the department responsible: a numbered letter, a receipt awaited (E-07).

    The letter's number is taken from a gapless series of the bureau and year.
    """
    needs_reason(reason)
    if not department.strip():
        raise NoDepartment("请写明移送给哪个部门。")
    doing = begin(event, Act.HAND_OVER, by=by, now=now, step_id=step_id, content=[department, reason])
    event, today = doing.event, localdate(now)
    due = deadlines.compute_limit(RECEIPT_LIMIT, today, deadlines.calendar.current()).due
    handler = event.handler or by
    # Whoever hands over without a handler answers for it at the level his power reaches from.
    code = event.handler_code if event.handler else _level(by, event)
    doing.move(handler=handler, handler_code=code)
    number = next_number(name="handover", bureau_code=event.bureau_code, year=today.year)
    made = Handover.objects.create(
        event=event,
        department=department,
        reason=reason,
        letter_no=f"{event.bureau_code}移〔{today.year}〕{number}号",
        sent_at=now,
        sent_by=by,
        receipt_due_on=due,
    )
    doing.keep(f"{department}：{reason}（{made.letter_no}）", department=department, letter=made.letter_no)
    return event


@act
def record_receipt(
    event: Event,
    *,
    receiver: str,
    received_on: date,
    photos: Uploads = (),
    step_id: UUID | None = None,
    by: User,
    now: datetime,
) -> Event:
    """The department's receipt has come: the event goes to the review of a superior."""
    kept = store(photos, now=now)
    doing = begin(event, Act.RECEIPT, by=by, now=now, step_id=step_id, content=[receiver, received_on, marks(photos)])
    event = doing.event
    letter = event.handovers.get(received_on=None)
    if not localdate(letter.sent_at) <= received_on <= localdate(now):
        raise NoReceiptYet(f"签收日期应在移送日 {localdate(letter.sent_at)} 和今天之间，请核对。")
    letter.received_on, letter.receiver = received_on, receiver
    letter.save(update_fields=["received_on", "receiver"])
    doing.move(fed_back_at=now)
    doing.keep(
        f"{letter.department} {receiver}于 {received_on} 签收（{letter.letter_no}）", kept=kept, letter=letter.letter_no
    )
    doing.tell(queries.reviewers(event, on=localdate(now)), "移送已签收，请复核")
    return event


@act
def observe(
    event: Event,
    *,
    note: str,
    photos: Uploads = (),
    place: Place = None,
    device_at: datetime | None = None,
    step_id: UUID | None = None,
    by: User,
    now: datetime,
) -> Event:
    """Add what one saw or knows. Anybody who sees the event may; it is information, never an inspection (GRD-08)."""
    if not note.strip() and not photos:
        raise NoEvidence("请写明情况或附上照片。")
    kept = store(photos, now=now)
    doing = begin(
        event, Act.OBSERVE, by=by, now=now, step_id=step_id, content=[note, marks(photos)], place=place,
        device_at=device_at,
    )  # fmt: skip
    doing.keep(note, kept=kept)
    doing.tell([doing.event.handler], "补充了情况", note)
    return doing.event


def _level(user: User, event: Event) -> str:
    return loop.level_of(user.scope(EVENT_HANDLE).prefixes, event.area_code)
