from pathlib import Path

from django.conf import settings
from django.db import models

from shijian.accounts.models import User
from shijian.core.ids import new_id

from ..choices import ImportState


class Import(models.Model):
    """One run of an import: its file, its progress, its counts and its report of bad rows."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bureau_code = models.CharField("局代码", max_length=12)
    file_name = models.CharField("文件", max_length=120)
    file_path = models.CharField(max_length=300)
    datum = models.CharField("坐标系", max_length=8, default="wgs84")
    source = models.CharField("来源", max_length=60)
    state = models.CharField("状态", max_length=10, choices=ImportState, default=ImportState.WAITING)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="经办人")
    started_at = models.DateTimeField("开始时间")
    ended_at = models.DateTimeField("结束时间", null=True)
    total = models.PositiveIntegerField("总行数", default=0)
    read = models.PositiveIntegerField("读入", default=0)
    created = models.PositiveIntegerField("新增", default=0)
    updated = models.PositiveIntegerField("更新", default=0)
    unchanged = models.PositiveIntegerField("未变", default=0)
    rejected = models.PositiveIntegerField("退回", default=0)
    message = models.CharField("说明", max_length=300, blank=True, default="")
    report_path = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "导入"
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def report_file(self) -> Path | None:
        """The report of bad rows; in the present data folder where the node was restored into another one."""
        return _here(self.report_path, "reports")

    @property
    def source_file(self) -> Path:
        return _here(self.file_path, "imports") or Path(self.file_path)

    @property
    def percent(self) -> int:
        return min(100, 100 * self.read // self.total) if self.total else 0


def _here(path: str, folder: str) -> Path | None:
    """The file a path means: under its name in this node's own folder, or else where it was written."""
    found = (each for each in (Path(settings.HOME) / folder / Path(path).name, Path(path)) if path and each.is_file())
    return next(found, None)
