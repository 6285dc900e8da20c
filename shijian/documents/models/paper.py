import secrets

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from shijian.accounts.models import User
from shijian.core.ids import new_id
from shijian.core.models import StoredFile
from shijian.core.scope import ScopedQuerySet

from ..choices import State
from .form import FormVersion

IN_FORCE = (State.SETTLED, State.APPROVED, State.SEALED)


def new_code() -> str:
    """What is printed on a paper for looking it up: nobody guesses it."""
    return secrets.token_hex(8)


class Paper(models.Model):
    """A paper (文书) of a record. A draft may be filled by anyone with the right; nobody fills what lies before its approver;
    once approved, or settled on the spot to be signed by hand, nothing in it changes.

    `data` are its fields, `offered` the facts as they were when taken over: what differs from today's facts has changed
    since. A later edit is a new paper with the next `version` that `supersedes` this one.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bureau_code = models.CharField("局代码", max_length=12)
    area_code = models.CharField("网格编码", max_length=12, blank=True, default="")
    record_kind = models.SlugField("所属记录类别", max_length=20)
    record_id = models.UUIDField("所属记录")
    record_number = models.CharField("所属记录编号", max_length=60)
    record_title = models.CharField("所属记录", max_length=200)
    form_version = models.ForeignKey(FormVersion, models.PROTECT, related_name="papers", verbose_name="文书格式")
    data = models.JSONField("内容", default=dict)
    offered = models.JSONField("已带入的信息", default=dict)
    text = models.TextField("全文", blank=True, default="")
    state = models.CharField("状态", max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveSmallIntegerField("版本", default=1)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="superseded_by", verbose_name="取代的文书"
    )
    number = models.CharField("文号", max_length=60, blank=True, default="")
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="制作人")
    drafted_at = models.DateTimeField("制作时间")
    changed_at = models.DateTimeField("修改时间")
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="送审人")
    submitted_at = models.DateTimeField("送审时间", null=True)
    returned_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="退回人")
    return_reason = models.CharField("退回理由", max_length=200, blank=True, default="")
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="审批人")
    approved_at = models.DateTimeField("审批时间", null=True)
    pdf = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="定稿文件")
    slots = models.JSONField("签名盖章位置", null=True)  # of the approved file, as the layout put them that day
    code = models.CharField("核验码", max_length=16, unique=True, default=new_code, editable=False)
    signed_pdf = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="签名文件")
    signed_at = models.DateTimeField("签名时间", null=True)
    sealed_pdf = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+", verbose_name="签章文件")
    sealed_at = models.DateTimeField("签章时间", null=True)
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="作废人")
    voided_at = models.DateTimeField("作废时间", null=True)
    void_reason = models.CharField("作废原因", max_length=200, blank=True, default="")

    objects = ScopedQuerySet["Paper"].as_manager()

    class Meta:
        verbose_name = "执法文书"
        ordering = ["-drafted_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[State.DRAFT, State.SUBMITTED, State.VOID])
                | (Q(approved_by__isnull=False) | Q(state=State.SETTLED))
                & Q(approved_at__isnull=False, pdf__isnull=False),
                name="paper_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("drafted_by")), name="paper_two_persons"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SUBMITTED) | Q(submitted_by__isnull=False, submitted_at__isnull=False),
                name="paper_submitted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(signed_pdf__isnull=True, signed_at__isnull=True)
                | Q(signed_pdf__isnull=False, signed_at__isnull=False, pdf__isnull=False),
                name="paper_signed_file",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SEALED) | Q(sealed_at__isnull=False, sealed_pdf__isnull=False),
                name="paper_sealed_file",
            ),
            models.CheckConstraint(
                condition=Q(state=State.VOID, voided_at__isnull=False) & ~Q(void_reason="")
                | ~Q(state=State.VOID) & Q(voided_at=None, void_reason=""),
                name="paper_void_with_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["bureau_code", "submitted_at"], condition=Q(state=State.SUBMITTED), name="paper_waiting"
            ),
            models.Index(fields=["record_kind", "record_id", "-drafted_at"], name="paper_of_record"),
            models.Index(fields=["bureau_code", "-drafted_at"], name="paper_by_time"),
            GinIndex(OpClass("text", name="gin_trgm_ops"), name="paper_text"),
            GinIndex(fields=["data"], name="paper_data", opclasses=["jsonb_path_ops"]),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.form_version.name}{'' if self.approved_at else '（草稿）'}"

    @property
    def is_draft(self) -> bool:
        return self.state == State.DRAFT

    @property
    def is_in_force(self) -> bool:
        return self.state in IN_FORCE

    @property
    def file(self) -> StoredFile | None:
        """The paper as it was last kept: sealed, else signed, else as approved."""
        return self.sealed_pdf or self.signed_pdf or self.pdf


class PaperNumber(models.Model):
    """A number given out. It stays in the register for ever: a void one with its reason, never given again."""

    paper = models.OneToOneField(Paper, models.PROTECT, related_name="numbering", verbose_name="文书")
    bureau_code = models.CharField("局代码", max_length=12)
    word = models.CharField("字", max_length=12)
    year = models.PositiveSmallIntegerField("年份")
    n = models.PositiveIntegerField("序号")
    taken_at = models.DateTimeField("取号时间")
    voided_at = models.DateTimeField("作废时间", null=True)
    void_reason = models.CharField("作废原因", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = "文号"
        ordering = ["bureau_code", "word", "-year", "-n"]
        constraints = [
            models.UniqueConstraint(fields=["bureau_code", "word", "year", "n"], name="paper_number_once"),
            models.CheckConstraint(
                condition=Q(voided_at=None, void_reason="") | Q(voided_at__isnull=False) & ~Q(void_reason=""),
                name="paper_number_void_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.word}〔{self.year}〕{self.n}号"
