from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from shijian.accounts.models import User
from shijian.core.ids import new_id

from ..choices import State
from ..rules.kinds import Tier


class LocalStandard(models.Model):
    """行政处罚地方标准 in one version: a published document of a region, cited by its number and clause, never edited in force."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region_code = models.CharField("适用地区", max_length=12)
    number = models.CharField("标准编号", max_length=60)
    title = models.CharField("名称", max_length=120)
    issuer = models.CharField("发布机关", max_length=60)
    valid_from = models.DateField("实施日期")
    valid_until = models.DateField("有效期止", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.SUBMITTED)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="导入人")
    proposed_at = models.DateTimeField("导入时间")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="审定人")
    decided_at = models.DateTimeField("审定时间", null=True)
    note = models.CharField("审定意见", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = "行政处罚地方标准"
        ordering = ["number", "-valid_from"]
        constraints = [
            ExclusionConstraint(
                name="one_local_standard_a_day",
                expressions=[
                    ("number", RangeOperators.EQUAL),
                    ("region_code", RangeOperators.EQUAL),
                    (
                        Func(
                            F("valid_from"), F("valid_until"), Value("[]"), function="DATERANGE", output_field=DateRangeField()
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(state="approved"),
                violation_error_message="同一标准在同一天只能有一个有效版本。",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")), name="local_standard_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="local_standard_second_person",
                violation_error_message="导入人不能审定自己导入的标准。",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number}《{self.title}》"

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


class StandardClause(models.Model):
    """One clause of a standard: which violation, in which tier, under which condition, is punished how."""

    standard = models.ForeignKey(LocalStandard, models.CASCADE, related_name="clauses", verbose_name="标准")
    position = models.PositiveSmallIntegerField("次序")
    clause = models.CharField("条款号", max_length=20)
    violation = models.SlugField("违法行为代码", max_length=60, blank=True, default="")
    name = models.CharField("违法行为", max_length=120)
    basis = models.CharField("法定依据", max_length=200)
    tier = models.CharField("裁量阶次", max_length=10, choices=Tier.choices())
    condition = models.CharField("适用条件", max_length=300, blank=True, default="")
    measure = models.CharField("处罚标准", max_length=300)

    class Meta:
        verbose_name = "地方标准条款"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["standard", "clause", "tier"], name="standard_clause_once")]
        indexes = [models.Index(fields=["violation", "tier"], name="standard_clause_violation")]

    def __str__(self) -> str:
        return f"{self.clause} {self.name}"
