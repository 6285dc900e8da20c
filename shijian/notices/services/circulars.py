"""Circulars (通知通报): sent once to people of the sender's reach, read and confirmed one by one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from shijian.accounts.models import Unit, User
from shijian.audit import services as audit
from shijian.core import files
from shijian.core.deadlines import day_of
from shijian.core.errors import Refused
from shijian.core.inserts import insert

from ..choices import CircularKind, Verb
from ..models import Attachment, Circular, Receipt
from ..permissions import CIRCULAR_SEND
from .inbox import notify


class NobodyReached(Refused):
    code = "notices.nobody_reached"


class NotSender(Refused):
    code = "notices.not_sender"


class AlreadyWithdrawn(Refused):
    code = "notices.already_withdrawn"


class RemindedToday(Refused):
    code = "notices.reminded_today"


class ConfirmedAlready(Refused):
    code = "notices.nothing_to_confirm"


class DayPast(Refused):
    code = "notices.day_past"


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be sent. `units` reach the units below them as well; no `kinds` means everybody there."""

    title: str
    text: str
    units: Sequence[Unit]
    kinds: Sequence[str] = ()
    kind: str = CircularKind.NOTIFICATION
    must_confirm: bool = False
    confirm_by: date | None = None
    uploads: Sequence[Any] = field(default=())


def addressees(sender: User, units: Sequence[Unit], kinds: Sequence[str] = ()) -> QuerySet[User]:
    """Active people of these units and those below, as far as the sender's reach for sending goes; never himself."""
    chosen = Q(pk__in=[])
    for unit in units:
        chosen |= Q(unit__path__startswith=unit.path)
    people = User.objects.filter(sender.scope(CIRCULAR_SEND).unit_q("unit__path"), chosen, is_active=True)
    if kinds:
        people = people.filter(kind__in=kinds)
    return people.exclude(pk=sender.pk).select_related("unit").order_by("unit__path", "employee_no")


@transaction.atomic
def send(draft: Draft, *, by: User, now: datetime, key: UUID | None = None) -> Circular:
    """Send, once: the same `key` a second time gives back what was sent. Everybody reached gets a notice.

    Raises NobodyReached, DayPast, and what `files.store` refuses.
    """
    if key and (sent := Circular.objects.filter(pk=key, by=by).first()):
        return sent
    if draft.confirm_by and draft.confirm_by < day_of(now):
        raise DayPast("确认期限不能早于今天。")
    people = list(addressees(by, draft.units, draft.kinds))
    if not people:
        raise NobodyReached("所选范围内没有启用的人员，请重新选择机构或人员类别。")
    circular = Circular(
        bureau_code=by.bureau_code,
        by=by,
        kind=draft.kind,
        title=draft.title,
        text=draft.text,
        sent_to="、".join(unit.name for unit in draft.units)[:300],
        must_confirm=draft.must_confirm,
        confirm_by=draft.confirm_by if draft.must_confirm else None,
        sent_at=now,
    )
    if key:
        circular.pk = key
    circular.save(force_insert=True)
    for upload in draft.uploads:
        stored = files.store(upload, now=now)
        Attachment.objects.create(circular=circular, file=stored, name=files.safe_name(upload.name))
    insert([Receipt(circular=circular, to=person) for person in people])
    _tell(circular, people, circular.title, now)
    _record(Verb.SENT, circular, by, now, people=len(people))
    return circular


@transaction.atomic
def open_circular(circular: Circular, *, by: User, now: datetime) -> None:
    """Whoever is addressed and opens it has read it from now on; the notice in his inbox too."""
    Receipt.objects.filter(circular=circular, to=by, read_at=None).update(read_at=now)
    by.notices.filter(link=_address(circular), read_at=None).update(read_at=now)


@transaction.atomic
def confirm(circular: Circular, *, by: User, now: datetime) -> None:
    """Confirm receipt where it is asked for. Raises ConfirmedAlready."""
    mine = Receipt.objects.filter(circular=circular, to=by, confirmed_at=None)
    asked = mine.filter(circular__must_confirm=True, circular__withdrawn_at=None)
    if not asked.update(confirmed_at=now, read_at=Coalesce("read_at", Value(now))):
        raise ConfirmedAlready("这份通知不需要确认，或者您已经确认。")
    _record(Verb.CONFIRMED, circular, by, now)


@transaction.atomic
def remind(circular: Circular, *, by: User, now: datetime) -> int:
    """Remind those who have not read or, where asked, not confirmed: once a day. How many were reminded."""
    held = _own(circular, by)
    if held.reminded_at and day_of(held.reminded_at) == day_of(now):
        raise RemindedToday("今天已经催读过一次，请明天再催。")
    missing = Q(confirmed_at=None) if held.must_confirm else Q(read_at=None)
    people = [receipt.to for receipt in held.receipts.filter(missing).select_related("to")]
    _tell(held, people, f"请阅读：{held.title}", now)
    held.reminded_at = now
    held.save(update_fields=["reminded_at"])
    _record(Verb.REMINDED, held, by, now, people=len(people))
    return len(people)


@transaction.atomic
def withdraw(circular: Circular, *, reason: str, by: User, now: datetime) -> None:
    """Take back what was sent in error: the text goes, the fact, the reason and who had read it stay."""
    held = _own(circular, by)
    held.withdrawn_at, held.withdrawal = now, reason
    held.save(update_fields=["withdrawn_at", "withdrawal"])
    readers = [receipt.to for receipt in held.receipts.exclude(read_at=None).select_related("to")]
    _tell(held, readers, f"已撤回：{held.title}", now)
    _record(Verb.WITHDRAWN, held, by, now, reason=reason)


def _own(circular: Circular, by: User) -> Circular:
    held = Circular.objects.select_for_update().get(pk=circular.pk)
    if held.by_id != by.pk:
        raise NotSender("只有发送人可以催读、撤回。")
    if held.withdrawn_at:
        raise AlreadyWithdrawn("这份通知已经撤回。")
    return held


def _tell(circular: Circular, people: Sequence[User], title: str, now: datetime) -> None:
    body = f"请于 {circular.confirm_by:%Y-%m-%d} 前确认收到。" if circular.confirm_by else ""
    link = _address(circular)
    notify(people, kind="circular", title=title, body=body, link=link, at=now, bureau_code=circular.bureau_code)


def _address(circular: Circular) -> str:
    return reverse("notices:circular", args=[circular.pk])


def _record(verb: str, circular: Circular, by: User, now: datetime, **detail: Any) -> None:
    audit.record(by=by, verb=verb, on=circular, at=now, detail=detail, bureau_code=circular.bureau_code)
