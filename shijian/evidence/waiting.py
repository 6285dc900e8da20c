"""What the desk shows of this module."""

from datetime import date

from django.urls import reverse

from shijian.accounts.models import User
from shijian.core.desk import Section, Task

from . import queries
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
