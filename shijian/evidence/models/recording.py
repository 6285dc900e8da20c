from django.db import models

from shijian.accounts.models import User
from shijian.core.ids import new_id
from shijian.core.models import StoredFile

from ..choices import RecordingState
from .item import Item


class Recording(models.Model):
    """A file taken off a body recorder (执法记录仪), and the record it was matched to by officer and time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bureau_code = models.CharField("局代码", max_length=12)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="文件")
    file_name = models.CharField("文件名", max_length=80)
    sm3 = models.CharField("SM3", max_length=64)
    officer = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="佩戴人")
    begun_at = models.DateTimeField("开始时间")
    ended_at = models.DateTimeField("结束时间")
    state = models.CharField("状态", max_length=10, choices=RecordingState, default=RecordingState.UNMATCHED)
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="+", verbose_name="证据")
    why_aside = models.CharField("不关联的理由", max_length=200, blank=True, default="")
    imported_at = models.DateTimeField("导入时间")
    imported_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="导入人")

    class Meta:
        verbose_name = "执法记录仪文件"
        ordering = ["-begun_at"]
        constraints = [models.UniqueConstraint(fields=["bureau_code", "file"], name="recording_once")]

    def __str__(self) -> str:
        return self.file_name
