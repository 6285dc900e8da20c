"""Work on the event: feedback with evidence, transfer to another department, observations."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.core import deadlines
from shijian.core.errors import Refused
from shijian.core.files import Upload
from shijian.core.numbering import next_number

from .. import queries
from ..choices import Act
from ..models import Event, Handover
from ..permissions import EVENT_HANDOVER
from . import steps
from .dispatching import NotYourLevel, needs_reason, only_handler
from .steps import DoneAlready, Place, begin

# 回执期限: the bureau's own limit, no law fixes it (GRD-13).
RECEIPT_LIMIT = deadlines.Limit(
    "handover_receipt", "移送回执", 5, deadlines.Unit.WORKING_DAYS, citation="本局内部时限（可配置）"
)


class NoEvidence(Refused):
    code = "events.no_evidence"


class NoHandover(Refused):
    code = "events.no_handover"


def feed_back(
    event: Event,
    *,
    note: str,
    photos: Sequence[Upload] = (),
    place: Place = None,
    step_id: UUID | None = None,
    by: User,
    now: datetime,
) -> Event:
    """The handler reports what was done, with evidence; the event now waits for the review of a superior."""
    if not note.strip():
        raise NoEvidence("请写明处置结果。")
    try:
        with transaction.atomic():
            doing = begin(event, Act.FEED_BACK, by=by, now=now, step_id=step_id, place=place)
            event = doing.event
            only_handler(event, by)
            if event.kind.wants_photo and not photos:
                raise NoEvidence(f"“{event.kind}”的反馈须附现场照片。")
            doing.move(fed_back_at=now)
            step = doing.step(note)
            count = steps.attach(step, photos, now=now)
            doing.record(files=count)
            doing.tell(queries.reviewers(event), "已反馈，请复核", note)
            return event
    except DoneAlready:
        return Event.objects.get(pk=event.pk)


def hand_over(
    event: Event, *, department: str, reason: str, step_id: UUID | None = None, by: User, now: datetime
) -> Handover:
    """Transfer a matter outside our powers to the department responsible: a numbered letter, a receipt awaited (E-07)."""
    needs_reason(reason)
    try:
        with transaction.atomic():
            doing = begin(event, Act.HAND_OVER, by=by, now=now, step_id=step_id)
            event = doing.event
            if not by.scope(EVENT_HANDOVER).reaches(event.bureau_code, event.holder_code):
                raise NotYourLevel("移送其他部门由管理单元以上办理，请先上报上级。")
            due = deadlines.compute_limit(RECEIPT_LIMIT, localdate(now), deadlines.calendar.current()).due
            year = localdate(now).year
            handler = event.handler or by
            code = event.handler_code if event.handler else queries.level_of(by, event.area_code)
            doing.move(handler=handler, handler_code=code)
            number = next_number(name="handover", bureau_code=event.bureau_code, year=year)
            made = Handover.objects.create(
                event=event,
                department=department,
                reason=reason,
                letter_no=f"{event.bureau_code}移〔{year}〕{number}号",
                sent_at=now,
                sent_by=by,
                receipt_due_on=due,
            )
            doing.step(f"{department}：{reason}（{made.letter_no}）")
            doing.record(department=department, letter=made.letter_no)
            return made
    except DoneAlready:
        return event.handovers.latest("sent_at")


def record_receipt(
    event: Event,
    *,
    receiver: str,
    received_on: date,
    photos: Sequence[Upload] = (),
    step_id: UUID | None = None,
    by: User,
    now: datetime,
) -> Event:
    """The department's receipt has come: the event goes to the review of a superior."""
    try:
        with transaction.atomic():
            doing = begin(event, Act.RECEIPT, by=by, now=now, step_id=step_id)
            event = doing.event
            letter = event.handovers.filter(received_on=None).order_by("-sent_at").first()
            if letter is None:
                raise NoHandover("没有等待回执的移送。")
            letter.received_on, letter.receiver = received_on, receiver
            letter.save(update_fields=["received_on", "receiver"])
            doing.move(fed_back_at=now)
            step = doing.step(f"{letter.department} {receiver}于 {received_on} 签收（{letter.letter_no}）")
            steps.attach(step, photos, now=now)
            doing.record(letter=letter.letter_no)
            doing.tell(queries.reviewers(event), "移送已签收，请复核")
            return event
    except DoneAlready:
        return Event.objects.get(pk=event.pk)


def observe(
    event: Event,
    *,
    note: str,
    photos: Sequence[Upload] = (),
    place: Place = None,
    step_id: UUID | None = None,
    by: User,
    now: datetime,
) -> Event:
    """Add what one saw or knows. Anybody who sees the event may; it is information, never an inspection (GRD-08)."""
    if not note.strip() and not photos:
        raise NoEvidence("请写明情况或附上照片。")
    try:
        with transaction.atomic():
            doing = begin(event, Act.OBSERVE, by=by, now=now, step_id=step_id, place=place)
            step = doing.step(note)
            count = steps.attach(step, photos, now=now)
            doing.record(files=count)
            doing.tell([doing.event.handler], "补充了情况", note)
            return doing.event
    except DoneAlready:
        return Event.objects.get(pk=event.pk)
