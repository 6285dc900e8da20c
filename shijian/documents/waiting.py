"""What the desk and the one search show of this module."""

from datetime import date

from django.db.models import Q
from django.urls import reverse

from shijian.accounts.models import User
from shijian.core.desk import Hits, Section, Task

from . import queries
from .choices import State
from .permissions import PAPER_VIEW, PAPER_WRITE

SHOWN = 6


def drafts(user: User, today: date) -> Section | None:
    """The person's own drafts, the one last worked on first."""
    if not user.may(PAPER_WRITE):
        return None
    rows = queries.visible_to(user).filter(drafted_by__in=user.hats, state=State.DRAFT).order_by("-changed_at")[:50]
    tasks = [
        Task(
            f"{row.form_version.name} · {row.record_number}",
            f"{row.record_title} · 草稿，请填写后送审",
            reverse("documents:paper", args=[row.pk]),
        )
        for row in rows
    ]
    address = f"{reverse('documents:list')}?state={State.DRAFT}"
    return Section("文书草稿", tasks[:SHOWN], address, len(tasks)) if tasks else None


def found(user: User, text: str) -> Hits | None:
    """Papers by number, by the record they belong to, by the form's name."""
    if not user.may(PAPER_VIEW):
        return None
    named = Q(number__contains=text) | Q(record_number__contains=text) | Q(record_title__contains=text)
    papers = queries.visible_to(user).filter(named | Q(form_version__name__contains=text)).order_by("-drafted_at")
    rows = [
        (
            f"{paper.form_version.name} {paper.number}",
            f"{paper.record_number} {paper.record_title}",
            reverse("documents:paper", args=[paper.pk]),
        )
        for paper in papers[:8]
    ]
    return Hits("执法文书", rows, f"{reverse('documents:list')}?q={text}")
