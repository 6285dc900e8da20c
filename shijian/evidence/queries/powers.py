"""Preservation and coercive measures as uses of a power, for the power run trace (权力运行) of the law library."""

from django.urls import reverse
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.laws.hooks import Question, Run, Runs

from ..permissions import EVIDENCE_VIEW
from .door import measures_visible_to

SHOWN = 50


def runs(user: User, question: Question) -> Runs | None:
    """Measures applied for in the year on an article of the power."""
    if not user.may(EVIDENCE_VIEW):
        return None
    rows = measures_visible_to(user).filter(applied_at__date__gte=question.since, applied_at__date__lt=question.until)
    resting = question.among(set(rows.order_by().values_list("basis", flat=True).distinct()))
    if not resting:
        return Runs("保存和强制措施", 0, [])
    rows = rows.filter(basis__in=resting)
    made = [
        Run(
            row.number,
            f"{row.get_kind_display()}，{row.party_name}",
            localdate(row.applied_at),
            row.officer.name,
            row.get_state_display(),
            reverse("evidence:measure", args=[row.pk]),
        )
        for row in rows.select_related("officer").order_by("-applied_at")[:SHOWN]
    ]
    return Runs("保存和强制措施", len(made) if len(made) < SHOWN else rows.order_by().count(), made)
