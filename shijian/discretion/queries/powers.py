"""Worksheets as uses of a power, for the power run trace (权力运行) of the law library."""

from django.urls import reverse
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.laws.hooks import Question, Run, Runs

from ..models import Worksheet
from ..permissions import BENCHMARK_VIEW
from ..rules.ranges import yuan
from .catalogue import visible

SHOWN = 50
MOST = 1_000


def runs(user: User, question: Question) -> Runs | None:
    """Worksheets of the year for violations whose benchmark rests on an article of the power."""
    if not user.may(BENCHMARK_VIEW):
        return None
    cited: dict[str, set[str]] = {}
    for code, law, article in visible(user.bureau_code).values_list("code", "law", "article").distinct().order_by():
        cited.setdefault(f"{law} {article}", set()).add(code)
    codes = {code for text in question.among(cited) for code in cited[text]}
    if not codes:
        return Runs("裁量计算单", 0, [])
    rows = Worksheet.objects.filter(
        bureau_code=user.bureau_code, violation__in=codes, at__date__gte=question.since, at__date__lt=question.until
    )
    made = [
        Run(
            row.number,
            f"{row.name}，{row.get_tier_display()}，拟处 {yuan(row.chosen)}",
            localdate(row.at),
            row.by.name,
            "",
            reverse("discretion:worksheet", args=[row.pk]),
        )
        for row in rows.select_related("by").order_by("-at")[:SHOWN]
    ]
    return Runs("裁量计算单", len(made) if len(made) < SHOWN else rows.order_by()[:MOST].count(), made)
