"""Settings the five prohibitions (五个不得) are asked of."""

from django.urls import reverse

from shijian.core.burden import Setting

from ..choices import TaskState
from ..models import GridTask, Milestone, RoutineDuty


def settings_of(bureau_code: str) -> list[Setting]:
    """Duties, plan and open tasks: what the bureau asks of its people, for the check against the five prohibitions."""
    duties = RoutineDuty.objects.filter(bureau_code=bureau_code, is_active=True)
    plan = Milestone.objects.filter(bureau_code=bureau_code, done_on=None)
    tasks = GridTask.objects.filter(bureau_code=bureau_code, state=TaskState.OPEN)
    return [
        *(Setting("日常职责", row.title, row.detail, reverse("grid:duty", args=[row.pk])) for row in duties),
        *(Setting("实施计划", row.title, row.stage, reverse("grid:plan")) for row in plan),
        *(Setting("交办事项", row.title, "", reverse("grid:task", args=[row.pk])) for row in tasks),
    ]
