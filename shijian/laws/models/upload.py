from django.db import models
from django.db.models import Q

from shijian.accounts.models import User
from shijian.core.ids import new_id

from .version import Version


class Upload(models.Model):
    """A text somebody sent through the browser: read without a fault, shown for checking, and loaded when confirmed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bureau_code = models.CharField("局代码", max_length=12)
    name = models.CharField("文件名", max_length=200)
    title = models.CharField("法规", max_length=120)
    level = models.CharField("填报的效力级别", max_length=30, blank=True, default="")
    content = models.TextField("原文")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    at = models.DateTimeField("上传时间")
    version = models.ForeignKey(Version, models.PROTECT, null=True, related_name="uploads", verbose_name="版本")
    loaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="确认人")
    loaded_at = models.DateTimeField("确认时间", null=True)

    class Meta:
        verbose_name = "法规上传"
        ordering = ["-at"]
        indexes = [models.Index(fields=["bureau_code", "-at"], name="law_upload_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(version=None, loaded_by=None, loaded_at=None)
                | Q(version__isnull=False, loaded_by__isnull=False, loaded_at__isnull=False),
                name="law_upload_loaded_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.name
