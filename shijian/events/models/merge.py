from django.db import models
from django.db.models import F, Q

from shijian.accounts.models import User

from .event import Event


class Merge(models.Model):
    """One event found to be the same matter as another; undone rather than deleted."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="merges", verbose_name="重复事件")
    main = models.ForeignKey(Event, models.PROTECT, related_name="+", verbose_name="主事件")
    state_before = models.CharField("并入前状态", max_length=12)
    reason = models.CharField("理由", max_length=1000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="合并人")
    at = models.DateTimeField("合并时间")
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="撤销人")
    undone_at = models.DateTimeField("撤销时间", null=True)

    class Meta:
        verbose_name = "合并"
        constraints = [
            models.UniqueConstraint(fields=["event"], condition=Q(undone_at=None), name="merge_once"),
            models.CheckConstraint(condition=~Q(event=F("main")), name="merge_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.event} → {self.main}"
