from django.db import models
from django.db.models import Q

from shijian.accounts.models import User
from shijian.core.ids import new_id

from ..choices import SheetKind


class Sheet(models.Model):
    """A form of a superior as a workbook, and which of its blanks is filled from what (W9).

    `mapping` gives for a column ("C") or a cell ("C5") the key of a figure or the name of a register's column.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bureau_code = models.CharField("局代码", max_length=12)
    name = models.CharField("报表名称", max_length=80)
    asked_by = models.CharField("要求报送的单位", max_length=60)
    kind = models.CharField("填法", max_length=12, choices=SheetKind)
    register = models.CharField("名册来源", max_length=40, blank=True, default="")
    content = models.BinaryField("模板")
    blanks = models.PositiveIntegerField("栏目数")
    mapping = models.JSONField("对应关系", default=dict)
    is_active = models.BooleanField("在用", default=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    created_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = "上级报表"
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["bureau_code", "name"], condition=Q(is_active=True), name="sheet_name_once",
                violation_error_message="已有同名报表，请先停用原来的。",
            ),
            models.CheckConstraint(
                condition=Q(kind=SheetKind.ROWS) & ~Q(register="") | ~Q(kind=SheetKind.ROWS) & Q(register=""),
                name="sheet_roster_has_register",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class SheetFilling(models.Model):
    """That a form was filled and downloaded: for which days and area, how many cells, and the digest of the file."""

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="fillings")
    area_code = models.CharField("网格编码", max_length=12, blank=True)
    first = models.DateField("起")
    last = models.DateField("止")
    cells = models.PositiveIntegerField("自动填写")
    sha256 = models.CharField("SHA-256", max_length=64)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="填报人")
    at = models.DateTimeField("填报时间")

    class Meta:
        verbose_name = "报表填报"
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.sheet} {self.first}—{self.last}"
