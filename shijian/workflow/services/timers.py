"""Times that have come: the sweep asks the column, not the engine of every instance."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from shijian.accounts.services.clockwork import clockwork

from ..choices import Act, InstanceState
from ..models import Instance
from .steps import begin

SWEEP = 500


def fire_due(*, now: datetime) -> int:
    """Move every instance on whose next time has come; each in its own transaction."""
    rows = Instance.objects.filter(state=InstanceState.RUNNING, due__lte=now).order_by("due")
    return sum(_fire(key, code, now=now) for key, code in list(rows.values_list("pk", "bureau_code")[:SWEEP]))


@transaction.atomic
def _fire(key: UUID, bureau_code: str, *, now: datetime) -> bool:
    current = Instance.objects.select_for_update(no_key=True).filter(pk=key, state=InstanceState.RUNNING, due__lte=now)
    if not current.exists():
        return False
    doing = begin(key, by=clockwork(bureau_code), now=now)
    names = [node.title for due, node in doing.run.timers() if due <= now]
    doing.run.settle()
    doing.advance()
    doing.keep(Act.TIMER, text="、".join(names))
    return True
