from django.db import models

from ..choices import Level


class Law(models.Model):
    """A law, regulation, rule or document under one title, in all its versions. The library is one for all bureaus."""

    title = models.CharField("全称", max_length=120, unique=True)
    short = models.CharField("简称", max_length=120, unique=True)
    level = models.CharField("效力级别", max_length=30, choices=Level)
    issuer = models.CharField("制定机关", max_length=60, blank=True, default="")
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="取代"
    )  # a law of another title that it took the place of: its versions are one line
    repealed_on = models.DateField("废止日期", null=True, blank=True)

    class Meta:
        verbose_name = "法规"
        ordering = ["short"]

    def __str__(self) -> str:
        return f"《{self.title}》"


class LawName(models.Model):
    """Another name a law is cited by: 程序规定, 消保法."""

    name = models.CharField("称呼", max_length=120, unique=True)
    law = models.ForeignKey(Law, models.CASCADE, related_name="names")

    class Meta:
        verbose_name = "法规别称"

    def __str__(self) -> str:
        return self.name
