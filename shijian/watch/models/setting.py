from django.db import models
from django.db.models import Q

from shijian.accounts.models import User

from ..choices import Severity


class Setting(models.Model):
    """How a bureau runs a rule, from a moment on; the settings before stay on record."""

    bureau_code = models.CharField("局代码", max_length=12)
    rule = models.SlugField("规则", max_length=40)
    is_active = models.BooleanField("启用", default=True)
    severity = models.CharField("轻重", max_length=8, choices=Severity)
    numbers = models.JSONField("参数", default=dict, blank=True)
    since = models.DateTimeField("启用时间")
    until = models.DateTimeField("停用时间", null=True)
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="修改人")

    class Meta:
        verbose_name = "监察规则设置"
        ordering = ["-since"]
        constraints = [
            models.UniqueConstraint(fields=["bureau_code", "rule"], condition=Q(until=None), name="setting_one_a_rule"),
        ]

    def __str__(self) -> str:
        return self.rule


class Run(models.Model):
    """One pass over all rules of a bureau; a rule that failed is named, the others have run."""

    bureau_code = models.CharField("局代码", max_length=12)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="运行人")
    rules = models.PositiveSmallIntegerField("规则数")
    found = models.PositiveIntegerField("现有命中")
    new = models.PositiveIntegerField("新增")
    gone = models.PositiveIntegerField("消除")
    failed = models.JSONField("未能运行的规则", default=list)

    class Meta:
        verbose_name = "监察运行"
        ordering = ["-at"]
        indexes = [models.Index(fields=["bureau_code", "-at"], name="watch_run_newest")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
