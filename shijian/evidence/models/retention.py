from django.db import models

from shijian.accounts.models import User

from .item import Item


class RetentionClass(models.Model):
    """How long a class of evidence is kept: a parameter of the bureau with its basis, not a number of the code.

    `months` empty = as long as the file of its record (随案卷).
    """

    code = models.SlugField("代码", primary_key=True, max_length=20)
    name = models.CharField("名称", max_length=60)
    months = models.PositiveSmallIntegerField("保存月数", null=True)
    basis = models.CharField("依据", max_length=200)

    class Meta:
        verbose_name = "保存期限"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Keeping(models.Model):
    """The class an item is in since a moment, and until when it is kept; the latest row holds."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="keepings", verbose_name="证据")
    retention = models.ForeignKey(RetentionClass, models.PROTECT, related_name="+", verbose_name="保存期限")
    until = models.DateField("保存至", null=True)
    reason = models.CharField("理由", max_length=200, blank=True, default="")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="经办人")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "保存期限登记"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.retention} {self.until or ''}"
