from pathlib import Path

from django.conf import settings
from django.db import models

from shijian.accounts.models import User
from shijian.core.ids import new_id

from ..choices import PackageState
from .attached import Attached


class Package(Attached):
    """An evidence passport asked for on the page: made by a job, told how far it is, downloaded on record."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    state = models.CharField("状态", max_length=8, choices=PackageState, default=PackageState.WAITING)
    done = models.PositiveIntegerField("已完成（MB）", default=0)
    total = models.PositiveIntegerField("共（MB）", default=0)
    size = models.BigIntegerField("字节数", default=0)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, default="")
    purpose = models.CharField("用途", max_length=200)
    problem = models.CharField("未完成的原因", max_length=300, blank=True, default="")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="申请人")
    asked_at = models.DateTimeField("申请时间")
    ready_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        verbose_name = "证据包"
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["record_kind", "record_id"], name="package_by_record")]

    def __str__(self) -> str:
        return f"{self.record_number} 证据包"

    @property
    def path(self) -> Path:
        return Path(settings.FILES_DIR).with_name("packages") / f"{self.id.hex}.zip"

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0
