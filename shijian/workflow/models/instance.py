from django.db import models
from django.db.models import Q

from shijian.accounts.models import User
from shijian.core.ids import new_id
from shijian.core.scope import ScopedQuerySet

from ..choices import InstanceState
from .process import ProcessVersion


class Instance(models.Model):
    """One run of a process for one record, on the version in use when it began.

    `engine` is the state of the engine without the diagram; `due` is when its next timer fires.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(ProcessVersion, models.PROTECT, related_name="instances", verbose_name="流程版本")
    record_kind = models.CharField("业务种类", max_length=20)
    record_id = models.UUIDField("业务")
    record_number = models.CharField("业务编号", max_length=60)
    record_title = models.CharField("业务名称", max_length=200)
    record_url = models.CharField(max_length=200)
    bureau_code = models.CharField("局代码", max_length=12)
    area_code = models.CharField("网格编码", max_length=12, blank=True, default="")
    state = models.CharField("状态", max_length=12, choices=InstanceState, default=InstanceState.RUNNING)
    engine = models.JSONField(editable=False)
    due = models.DateTimeField("下一个定时", null=True)
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="发起人")
    started_at = models.DateTimeField("发起时间")
    ended_at = models.DateTimeField("结束时间", null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "流程实例"
        ordering = ["-started_at"]
        indexes = [
            models.Index(fields=["record_kind", "record_id"], name="instance_by_record"),
            models.Index(fields=["started_by", "-started_at"], name="instance_by_starter"),
            models.Index(fields=["version"], condition=Q(state="running"), name="instance_running"),
            models.Index(fields=["due"], condition=Q(state="running"), name="instance_timer"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running") ^ Q(ended_at__isnull=False), name="instance_over_has_end"
            )
        ]

    def __str__(self) -> str:
        return f"{self.record_number} {self.version.process.name}"
