from django.db import models
from django.db.models import Q

from shijian.accounts.models import User


class Rung(models.Model):
    """A rung of the ladder of reminders: told with so many working days left. Rows without a bureau came with the product."""

    bureau_code = models.CharField("局代码", max_length=12, blank=True, default="")
    days_left = models.SmallIntegerField("剩余工作日")
    name = models.CharField("名称", max_length=30)
    levels_up = models.PositiveSmallIntegerField("向上级数", default=0)
    since = models.DateTimeField("启用时间", null=True)
    until = models.DateTimeField("停用时间", null=True)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="修改人")

    class Meta:
        verbose_name = "时限提醒阶梯"
        ordering = ["-days_left"]
        constraints = [
            models.UniqueConstraint(
                fields=["bureau_code", "days_left"], condition=Q(until=None), name="rung_one_a_day"
            ),
            models.CheckConstraint(condition=Q(days_left__range=(-60, 60), levels_up__lte=9), name="rung_within_reach"),
        ]

    def __str__(self) -> str:
        return f"{self.days_left} {self.name}"
