from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models

from ..rules.numerals import article_label
from ..rules.structure import Paragraph, paragraphs
from .version import Version


class Division(models.Model):
    """A heading of a version: 编, 章 or 节."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="divisions")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    depth = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    title = models.CharField("标题", max_length=120)

    class Meta:
        verbose_name = "编章节"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["version", "position"], name="law_division_place")]

    def __str__(self) -> str:
        return self.title


class Article(models.Model):
    """An article (条) of one version. Paragraphs and items are read from its text; `summary` is our own line about it."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="articles")
    division = models.ForeignKey(Division, models.SET_NULL, null=True, related_name="articles")
    number = models.PositiveSmallIntegerField("条")
    sub = models.PositiveSmallIntegerField("之几", default=0)
    text = models.TextField("条文", blank=True, default="")
    summary = models.CharField("内容提要", max_length=300, blank=True, default="")
    words = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    class Meta:
        verbose_name = "条文"
        ordering = ["number", "sub"]
        constraints = [models.UniqueConstraint(fields=["version", "number", "sub"], name="law_article_once")]
        indexes = [
            GinIndex(fields=["words"], name="law_article_words"),
            GinIndex(OpClass("text", name="gin_trgm_ops"), name="law_article_text"),
            GinIndex(OpClass("summary", name="gin_trgm_ops"), name="law_article_summary"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return article_label(self.number, self.sub)

    @property
    def anchor(self) -> str:
        return f"t{self.number}" + (f"-{self.sub}" if self.sub else "")

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        return paragraphs(self.text)
