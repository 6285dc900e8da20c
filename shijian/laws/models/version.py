from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from shijian.accounts.models import User

from ..choices import StartBasis
from .law import Law


class VersionQuerySet(models.QuerySet["Version"]):
    def in_force(self, on: date) -> "VersionQuerySet":
        return self.filter(valid__contains=on)


class Version(models.Model):
    """A law as it stood from one day to another; an amendment is a new version, never an edit (rules LAW-02).

    Without `content_hash` only the catalogue is known: the dates, how many articles, what some of them say in our words.
    """

    law = models.ForeignKey(Law, models.PROTECT, related_name="versions", verbose_name="法规")
    promulgated_on = models.DateField("公布（修改）日期")
    valid = DateRangeField("施行期间")
    start_basis = models.CharField("施行日期来源", max_length=10, choices=StartBasis)
    history = models.JSONField("沿革", default=list, blank=True)  # [["2021-01-22", "…修订"], …]
    preamble = models.TextField("序言", blank=True, default="")
    annex = models.TextField("附件", blank=True, default="")
    article_count = models.PositiveIntegerField("条数")
    content_hash = models.CharField(max_length=64, blank=True, default="")
    source = models.CharField("来源文件", max_length=200, blank=True, default="")
    imported_at = models.DateTimeField("导入时间", null=True)
    imported_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="导入人")

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = "法规版本"
        ordering = ["-promulgated_on"]
        constraints = [
            models.UniqueConstraint(fields=["law", "promulgated_on"], name="law_version_once"),
            ExclusionConstraint(
                name="law_one_version_per_day",
                expressions=[("law", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                violation_error_message="同一法规在同一天只能有一个有效版本。",
            ),
            models.CheckConstraint(condition=Q(valid__isempty=False), name="law_version_has_days"),
        ]

    def __str__(self) -> str:
        return f"{self.law.short}（{self.promulgated_on}）"

    @property
    def starts_on(self) -> date:
        return self.valid.lower  # type: ignore[no-any-return]

    @property
    def ends_before(self) -> date | None:
        """The first day it is no longer in force; None while no end is known."""
        return self.valid.upper  # type: ignore[no-any-return]

    @property
    def has_text(self) -> bool:
        return bool(self.content_hash)

    def state_on(self, on: date) -> str:
        """尚未施行, 现行有效 or 已失效 on a day."""
        if on < self.starts_on:
            return "尚未施行"
        return "现行有效" if self.ends_before is None or on < self.ends_before else "已失效"
