from django.db import models
from django.db.models import F, Q


class FormCount(models.Model):
    """What a form asked in a bureau on a day, and how much of it was known already (W9). Numbers only, no persons."""

    bureau_code = models.CharField("局代码", max_length=12)
    form = models.CharField("表单", max_length=40)
    on = models.DateField("日期")
    sent = models.PositiveIntegerField("填报次数", default=0)
    asked = models.PositiveIntegerField("询问项", default=0)
    known = models.PositiveIntegerField("平台已知", default=0)
    offered = models.PositiveIntegerField("自动带出", default=0)
    retyped = models.PositiveIntegerField("重复填写", default=0)

    class Meta:
        verbose_name = "填报计数"
        constraints = [
            models.UniqueConstraint(fields=["bureau_code", "form", "on"], name="form_count_once_a_day"),
            models.CheckConstraint(
                condition=Q(known__lte=F("asked"), offered__lte=F("known"), retyped__lte=F("known") - F("offered")),
                name="form_count_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.on}"
