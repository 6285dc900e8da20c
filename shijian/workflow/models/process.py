from django.db import models
from django.db.models import F, Q

from shijian.accounts.models import User

from ..choices import VersionState


class Process(models.Model):
    """A procedure by name; `group` sorts the library, `record_kinds` say from which records it may be started."""

    key = models.SlugField("代码", max_length=60, unique=True, error_messages={"unique": "该代码已被使用。"})
    name = models.CharField("名称", max_length=80)
    group = models.CharField("类别", max_length=40, default="其他")
    basis = models.CharField("依据", max_length=300, blank=True, default="")
    record_kinds = models.JSONField("可从哪些业务发起", default=list, blank=True)
    in_use = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = "流程"
        ordering = ["group", "key"]

    def __str__(self) -> str:
        return self.name


class ProcessVersion(models.Model):
    """One diagram of a process. A draft may change; what was published never does, since instances run on it.

    `bpmn` is the file as it was drawn or imported, `spec` what the engine made of it, parsed once.
    """

    process = models.ForeignKey(Process, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField("版本")
    state = models.CharField("状态", max_length=12, choices=VersionState, default=VersionState.DRAFT)
    bpmn = models.TextField("BPMN")
    spec = models.JSONField(null=True, editable=False)
    note = models.CharField("改动说明", max_length=200, blank=True, default="")
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="设计人")
    made_at = models.DateTimeField("保存时间")
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="发布人")
    published_at = models.DateTimeField("发布时间", null=True)

    class Meta:
        verbose_name = "流程版本"
        ordering = ["process", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="version_number_unique"),
            models.UniqueConstraint(
                fields=["process"], condition=Q(state="published"), name="version_one_published_at_a_time"
            ),
            models.UniqueConstraint(fields=["process"], condition=Q(state="draft"), name="version_one_draft_at_a_time"),
            models.CheckConstraint(
                condition=Q(state="draft") | (Q(spec__isnull=False) & Q(published_at__gte=F("made_at"))),
                name="version_published_has_spec",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.process.name} 第{self.number}版"
