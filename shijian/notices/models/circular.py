from django.db import models
from django.db.models import Q

from shijian.accounts.models import User
from shijian.core.ids import new_id
from shijian.core.models import StoredFile

from ..choices import CircularKind


class Circular(models.Model):
    """A notification sent to many (通知通报). What was sent is not changed afterwards: it is withdrawn and sent anew."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bureau_code = models.CharField("局代码", max_length=12)
    by = models.ForeignKey(User, models.PROTECT, related_name="circulars", verbose_name="发送人")
    kind = models.CharField("类别", max_length=12, choices=CircularKind, default=CircularKind.NOTIFICATION)
    title = models.CharField("标题", max_length=120)
    text = models.TextField("正文", max_length=10_000)
    sent_to = models.CharField("发送范围", max_length=300)
    must_confirm = models.BooleanField("须确认收到", default=False)
    confirm_by = models.DateField("确认期限", null=True, blank=True)
    sent_at = models.DateTimeField("发送时间")
    reminded_at = models.DateTimeField("最近催读", null=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True)
    withdrawal = models.CharField("撤回原因", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = "通知通报"
        ordering = ["-sent_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawal="") | Q(withdrawn_at__isnull=False) & ~Q(withdrawal=""),
                name="circular_withdrawn_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(confirm_by=None) | Q(must_confirm=True), name="circular_day_only_if_to_be_confirmed"
            ),
        ]
        indexes = [models.Index(fields=["by", "-sent_at", "id"], name="circular_sent")]

    def __str__(self) -> str:
        return self.title


class Receipt(models.Model):
    """One addressee: when he opened it and when he confirmed."""

    circular = models.ForeignKey(Circular, models.CASCADE, related_name="receipts")
    to = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="收件人")
    read_at = models.DateTimeField("阅读时间", null=True)
    confirmed_at = models.DateTimeField("确认时间", null=True)

    class Meta:
        verbose_name = "收件情况"
        constraints = [
            models.UniqueConstraint(fields=["circular", "to"], name="receipt_once_per_person"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(read_at__isnull=False),
                name="receipt_read_before_confirmed",
            ),
        ]
        indexes = [models.Index(fields=["to", "circular"], name="receipt_of_person")]

    def __str__(self) -> str:
        return f"{self.circular}：{self.to}"


class Attachment(models.Model):
    circular = models.ForeignKey(Circular, models.CASCADE, related_name="attachments")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    name = models.CharField("文件名", max_length=80)

    class Meta:
        verbose_name = "附件"

    def __str__(self) -> str:
        return self.name
