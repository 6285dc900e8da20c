"""Papers as uses of a power, and their names in the lists of powers, for the law library."""

from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.laws.hooks import Question, Run, Runs

from ..choices import State
from ..permissions import PAPER_VIEW
from .forms import current_forms
from .papers import visible_to

SHOWN = 50
MOST = 1_000


def runs(user: User, question: Question) -> Runs | None:
    """Papers of the year that name an article of the power; void ones are left out."""
    if not user.may(PAPER_VIEW):
        return None
    named = Q()
    for label in question.labels:
        named |= Q(text__contains=label)
    rows = visible_to(user).filter(named).exclude(state=State.VOID)
    rows = rows.filter(drafted_at__date__gte=question.since, drafted_at__date__lt=question.until)
    made = [
        Run(
            row.number or row.form_version.name,
            f"{row.form_version.name}，{row.record_title}" if row.number else row.record_title,
            localdate(row.drafted_at),
            row.drafted_by.name,
            row.get_state_display(),
            reverse("documents:paper", args=[row.pk]),
        )
        for row in rows.defer("data", "offered", "text").order_by("-drafted_at")[:SHOWN]
    ]
    return Runs("执法文书", len(made) if len(made) < SHOWN else rows.order_by()[:MOST].count(), made)


def addresses(names: set[str]) -> dict[str, str]:
    """The form page of each paper a list names; 立案审批表 finds 立案/不予立案审批表."""
    forms = current_forms(localdate(), "").values_list("name", "form__slug")
    found: dict[str, str] = {}
    for name in names:
        for title, slug in forms:
            if name in {title, title.replace("立案/不予立案", "立案")}:
                found[name] = reverse("documents:form", args=[slug])
                break
    return found
