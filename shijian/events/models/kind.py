from django.db import models
from django.db.models import Exists, OuterRef, Q

from shijian.accounts.models import User

from ..choices import FirstHandler


class KindQuerySet(models.QuerySet["Kind"]):
    def current(self, bureau_code: str) -> "KindQuerySet":
        """The present version of each matter for a bureau: its own where it has changed one, else the shipped."""
        own = Kind.objects.filter(bureau_code=bureau_code, until=None, code=OuterRef("code"))
        return self.filter(until=None).filter(Q(bureau_code=bureau_code) | Q(bureau_code="") & ~Exists(own))

    def offered(self, bureau_code: str) -> "KindQuerySet":
        """Those of them that are in use."""
        return self.current(bureau_code).filter(is_active=True)


class Kind(models.Model):
    """A version of a matter of the catalogue (事项库): its basis, its time limits, who handles it first.

    A change closes the version and opens the next: an event keeps the version it was reported under. Versions without
    a bureau came with the product; a bureau that changes one gets a version of its own.
    """

    bureau_code = models.CharField("局代码", max_length=12, blank=True, default="")
    code = models.CharField("代码", max_length=20)
    group = models.CharField("门类", max_length=20)
    name = models.CharField("事项", max_length=40)
    basis = models.CharField("职责依据", max_length=200)
    limit_key = models.CharField("法定期限代码", max_length=60, blank=True, default="")
    limit_amount = models.PositiveSmallIntegerField("办理时限", null=True, blank=True)
    limit_unit = models.CharField("单位", max_length=3, blank=True, default="")
    limit_basis = models.CharField("时限依据", max_length=120, default="本局内部时限（可配置）")
    respond_hours = models.PositiveSmallIntegerField("接收时限（小时）", default=24)
    first_handler = models.CharField("首派", max_length=12, choices=FirstHandler, default=FirstHandler.GRID_CHIEF)
    wants_certificate = models.BooleanField("须持执法证", default=True)
    wants_photo = models.BooleanField("反馈须附照片", default=False)
    reopenings_max = models.PositiveSmallIntegerField("重办次数上限", default=3)
    is_active = models.BooleanField("启用", default=True)
    since = models.DateTimeField("启用时间", null=True)
    until = models.DateTimeField("停用时间", null=True)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="修改人")

    objects = KindQuerySet.as_manager()

    class Meta:
        verbose_name = "事项"
        ordering = ["group", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["bureau_code", "code"],
                condition=Q(until=None),
                name="kind_one_current",
                violation_error_message="该代码已被使用。",
            ),
            models.CheckConstraint(
                condition=Q(limit_amount=None) | (Q(limit_amount__gt=0) & ~Q(limit_unit="")),
                name="kind_limit_has_unit",
                violation_error_message="办理时限的数量和单位须同时填写。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_clue(self) -> bool:
        """A clue of a violation: its clock is the statutory one and runs from the discovery (GRD-11)."""
        return bool(self.limit_key)
