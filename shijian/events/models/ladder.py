from django.db import models
from django.db.models import Q

from shijian.accounts.models import User


class LadderRung(models.Model):
    """A rung of the ladder of reminders, from a moment on. Rows without a bureau came with the product."""

    bureau_code = models.CharField("局代码", max_length=12, blank=True, default="")
    share_percent = models.PositiveSmallIntegerField("用去期限的比例（%）")
    name = models.CharField("名称", max_length=30)
    levels_up = models.PositiveSmallIntegerField("向上级数", default=0)
    since = models.DateTimeField("启用时间", null=True)
    until = models.DateTimeField("停用时间", null=True)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="修改人")

    class Meta:
        verbose_name = "提醒阶梯"
        ordering = ["share_percent"]
        constraints = [
            models.UniqueConstraint(
                fields=["bureau_code", "share_percent"], condition=Q(until=None), name="ladder_one_rung_a_share"
            ),
            models.CheckConstraint(
                condition=Q(share_percent__range=(1, 1000), levels_up__lte=9), name="ladder_within_reach"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.share_percent}% {self.name}"
