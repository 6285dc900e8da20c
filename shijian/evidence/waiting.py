"""What the desk shows of this module."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils.timezone import now

from shijian.accounts.models import User
from shijian.core.desk import Section, Task

from . import queries
from .models import Good, Item
from .permissions import EVIDENCE_VIEW
from .rules.custody import PENDING_HOURS

SHOWN = 6


def handovers(user: User, today: date) -> list[Section] | None:
    """Things handed over to this person, to be taken or refused; and what he handed over and nobody took in time."""
    if not user.may(EVIDENCE_VIEW):
        return None
    address = reverse("evidence:custody")
    overdue = now() - timedelta(hours=PENDING_HOURS)
    coming, left = [], []
    for entry in queries.handovers_of(user):
        thing = entry.item or entry.good
        if entry.to_id == user.pk:
            coming.append(Task(f"{thing}", f"{entry.by} 移交，请核对后接收或退回", address))
        elif entry.at < overdue:
            left.append(Task(f"{thing}", f"移交给 {entry.to} 后无人接收，仍由您保管，请催收或撤回", _address(thing)))
    return [
        Section("证据待接收", coming[:SHOWN], address, len(coming)),
        Section("移交无人接收", left[:SHOWN], address, len(left)),
    ]


def _address(thing: Item | Good | None) -> str:
    if isinstance(thing, Good):
        return reverse("evidence:good", args=[thing.label])
    return reverse("evidence:item", args=[thing.pk]) if thing else reverse("evidence:custody")
