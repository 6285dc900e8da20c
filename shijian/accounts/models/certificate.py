from django.db import models
from django.db.models import F, Q

from ..choices import CertificateStatus
from .user import User


class EnforcementCertificate(models.Model):
    """An enforcement certificate (执法证): number, organ, scope and validity; without a valid one nobody inspects."""

    user = models.ForeignKey(User, models.PROTECT, related_name="certificates", verbose_name="持证人")
    number = models.CharField("证件编号", max_length=40, unique=True, error_messages={"unique": "该证件编号已登记。"})
    organ = models.CharField("发证机关", max_length=80)
    field = models.CharField("执法领域", max_length=200)
    valid_from = models.DateField("有效期起")
    valid_until = models.DateField("有效期止")
    status = models.CharField("状态", max_length=12, choices=CertificateStatus, default=CertificateStatus.VALID)

    class Meta:
        verbose_name = "执法证"
        ordering = ["-valid_until"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from")),
                name="certificate_dates_in_order",
                violation_error_message="有效期止不能早于有效期起。",
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def bureau_code(self) -> str:
        return self.user.bureau_code

    @property
    def unit_path(self) -> str:
        return self.user.unit_path
