from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models

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
    """A form as it holds in a period: its fields, its text, who signs, what it rests on. Never edited once a paper uses it."""

    form = models.ForeignKey(Form, models.PROTECT, related_name="versions", verbose_name="文书格式")
    name = models.CharField("文书名称", max_length=60)
    word = models.CharField("字", max_length=12, blank=True, default="")
    content = models.JSONField("内容")
    content_hash = models.CharField("内容摘要", max_length=64)
    source = models.CharField("来源", max_length=200)
    valid = DateRangeField("有效期")

    class Meta:
        verbose_name = "文书格式版本"
        ordering = ["form__family", "form__number", "valid"]
        constraints = [
            ExclusionConstraint(
                name="one_form_version_per_day",
                expressions=[("form", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                violation_error_message="同一文书格式在同一天只能有一个有效版本。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def read(self) -> Content:
        """The version as the value everything works with; needs the form loaded."""
        kept: dict[str, Any] = dict(self.content)
        lists: dict[str, Any] = {name: tuple(kept.pop(name)) for name in ("signs", "basis", "mistakes", "page_sign")}
        form = self.form
        return Content(
            slug=form.slug, family=form.family, number=form.number, name=self.name, word=self.word, stage=form.stage,
            volume=form.volume, source=self.source, valid_from=self.valid.lower, **lists, **kept,
        )  # fmt: skip
