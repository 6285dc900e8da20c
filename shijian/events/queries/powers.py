"""Events as uses of a power, for the power run trace (权力运行) of the law library."""

from django.urls import reverse
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.laws.hooks import Question, Run, Runs

from ..models import Kind
from ..permissions import EVENT_VIEW
from .door import visible_to

SHOWN = 50
MOST = 1_000


def runs(user: User, question: Question) -> Runs | None:
    """Events of the year whose matter rests on an article of the power."""
    if not user.may(EVENT_VIEW):
        return None
    kinds = dict(Kind.objects.filter(bureau_code__in=["", user.bureau_code]).values_list("pk", "basis"))
    resting = question.among(set(kinds.values()))
    rows = visible_to(user).filter(kind__in=[key for key, basis in kinds.items() if basis in resting])
    rows = rows.filter(reported_at__date__gte=question.since, reported_at__date__lt=question.until)
    newest = rows.select_related("kind", "handler", "entity").order_by("-reported_at")[:SHOWN]
    made = [
        Run(
            row.number,
            f"{row.kind.name}{f'，{row.entity.name}' if row.entity else ''}",
            localdate(row.reported_at),
            row.handler.name if row.handler else "",
            row.get_state_display(),
            reverse("events:event", args=[row.number]),
        )
        for row in newest
    ]
    return Runs("事件", len(made) if len(made) < SHOWN else rows.order_by()[:MOST].count(), made)
