from django.db import models
from django.db.models import F, Q

from shijian.accounts.models import User
from shijian.core.ids import new_id
from shijian.core.models import StoredFile
from shijian.core.scope import ScopedQuerySet

from ..rules.archive import RETENTION


class CaseFile(models.Model):
    """The case file of a record (执法档案): both volumes with their index, assembled by one and checked by another.

    Until it is checked it may be assembled anew; then it stays, and never goes by itself when the retention ends.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bureau_code = models.CharField("局代码", max_length=12)
    area_code = models.CharField("网格编码", max_length=12, blank=True, default="")
    record_kind = models.SlugField("所属记录类别", max_length=20)
    record_id = models.UUIDField("所属记录")
    record_number = models.CharField("所属记录编号", max_length=60)
    title = models.CharField("案卷题名", max_length=200)
    number = models.CharField("归档号", max_length=60)
    retention = models.CharField("保管期限", max_length=10, choices=[(each, each) for each in RETENTION])
    contents = models.JSONField("卷内目录")  # volume -> rows of number, title, date, pages, note, paper
    note = models.TextField("本卷情况说明")
    main = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="正卷")
    side = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="副卷")
    filed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="立卷人")
    filed_at = models.DateTimeField("立卷时间")
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="检查人")
    checked_at = models.DateTimeField("归档时间", null=True)

    transferred_on = models.DateField("移交日期", null=True)
    transferred_to = models.CharField("接收档案馆", max_length=80, blank=True, default="")
    transfer_receipt = models.CharField("移交凭证", max_length=120, blank=True, default="")
    transferred_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="移交登记人")

    objects = ScopedQuerySet["CaseFile"].as_manager()

    class Meta:
        verbose_name = "执法档案"
        ordering = ["-filed_at"]
        constraints = [
            models.UniqueConstraint(fields=["record_kind", "record_id"], name="one_case_file"),
            models.UniqueConstraint(fields=["bureau_code", "number"], name="case_file_number_once"),
            models.CheckConstraint(
                condition=Q(checked_by=None) | ~Q(checked_by=F("filed_by")), name="case_file_two_persons"
            ),
            models.CheckConstraint(
                condition=Q(transferred_on=None, transferred_by=None, transferred_to="", transfer_receipt="")
                | Q(transferred_on__isnull=False, transferred_by__isnull=False, checked_at__isnull=False)
                & ~Q(transferred_to="")
                & ~Q(transfer_receipt=""),
                name="case_file_transfer_with_receipt",
            ),
        ]
        indexes = [
            models.Index(fields=["bureau_code", "-filed_at"], name="case_file_register"),
            models.Index(
                fields=["bureau_code", "checked_at"], condition=Q(transferred_on=None), name="case_file_to_transfer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"
