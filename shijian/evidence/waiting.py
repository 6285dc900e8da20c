"""What the desk shows of this module."""

from datetime import date

from django.urls import reverse
from django.utils.timezone import now

from shijian.accounts.models import User
from shijian.core.desk import Section, Task

from . import queries
from .models import Good, Item
from .permissions import EVIDENCE_VIEW

SHOWN = 6


def handovers(user: User, today: date) -> Section | None:
    """Evidence and goods handed over to this person, to be taken or refused."""
    if not user.may(EVIDENCE_VIEW):
        return None
    address = reverse("evidence:custody")
    tasks = [
        Task(f"{entry.item or entry.good}", f"{entry.by} 移交，请核对后接收或退回", address)
        for entry in queries.waiting_for(user)
    ]
    return Section("证据待接收", tasks[:SHOWN], address, len(tasks)) if tasks else None


def alarms(user: User, today: date) -> Section | None:
    """What this person answers for and is not in order: a hand-over nobody took, a chain of custody with a gap."""
    if not user.may(EVIDENCE_VIEW):
        return None
    tasks = [
        Task(
            f"{entry.item or entry.good}",
            f"移交给 {entry.to} 后无人接收，仍由您保管，请催收或撤回",
            _address(entry.item or entry.good),
        )
        for entry in queries.unanswered(user, now=now())
    ]
    tasks += [Task(f"{thing}", "保管链有缺口，请立即核对并报告", _address(thing)) for thing in queries.gaps(user)]
    return Section("保管链告警", tasks[:SHOWN], reverse("evidence:custody"), len(tasks)) if tasks else None


def _address(thing: Item | Good | None) -> str:
    if isinstance(thing, Good):
        return reverse("evidence:good", args=[thing.label])
    return reverse("evidence:item", args=[thing.pk]) if thing else reverse("evidence:custody")
