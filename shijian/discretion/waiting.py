"""What the desk and the one search show of this module."""

from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.core.desk import Hits, Section, Task

from . import queries
from .choices import State
from .permissions import BENCHMARK_APPROVE, BENCHMARK_VIEW

SHOWN = 6


def drafts(user: User, today: date) -> Section | None:
    """Benchmarks proposed by somebody else that wait for this person's decision."""
    if not user.may(BENCHMARK_APPROVE):
        return None
    rows = queries.visible(user.bureau_code).filter(state=State.SUBMITTED).exclude(proposed_by__in=user.hats)
    tasks = [
        Task(row.name, f"{row.proposed_by} 提出，请审定或退回", reverse("discretion:draft", args=[row.pk]))
        for row in rows.select_related("proposed_by").order_by("proposed_at")[:50]
    ]
    waiting = queries.standards_of(user.bureau_code).filter(state=State.SUBMITTED).exclude(proposed_by__in=user.hats)
    tasks += [
        Task(str(row), f"{row.proposed_by} 导入，请审定或退回", reverse("discretion:standard", args=[row.pk]))
        for row in waiting.order_by("proposed_at")[:50]
    ]
    return Section("裁量基准待审定", tasks[:SHOWN], reverse("discretion:drafts"), len(tasks)) if tasks else None


def found(user: User, text: str) -> Hits | None:
    """Violations by name or by the law they are against."""
    if not user.may(BENCHMARK_VIEW):
        return None
    named = Q(name__contains=text) | Q(law__contains=text)
    rows = queries.current(user.bureau_code, localdate()).filter(named).order_by("domain", "code")[:8]
    hits = [(row.name, f"{row.law}第{row.article}条", reverse("discretion:violation", args=[row.code])) for row in rows]
    return Hits("裁量基准", hits, f"{reverse('discretion:catalogue')}?q={text}")
