from django.db import models

from shijian.accounts.models import User

from ..choices import FilterNotice


class SavedFilter(models.Model):
    """A person's own filter of the register, by name: the address it stands for."""

    by = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="所有人")
    name = models.CharField("名称", max_length=30)
    query = models.CharField("条件", max_length=500)
    notice = models.CharField("通知", max_length=8, choices=FilterNotice, blank=True, default=FilterNotice.NONE)
    told_at = models.DateTimeField("通知到", null=True, editable=False)
    at = models.DateTimeField("保存时间")

    class Meta:
        verbose_name = "常用筛选"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["by", "name"], name="saved_filter_name_once")]

    def __str__(self) -> str:
        return self.name
