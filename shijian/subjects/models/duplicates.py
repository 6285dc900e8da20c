from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from shijian.accounts.models import User

from ..choices import Likeness, PairState
from .entity import Entity


class Pair(models.Model):
    """Two entities that may be one. Proposed by a job, decided once by a person; "not the same" is remembered."""

    bureau_code = models.CharField("局代码", max_length=12)
    first = models.ForeignKey(Entity, models.CASCADE, related_name="+", verbose_name="甲")
    second = models.ForeignKey(Entity, models.CASCADE, related_name="+", verbose_name="乙")
    reasons = ArrayField(models.CharField(max_length=16, choices=Likeness), verbose_name="理由")
    state = models.CharField("状态", max_length=10, choices=PairState, default=PairState.PROPOSED)
    found_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="决定人")
    decided_at = models.DateTimeField("决定时间", null=True)

    class Meta:
        verbose_name = "疑似重复"
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="pair_in_order"),
        ]
        indexes = [models.Index(fields=["bureau_code", "state", "-id"], name="pair_by_state")]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"

    @property
    def reason_names(self) -> list[str]:
        return [str(Likeness(reason).label) for reason in self.reasons]


class Merger(models.Model):
    """One entity's record taken into another's: both stay, one is shown. Undone by giving back what was taken."""

    kept = models.ForeignKey(Entity, models.PROTECT, related_name="mergers", verbose_name="保留")
    absorbed = models.ForeignKey(Entity, models.PROTECT, related_name="absorptions", verbose_name="并入")
    reason = models.CharField("理由", max_length=200)
    taken = models.JSONField("取自并入方的值", default=dict)  # field: [before, after] of the kept entity
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="经办人")
    at = models.DateTimeField("时间")
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="撤销人")
    undone_at = models.DateTimeField("撤销时间", null=True)

    class Meta:
        verbose_name = "主体合并"
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["absorbed"], condition=Q(undone_at=None), name="absorbed_once"),
            models.CheckConstraint(condition=~Q(kept=F("absorbed")), name="merged_with_another"),
        ]

    def __str__(self) -> str:
        return f"{self.absorbed_id} → {self.kept_id}"
