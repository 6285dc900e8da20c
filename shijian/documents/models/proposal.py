from django.db import models
from django.db.models import F, Q

from shijian.accounts.models import User
from shijian.core.ids import new_id

from ..catalogue import Content
from ..choices import Family, ProposalState, Stage
from .form import Form, FormVersion


class FormProposal(models.Model):
    """A version of a form a bureau wants for itself (文书格式修改稿): drafted by one, approved by another, then a version.

    `base` is the version it was begun from; none for a form the product does not have.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bureau_code = models.CharField("局代码", max_length=12)
    form = models.ForeignKey(Form, models.PROTECT, null=True, related_name="proposals", verbose_name="文书格式")
    base = models.ForeignKey(FormVersion, models.PROTECT, null=True, related_name="+", verbose_name="底稿")
    family = models.CharField("文书种类", max_length=12, choices=Family)
    stage = models.CharField("阶段", max_length=16, choices=Stage)
    volume = models.CharField("卷别", max_length=8, blank=True, default="")
    name = models.CharField("文书名称", max_length=60)
    word = models.CharField("字", max_length=12, blank=True, default="")
    content = models.JSONField("内容")
    document = models.CharField("依据文件", max_length=200, blank=True, default="")
    valid_from = models.DateField("启用日期")
    state = models.CharField("状态", max_length=10, choices=ProposalState, default=ProposalState.DRAFT)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="起草人")
    proposed_at = models.DateTimeField("起草时间")
    submitted_at = models.DateTimeField("送审时间", null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="审定人")
    decided_at = models.DateTimeField("审定时间", null=True)
    note = models.CharField("审定意见", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = "文书格式修改稿"
        ordering = ["-proposed_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="form_proposal_second_person",
                violation_error_message="起草人不能审定自己起草的格式。",
            ),
            models.CheckConstraint(
                condition=~Q(state=ProposalState.APPROVED) | Q(decided_by__isnull=False, form__isnull=False),
                name="form_proposal_approved_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["bureau_code", "form"],
                condition=~Q(state=ProposalState.APPROVED),
                name="one_open_form_proposal",
                violation_error_message="这种文书已有一份修改稿。",
            ),
        ]
        indexes = [models.Index(fields=["bureau_code", "-proposed_at"], name="form_proposal_register")]

    def __str__(self) -> str:
        return self.name

    def read(self) -> Content:
        """What is proposed as the value everything works with; the form, if there is one, must be loaded."""
        return Content.of_json(
            self.content, slug=self.form.slug if self.form else self.own_slug, family=self.family,
            number=self.form.number if self.form else 0, name=self.name, word=self.word, stage=self.stage,
            volume=self.volume, source=self.document, valid_from=self.valid_from,
        )  # fmt: skip

    @property
    def own_slug(self) -> str:
        """The code of a form the product does not have: no shipped form is ever called so."""
        return f"own_{self.pk.hex[-12:]}"
