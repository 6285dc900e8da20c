from django.db import models
from django.db.models import Q

from shijian.accounts.models import Unit, User
from shijian.core.ids import new_id
from shijian.core.scope import ScopedQuerySet

from ..choices import TaskKind, TaskState
from .event import Event


class FieldTask(models.Model):
    """执法任务: enforcement people go out under a registered number, or not at all (E-13)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField("任务编号", max_length=24)
    bureau_code = models.CharField("局代码", max_length=12)
    area_code = models.CharField("网格编码", max_length=12, blank=True, default="")
    kind = models.CharField("任务种类", max_length=12, choices=TaskKind)
    title = models.CharField("任务", max_length=200)
    place = models.CharField("地点", max_length=200, blank=True, default="")
    basis = models.CharField("依据", max_length=200, blank=True, default="")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="执行单位")
    officers = models.ManyToManyField(User, related_name="field_tasks", verbose_name="执行人员")
    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="tasks", verbose_name="事件")
    begins_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    state = models.CharField("状态", max_length=12, choices=TaskState, default=TaskState.REGISTERED)
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    registered_at = models.DateTimeField("登记时间")
    started_at = models.DateTimeField("开始时间", null=True)
    ended_at = models.DateTimeField("结束时间", null=True)
    result = models.CharField("结果", max_length=2000, blank=True, default="")

    objects = ScopedQuerySet["FieldTask"].as_manager()

    class Meta:
        verbose_name = "执法任务"
        ordering = ["-registered_at"]
        constraints = [
            models.UniqueConstraint(fields=["bureau_code", "number"], name="field_task_number_once"),
            models.CheckConstraint(condition=~Q(number=""), name="field_task_has_number"),
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("begins_on")), name="field_task_days_in_order"),
            models.UniqueConstraint(
                fields=["event"],
                condition=Q(state__in=[TaskState.REGISTERED, TaskState.RUNNING]),
                name="field_task_one_open_per_event",
            ),
            models.CheckConstraint(
                condition=Q(state=TaskState.REGISTERED, started_at=None, ended_at=None)
                | Q(state=TaskState.RUNNING, started_at__isnull=False, ended_at=None)
                | Q(state=TaskState.DONE, started_at__isnull=False, ended_at__isnull=False) & ~Q(result="")
                | Q(state=TaskState.CANCELLED, ended_at__isnull=False) & ~Q(result=""),
                name="field_task_runs_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["bureau_code", "-registered_at"], name="field_task_by_time"),
            models.Index(fields=["bureau_code", "area_code", "-registered_at"], name="field_task_by_area"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
