from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from ..catalogue import Content
from ..choices import Family, Stage


class Form(models.Model):
    """A form (文书格式) through all its versions."""

    slug = models.SlugField("代码", max_length=60, unique=True)
    family = models.CharField("文书种类", max_length=12, choices=Family)
    number = models.PositiveSmallIntegerField("序号")
    stage = models.CharField("阶段", max_length=16, choices=Stage)
    volume = models.CharField("卷别", max_length=8, blank=True, default="")

    class Meta:
        verbose_name = "文书格式"
        ordering = ["family", "number"]
        constraints = [models.UniqueConstraint(fields=["family", "number"], name="form_number_unique")]

    def __str__(self) -> str:
        return self.slug


class FormVersion(models.Model):
    """A form as it holds in a period: its fields, its text, who signs, what it rests on. Never edited once a paper uses it.

    Versions without a bureau come with the product. A bureau's own, made from an approved proposal, go before them while
    they hold, so that loading the forms of a new release never touches what a bureau decided.
    """

    form = models.ForeignKey(Form, models.PROTECT, related_name="versions", verbose_name="文书格式")
    name = models.CharField("文书名称", max_length=60)
    word = models.CharField("字", max_length=12, blank=True, default="")
    content = models.JSONField("内容")
    content_hash = models.CharField("内容摘要", max_length=64)
    source = models.CharField("来源", max_length=200)
    valid = DateRangeField("有效期")
    bureau_code = models.CharField("局代码", max_length=12, blank=True, default="")
    proposal = models.OneToOneField(
        "documents.FormProposal", models.PROTECT, null=True, related_name="version", verbose_name="修改稿"
    )

    class Meta:
        verbose_name = "文书格式版本"
        ordering = ["form__family", "form__number", "valid"]
        constraints = [
            ExclusionConstraint(
                name="one_form_version_per_day",
                expressions=[
                    ("form", RangeOperators.EQUAL),
                    ("bureau_code", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
                violation_error_message="同一文书格式在同一天只能有一个有效版本。",
            ),
            models.CheckConstraint(
                condition=Q(bureau_code="", proposal=None) | ~Q(bureau_code="") & Q(proposal__isnull=False),
                name="own_form_version_was_approved",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def read(self) -> Content:
        """The version as the value everything works with; needs the form loaded."""
        form = self.form
        return Content.of_json(
            self.content, slug=form.slug, family=form.family, number=form.number, name=self.name, word=self.word,
            stage=form.stage, volume=form.volume, source=self.source, valid_from=self.valid.lower,
        )  # fmt: skip

    @property
    def is_own(self) -> bool:
        return bool(self.bureau_code)
