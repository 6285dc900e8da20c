from django.db import models

from shijian.accounts.models import Unit, User
from shijian.core.ids import new_id
from shijian.core.scope import ScopedQuerySet

from ..choices import NodeStatus
from .level import Level


class NodeQuerySet(ScopedQuerySet["Node"]):
    def approved(self) -> "NodeQuerySet":
        return self.filter(status=NodeStatus.APPROVED)


class Node(models.Model):
    """An area, unit or grid. Its code is proposed by the station, approved by the grid office and never reused."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bureau_code = models.CharField("局代码", max_length=12)
    area_code = models.CharField("编码", max_length=12, blank=True)
    name = models.CharField("名称", max_length=60)
    level = models.ForeignKey(Level, models.PROTECT, related_name="nodes", verbose_name="层级")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="nodes", verbose_name="管理机构")
    status = models.CharField("状态", max_length=10, choices=NodeStatus, default=NodeStatus.PROPOSED)
    extent_text = models.TextField("四至", blank=True, default="")
    duties_text = models.TextField("职责（定责）", blank=True, default="")
    flow_text = models.TextField("流程（定流程）", blank=True, default="")
    rules_text = models.TextField("规章（定规章）", blank=True, default="")
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="提出人")
    proposed_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="审定人")
    decided_at = models.DateTimeField("审定时间", null=True)
    decision_note = models.CharField("审定意见", max_length=200, blank=True, default="")

    objects = NodeQuerySet.as_manager()

    class Meta:
        verbose_name = "网格"
        ordering = ["bureau_code", "area_code"]
        constraints = [
            models.UniqueConstraint(
                fields=["bureau_code", "area_code"], name="node_code_once", violation_error_message="该编码已被使用。"
            )
        ]

    def __str__(self) -> str:
        return f"{self.area_code} {self.name}".strip()

    @property
    def code(self) -> str:
        return self.area_code
