"""违法线索移交: an offence found in daily supervision goes to who investigates it; both sides keep the link (E-09)."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import localdate

from shijian.accounts.models import Unit, User
from shijian.audit import services as audit
from shijian.core import deadlines
from shijian.core.errors import Refused
from shijian.core.numbering import next_number
from shijian.core.records import Record
from shijian.notices import services as notices

from .. import queries
from ..choices import LeadState, Verb
from ..models import Lead
from ..permissions import LEAD_SEND

LIMIT = "clue_verification"


class AlreadyHandedOver(Refused):
    code = "events.lead_already_sent"


class NotForYou(Refused):
    code = "events.lead_not_for_you"


class LeadSettled(Refused):
    code = "events.lead_settled"


class ReasonNeeded(Refused):
    code = "events.lead_reason_needed"


class WrongDay(Refused):
    code = "events.lead_wrong_day"


@transaction.atomic
def send_lead(
    record: Record,
    *,
    suspected: str,
    facts_text: str,
    party: str = "",
    found_on: date,
    to_unit: Unit,
    by: User,
    now: datetime,
) -> Lead:
    """Hand an offence found at a record to a unit. The fifteen working days for checking it run from the day it was found.

    市场监督管理行政处罚程序规定 (2025) art. 18 (`clue_verification`). Raises AlreadyHandedOver, WrongDay, NotForYou.
    """
    if not by.may(LEAD_SEND, record):
        raise NotForYou("您没有在这里移交违法线索的权限。")
    if found_on > localdate(now):
        raise WrongDay("发现日期不能晚于今天。")
    if to_unit.bureau_code != record.bureau_code:
        raise NotForYou("只能移交给本局的单位；其他部门请用“移送其他部门”。")
    deadline = deadlines.compute(LIMIT, found_on)
    year = localdate(now).year
    number = next_number(name="lead", bureau_code=record.bureau_code, year=year)
    try:
        with transaction.atomic():
            lead = Lead.objects.create(
                number=f"XS{year}-{number:05d}", bureau_code=record.bureau_code, area_code=record.area_code, record_kind=record.kind,
                record_id=record.id, record_number=record.number[:60], record_title=record.title[:200], party=party[:200],
                suspected=suspected, facts_text=facts_text, found_on=found_on, to_unit=to_unit, due_on=deadline.due,
                limit_text=deadlines.limit(LIMIT, on=found_on).citation[:200], sent_by=by, sent_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        raise AlreadyHandedOver("这条记录的违法线索已经移交，办理情况见下方。被退回后可以再次移交。") from error
    _record(Verb.LEAD_SENT, lead, by, now, record=record.number, unit=to_unit.name)
    _tell(queries.receivers_of(lead), lead, "有违法线索待接收", now)
    return lead


@transaction.atomic
def accept_lead(lead: Lead, *, note: str = "", by: User, now: datetime) -> Lead:
    """The unit takes it on as a source of cases."""
    return _decide(lead, LeadState.ACCEPTED, Verb.LEAD_ACCEPTED, note, by, now)


@transaction.atomic
def return_lead(lead: Lead, *, note: str, by: User, now: datetime) -> Lead:
    """Back to who sent it, with the reason; it may be completed and handed over again."""
    if not note.strip():
        raise ReasonNeeded("退回须写明理由，如：管辖不符、材料不全及应补什么。")
    return _decide(lead, LeadState.RETURNED, Verb.LEAD_RETURNED, note, by, now)


def _decide(lead: Lead, state: str, verb: str, note: str, by: User, now: datetime) -> Lead:
    lead = (
        Lead.objects.select_for_update(no_key=True, of=("self",)).select_related("to_unit", "sent_by").get(pk=lead.pk)
    )
    if lead.state != LeadState.SENT:
        raise LeadSettled(f"这条线索{lead.get_state_display()}，不能再次处理。")
    if not queries.may_receive(by, lead):
        raise NotForYou(f"这条线索由{lead.to_unit}接收。")
    if lead.sent_by_id in {by.pk, *by.hats}:
        raise NotForYou("移交人不能接收自己移交的线索，请由接收单位的另一名人员办理。")
    lead.state, lead.decided_by, lead.decided_at, lead.note = state, by, now, note.strip()
    lead.save(update_fields=["state", "decided_by", "decided_at", "note"])
    _record(verb, lead, by, now, note=bool(lead.note))
    _tell([lead.sent_by], lead, f"线索{lead.get_state_display()}", now)
    return lead


def _tell(people: Any, lead: Lead, title: str, now: datetime) -> None:
    link = reverse("events:lead", args=[lead.pk])
    body = f"{lead.number} {lead.suspected}，核查期限 {lead.due_on}"
    notices.notify(people, kind="events.lead", title=title, body=body, link=link, at=now, bureau_code=lead.bureau_code)


def _record(verb: str, lead: Lead, by: User, now: datetime, **detail: Any) -> None:
    audit.record(
        by=by, verb=verb, on=("events.lead", str(lead.pk), lead.number), at=now, detail=detail, bureau_code=lead.bureau_code,
        area_code=lead.area_code,
    )  # fmt: skip
