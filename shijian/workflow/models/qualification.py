from datetime import date

from django.db import models
from django.db.models import F, Q

from shijian.accounts.models import User


class QualificationQuerySet(models.QuerySet["Qualification"]):
    def holding(self, on: date) -> "QualificationQuerySet":
        """Those that hold on a day."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=on), valid_from__lte=on)


class Qualification(models.Model):
    """What a step may ask for besides a certificate: 法律职业资格 for who reviews decisions for the first time.

    Source: 行政处罚法 (2021) art. 58; 市场监督管理行政处罚程序规定 art. 51.
    """

    LEGAL = "legal"
    KINDS = [(LEGAL, "法律职业资格")]

    user = models.ForeignKey(User, models.PROTECT, related_name="qualifications", verbose_name="人员")
    kind = models.CharField("资格", max_length=20, choices=KINDS, default=LEGAL)
    number = models.CharField("证书编号", max_length=40, unique=True)
    valid_from = models.DateField("取得日期")
    valid_until = models.DateField("有效期止", null=True, blank=True)

    objects = QualificationQuerySet.as_manager()

    class Meta:
        verbose_name = "资格"
        ordering = ["user", "kind"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")), name="qualification_dates_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)
