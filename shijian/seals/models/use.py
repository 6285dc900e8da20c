from django.db import models
from django.db.models import F, Q

from shijian.accounts.models import User
from shijian.core.ids import new_id
from shijian.core.models import StoredFile
from shijian.core.scope import ScopedQuerySet

from ..choices import UseState
from .seal import Seal, SealKey


class Use(models.Model):
    """One use of a seal from application to the sealed file: the line of the register (用印登记)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField("登记号", max_length=30, unique=True)
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="uses", verbose_name="印章")
    bureau_code = models.CharField("局代码", max_length=12)
    area_code = models.CharField("网格编码", max_length=12, blank=True, default="")
    record_kind = models.CharField("关联记录种类", max_length=20, blank=True, default="")
    record_id = models.UUIDField("关联记录", null=True)
    subject = models.CharField("文书编号", max_length=80, blank=True, default="")
    title = models.CharField("文件名称", max_length=120)
    purpose = models.CharField("用途", max_length=200)
    page = models.SmallIntegerField("页", default=-1)
    x_mm = models.DecimalField("印章中心距左（毫米）", max_digits=5, decimal_places=1)
    y_mm = models.DecimalField("印章中心距上（毫米）", max_digits=5, decimal_places=1)
    state = models.CharField("状态", max_length=12, choices=UseState, default=UseState.APPLIED)
    document = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="原文件")
    hash_before = models.CharField("盖章前 SHA-256", max_length=64)
    applied_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="申请人")
    applied_at = models.DateTimeField("申请时间")
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, verbose_name="审批人")
    decided_at = models.DateTimeField("审批时间", null=True)
    note = models.CharField("审批意见", max_length=200, blank=True, default="")
    stamped_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, verbose_name="用印人")
    stamped_at = models.DateTimeField("用印时间", null=True)
    key = models.ForeignKey(SealKey, models.PROTECT, related_name="+", null=True, verbose_name="证书")
    sealed = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", null=True, verbose_name="盖章文件")
    hash_after = models.CharField("盖章后 SHA-256", max_length=64, blank=True, default="")
    fingerprint = models.CharField("签名指纹", max_length=64, blank=True, default="", db_index=True)
    sm2_key = models.ForeignKey(SealKey, models.PROTECT, related_name="+", null=True, verbose_name="国密密钥")
    sm2_signature = models.BinaryField("国密签名", null=True)
    code = models.CharField("核验码", max_length=16, unique=True)

    objects = ScopedQuerySet["Use"].as_manager()

    class Meta:
        verbose_name = "用印"
        ordering = ["-applied_at"]
        indexes = [
            models.Index(fields=["bureau_code", "-applied_at"], name="use_register"),
            models.Index(fields=["record_kind", "record_id"], name="use_record"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("applied_by")), name="use_decided_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(state=UseState.STAMPED)
                | (Q(stamped_by__isnull=False) & Q(decided_by__isnull=False) & ~Q(hash_after="")),
                name="use_stamped_after_approval",
            ),
            # SEC-08: one seal for each version of a paper; a new version is another file and another application.
            models.UniqueConstraint(
                fields=["seal", "hash_before"],
                condition=Q(state__in=[UseState.APPLIED, UseState.APPROVED, UseState.STAMPED]),
                name="one_use_of_a_seal_per_version",
            ),
        ]

    def __str__(self) -> str:
        return self.number
