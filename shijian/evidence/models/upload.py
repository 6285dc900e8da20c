from pathlib import Path

from django.conf import settings
from django.db import models

from shijian.accounts.models import User
from shijian.core.ids import new_id

from ..choices import Medium
from .attached import Attached


class Upload(Attached):
    """A file on its way in pieces (tus 1.0). How far it is, the file on the disk says, not a column."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    file_name = models.CharField("文件名", max_length=80)
    medium = models.CharField("载体", max_length=10, choices=Medium)
    size = models.BigIntegerField("字节数")
    begun_at = models.DateTimeField("开始时间")
    expires_at = models.DateTimeField("失效时间")
    used_at = models.DateTimeField("入库时间", null=True)

    class Meta:
        verbose_name = "上传"
        indexes = [models.Index(fields=["expires_at"], name="upload_by_expiry")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def path(self) -> Path:
        return Path(settings.FILES_DIR).with_name("uploads") / self.id.hex

    @property
    def offset(self) -> int:
        """How many bytes have arrived."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    @property
    def is_whole(self) -> bool:
        return self.offset == self.size
