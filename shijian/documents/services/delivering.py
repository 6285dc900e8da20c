"""Serving a paper: each attempt with what the law asks of its way, the receipt as a form, the clocks it sets running.

Source: 市场监督管理行政处罚程序规定 (2022-09-29) art. 81-83; SRV-01 to SRV-06.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate, localtime

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core import deadlines
from shijian.core.errors import Refused
from shijian.core.records import Record

from .. import queries
from ..choices import Outcome, State, Verb
from ..models import Delivery, Paper
from ..permissions import PAPER_WRITE
from ..rules import delivery as rules
from ..rules.archive import DECISIONS
from ..rules.delivery import Way
from . import clocking
from .papers import _locked, begin, write

NOTICE = "public_notice_service"
# What begins to run for the party when a paper of this form reaches him.
STARTS = {"penalty_notice": "statement_period", "performance_urging_notice": "urging"}
RECEIPT = "service_receipt"
WRITTEN = {
    Way.DIRECT: "直接送达", Way.ANNOUNCED: "直接送达", Way.LEFT: "留置送达", Way.POST: "邮寄送达", Way.ENTRUSTED: "委托送达",
    Way.ELECTRONIC: "电子送达", Way.PUBLIC: "公告送达",
}  # fmt: skip


class DeliveryRefused(Refused):
    code = "documents.delivery_refused"


@dataclass(frozen=True, slots=True)
class Told:
    """What is entered of an attempt; `is_failed` with the reason when nobody was reached."""

    way: Way
    at: datetime
    recipient: str = ""
    place: str = ""
    receiver: str = ""
    relation: str = ""
    reason: str = ""
    witness: str = ""
    is_filmed: bool = False
    is_missing: bool = False
    account: str = ""
    tracking: str = ""
    is_confirmed: bool = False
    is_failed: bool = False


@transaction.atomic
def deliver(paper: Paper, told: Told, record: Record, *, by: User, now: datetime) -> Delivery:
    """Enter an attempt to serve a paper in force. Raises DeliveryRefused with the article that is not met."""
    paper = _locked(paper, by, PAPER_WRITE, states=(State.SETTLED, State.APPROVED, State.SEALED))
    if paper.form_version.read().is_sealed and paper.state != State.SEALED:
        raise DeliveryRefused("这份文书还没有盖章，不能送达。请先申请用印。")
    earlier = list(Delivery.objects.filter(paper=paper))
    if any(each.outcome == Outcome.SERVED for each in earlier):
        raise DeliveryRefused("这份文书已登记送达。")
    if any(each.outcome == Outcome.OPEN for each in earlier):
        raise DeliveryRefused("还有一次送达没有结果，请先登记它的结果。")
    confirmed = queries.address_of(record) if told.is_confirmed else None
    consent = queries.consent_of(record) if told.way is Way.ELECTRONIC else confirmed
    facts = rules.Facts(
        way=told.way, at=localtime(told.at), made_on=localdate(paper.approved_at), now=localtime(now), place=told.place,
        receiver=told.receiver, relation=told.relation, reason=told.reason, witness=told.witness, is_filmed=told.is_filmed,
        account=told.account, has_consent=consent is not None, tracking=told.tracking, is_missing=told.is_missing,
        failed_before=sum(each.outcome == Outcome.FAILED for each in earlier), is_confirmed=told.is_confirmed,
        has_address=confirmed is not None,
    )  # fmt: skip
    if told.is_failed:
        if not told.reason.strip():
            raise DeliveryRefused("没有送达的，请写明原因，以后改用其他方式要以此为据。")
        if told.is_confirmed and confirmed is None:
            raise DeliveryRefused("卷内没有当事人签过名的送达地址确认书，请不要勾选“送往确认的地址”。")
    elif why := rules.why_not(facts):
        raise DeliveryRefused(why)
    outcome = Outcome.FAILED if told.is_failed else Outcome.OPEN if told.way in rules.OPEN_ENDED else Outcome.SERVED
    kept = {field.name: getattr(told, field.name) for field in fields(told) if field.name not in {"at", "is_failed"}}
    kept |= {"recipient": told.recipient or paper.data.get("party_name", "") or record.title}
    if confirmed is not None:
        kept["place"] = confirmed.data.get("serve_address", "")[:200]
    made = Delivery(
        **kept, paper=paper, bureau_code=paper.bureau_code, area_code=paper.area_code, consent=consent, began_at=told.at,
        outcome=outcome, served_at=told.at if outcome == Outcome.SERVED else None, entered_by=by, entered_at=now,
    )  # fmt: skip
    if told.way is Way.PUBLIC and outcome == Outcome.OPEN:
        made.due_on = _notice(record, localdate(told.at), by, now)
    made.save(force_insert=True)
    _note(made, Verb.DELIVERED, by, now)
    if outcome == Outcome.SERVED:
        _served(made, record, by, now)
    return made


@transaction.atomic
def end_delivery(
    delivery: Delivery,
    record: Record,
    *,
    served_at: datetime | None,
    note: str,
    by: User,
    now: datetime,
    is_returned: bool = False,
) -> Delivery:
    """Enter what came of an attempt that was under way: served then, or not (None) and why.

    Post returned from an address the party confirmed counts as served on the day it came back (程序规定 83; SRV-02).
    """
    delivery = (
        Delivery.objects.select_for_update(of=("self",)).select_related("paper__form_version__form").get(pk=delivery.pk)
    )
    _locked(delivery.paper, by, PAPER_WRITE, states=(State.SETTLED, State.APPROVED, State.SEALED))
    if delivery.outcome != Outcome.OPEN:
        raise DeliveryRefused("这次送达已有结果。")
    if served_at is None and not note.strip():
        raise DeliveryRefused("没有送达的，请写明原因，以后改用其他方式要以此为据。")
    if served_at is not None:
        why = rules.may_end(
            Way(delivery.way), began=localtime(delivery.began_at), due=delivery.due_on, on=localtime(served_at),
            is_returned=is_returned, is_confirmed=delivery.is_confirmed,
        )  # fmt: skip
        if why or served_at > now:
            raise DeliveryRefused(why or "送达时间不能晚于现在。")
    delivery.outcome = Outcome.FAILED if served_at is None else Outcome.SERVED
    delivery.served_at, delivery.ended_note, delivery.is_returned = served_at, note.strip()[:300], is_returned
    delivery.save(update_fields=["outcome", "served_at", "ended_note", "is_returned"])
    _note(delivery, Verb.DELIVERY_ENDED, by, now)
    if delivery.way == Way.PUBLIC:
        _finish_notice(record, delivery, by, now)
    if served_at is not None:
        _served(delivery, record, by, now)
    return delivery


@transaction.atomic
def make_receipt(delivery: Delivery, record: Record, *, by: User, now: datetime) -> Paper:
    """The return receipt (送达回证, form 50) with all that is known; those present sign it by hand."""
    if delivery.receipt is not None:
        return delivery.receipt
    paper, at = delivery.paper, localtime(delivery.served_at or delivery.began_at)
    receipt = begin(record, queries.form_version(RECEIPT, localdate(now), record.bureau_code), by=by, now=now)
    said = [
        delivery.reason,
        f"见证人：{delivery.witness}" if delivery.witness else "",
        "已拍照、录像" if delivery.is_filmed else "",
        "送往当事人确认的地址" if delivery.is_confirmed else "",
        "邮件退回，以退回之日为送达之日" if delivery.is_returned and delivery.served_at else "",
    ]
    data = {
        **receipt.data, "served_document": paper.form_version.name, "served_number": paper.number or "无文号", "recipient": delivery.recipient,
        "served_at": at.strftime("%Y-%m-%dT%H:%M"), "served_place": delivery.place or delivery.account or delivery.tracking,
        "served_way": WRITTEN[Way(delivery.way)], "receiver_note": "，".join(filter(None, [delivery.receiver, delivery.relation])),
        "service_note": "；".join(filter(None, said)),
    }  # fmt: skip
    receipt = write(receipt, data, by=by, now=now)
    delivery.receipt = receipt
    delivery.save(update_fields=["receipt"])
    return receipt


def _notice(record: Record, begins: date, by: User, now: datetime) -> date:
    """The notice runs as a clock of the record; where one runs already only the day is worked out."""
    clock = clocking.start(record, NOTICE, begins, by=by, now=now)
    return clock.due_on if clock else deadlines.compute(NOTICE, begins).due


def _finish_notice(record: Record, delivery: Delivery, by: User, now: datetime) -> None:
    clocking.finish(record, NOTICE, on=localdate(now), by=by, now=now)


def _served(delivery: Delivery, record: Record, by: User, now: datetime) -> None:
    """The bureau's own time for serving a decision is over; what the law lets begin for the party begins."""
    if delivery.served_at is None:
        return
    slug, day = delivery.paper.form_version.form.slug, localdate(delivery.served_at)
    note = f"{delivery.paper.form_version.name}{delivery.paper.number}送达"
    if slug in DECISIONS:
        clocking.finish(record, clocking.SERVICE, on=day, by=by, now=now, note=note)
    if key := STARTS.get(slug):
        clocking.start(record, key, day, by=by, now=now, note=note)


def _note(delivery: Delivery, verb: str, by: User, now: datetime) -> None:
    detail = {"paper": str(delivery.paper_id), "way": delivery.way, "outcome": delivery.outcome}
    audit.record(
        by=by, verb=verb, on=("documents.delivery", str(delivery.pk), str(delivery.paper)), at=now, detail=detail,
        bureau_code=delivery.bureau_code, area_code=delivery.area_code,
    )  # fmt: skip
