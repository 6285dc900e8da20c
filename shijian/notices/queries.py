"""Reads of circulars: the sender's and the addressees', nobody else's."""

from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.timezone import localdate

from shijian.accounts.models import Unit, User
from shijian.core.desk import Section, Task

from .models import Circular, Receipt
from .permissions import CIRCULAR_SEND


def circulars_by(user: User) -> QuerySet[Circular]:
    """What a person sent, with how many were reached, have read and have confirmed."""
    return Circular.objects.filter(by=user).annotate(
        reached=Count("receipts"),
        read=Count("receipts", filter=Q(receipts__read_at__isnull=False)),
        confirmed=Count("receipts", filter=Q(receipts__confirmed_at__isnull=False)),
    )


def circular_for(user: User, key: Any) -> tuple[Circular, Receipt | None]:
    """The circular and the reader's own receipt (None for the sender); 404 for anybody else."""
    circular = Circular.objects.select_related("by__unit").filter(pk=key).first()
    receipt = Receipt.objects.filter(circular_id=key, to=user).first()
    if circular is None or (receipt is None and circular.by_id != user.pk):
        raise Http404
    return circular, receipt


def receipts_of(circular: Circular) -> QuerySet[Receipt]:
    """Those who have not read first, by unit."""
    rows = circular.receipts.select_related("to__unit")
    return rows.order_by("confirmed_at" if circular.must_confirm else "read_at", "to__unit__path", "to__employee_no")


def units_reached_by(user: User) -> QuerySet[Unit]:
    """Units a person may send to."""
    return Unit.objects.filter(user.scope(CIRCULAR_SEND).unit_q("path")).order_by("path")


def to_confirm(user: User, today: date) -> Section | None:
    """For the desk: circulars whose receipt the person has still to confirm, the earliest day first."""
    rows = Receipt.objects.filter(
        to=user, confirmed_at=None, circular__must_confirm=True, circular__withdrawn_at=None
    ).select_related("circular__by")
    rows = rows.order_by(F("circular__confirm_by").asc(nulls_last=True), "circular__sent_at")[:12]
    tasks = [
        Task(
            row.circular.title,
            f"{row.circular.by.name} {localdate(row.circular.sent_at):%m-%d} 发送 · 请阅读并确认收到",
            reverse("notices:circular", args=[row.circular_id]),
            row.circular.confirm_by,
        )
        for row in rows
    ]
    return Section("待确认的通知", tasks, reverse("notices:inbox"), len(tasks)) if tasks else None
