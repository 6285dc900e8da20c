from django.db import models
from django.db.models import Q


class Kind(models.Model):
    """A matter of the catalogue (事项库): its basis, its time limits, who handles it by default."""

    code = models.CharField("代码", max_length=20, unique=True)
    group = models.CharField("门类", max_length=20)
    name = models.CharField("事项", max_length=40)
    basis = models.CharField("职责依据", max_length=200)
    limit_key = models.CharField("法定期限代码", max_length=60, blank=True, default="")
    limit_amount = models.PositiveSmallIntegerField("办理时限", null=True, blank=True)
    limit_unit = models.CharField("单位", max_length=3, blank=True, default="")
    limit_basis = models.CharField("时限依据", max_length=120, default="本局内部时限（可配置）")
    respond_hours = models.PositiveSmallIntegerField("接收时限（小时）", default=24)
    default_role = models.CharField("默认处置角色", max_length=40, default="grid_chief")
    wants_certificate = models.BooleanField("须持执法证", default=True)
    wants_photo = models.BooleanField("反馈须附照片", default=False)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = "事项"
        ordering = ["group", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(limit_amount=None) | (Q(limit_amount__gt=0) & ~Q(limit_unit="")),
                name="kind_limit_has_unit",
                violation_error_message="办理时限的数量和单位须同时填写。",
            )
        ]

    def __str__(self) -> str:
        return self.name
