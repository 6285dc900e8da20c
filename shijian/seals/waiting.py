"""What the desk shows of this module: uses to decide, uses to carry out."""

from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localtime

from shijian.accounts.models import User
from shijian.core.desk import Section, Task

from .choices import UseState
from .models import Use
from .permissions import USE_APPROVE, USE_STAMP

SHOWN = 6


def uses(user: User, today: date) -> Section | None:
    """Applications this person may decide, never his own, and approved ones for the seals he keeps; the oldest first."""
    if not user.may(USE_APPROVE) and not user.may(USE_STAMP):
        return None
    mine = Q(pk=None)
    if user.may(USE_APPROVE):
        mine |= user.scope(USE_APPROVE).area_q() & Q(state=UseState.APPLIED) & ~Q(applied_by__in=user.hats)
    if user.may(USE_STAMP):
        mine |= Q(state=UseState.APPROVED) & (Q(seal__keeper=user) | Q(seal__deputy=user))
    rows = Use.objects.filter(mine, state__in=[UseState.APPLIED, UseState.APPROVED], bureau_code=user.bureau_code)
    tasks = [
        Task(
            f"{use.title}" + (f" {use.subject}" if use.subject else ""),
            f"{use.seal} · {use.get_state_display()} · {use.applied_by.name} {localtime(use.applied_at):%m-%d %H:%M} 申请",
            reverse("seals:use", args=[use.pk]),
        )
        for use in rows.select_related("seal", "applied_by").order_by("applied_at")[:50]
    ]
    return Section("用印", tasks[:SHOWN], reverse("seals:uses"), len(tasks)) if tasks else None
