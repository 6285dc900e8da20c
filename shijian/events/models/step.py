from django.db import models

from shijian.accounts.models import User
from shijian.core.ids import new_id
from shijian.core.models import StoredFile
from shijian.subjects.models.fields import PointField

from ..choices import Act
from .event import Event


class Step(models.Model):
    """One act on an event: who, when, where, with which words. Never changed and never deleted.

    `at` is the time of the server, `device_at` what the device said. `content_hash` tells a retry from another act
    that bears the same id, and is in the audit entry, so that later changes of the words would show.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="steps", db_index=False)
    act = models.CharField("行为", max_length=12, choices=Act)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="经办人", db_index=False)
    at = models.DateTimeField("时间")
    note = models.TextField("说明", blank=True, default="")
    to_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="交给", db_index=False)
    to_code = models.CharField("交给层级", max_length=12, blank=True, default="")
    location_wgs84 = PointField("位置", null=True)
    device_at = models.DateTimeField("设备时间", null=True)
    content_hash = models.CharField(max_length=32, blank=True, default="", editable=False)

    class Meta:
        verbose_name = "办理步骤"
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["event", "at"], name="step_by_event")]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.by}"


class Attachment(models.Model):
    """A photo or other file of a step."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="attachments")
    step = models.ForeignKey(Step, models.PROTECT, related_name="attachments")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    name = models.CharField("文件名", max_length=80)
    dhash = models.BigIntegerField("感知哈希", null=True)  # of a photo: alike photos differ in few bits

    class Meta:
        verbose_name = "附件"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Handover(models.Model):
    """A transfer to the department that is responsible: a letter with a number, and the receipt that is awaited."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="handovers")
    department = models.CharField("接收部门", max_length=80)
    letter_no = models.CharField("移送函号", max_length=40, unique=True)
    reason = models.TextField("移送理由")
    sent_at = models.DateTimeField("移送时间")
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    receipt_due_on = models.DateField("回执期限")
    received_on = models.DateField("收到日期", null=True)
    receiver = models.CharField("签收人", max_length=40, blank=True, default="")
    reminded_at = models.DateTimeField("催办时间", null=True)

    class Meta:
        verbose_name = "移送"
        ordering = ["-sent_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["event"], condition=models.Q(received_on=None), name="handover_one_awaits_receipt"
            )
        ]

    def __str__(self) -> str:
        return self.letter_no
