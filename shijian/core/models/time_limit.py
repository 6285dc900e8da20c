from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from ..rules.kinds import Bearer, Direction, RollOver, SpanEnds, Unit
from ..rules.limits import Limit


class TimeLimit(models.Model):
    """One statutory period in one version; a change of law is a new row, never an edit (rules LAW-02)."""

    key = models.SlugField("代码", max_length=60)
    rule_id = models.CharField("规则编号", max_length=20)
    name = models.CharField("名称", max_length=60)
    name_en = models.CharField(max_length=120)
    starts_on = models.SlugField("起算事件代码", max_length=60)
    starts_on_name = models.CharField("起算事件", max_length=60)
    amount = models.PositiveSmallIntegerField("数量", null=True, blank=True)
    unit = models.CharField("单位", max_length=3, choices=Unit.choices(), blank=True)
    direction = models.CharField("方向", max_length=6, choices=Direction.choices(), default=Direction.AFTER)
    bears = models.CharField("约束对象", max_length=6, choices=Bearer.choices(), default=Bearer.BUREAU)
    roll_over = models.CharField("期满日顺延", max_length=9, choices=RollOver.choices(), default=RollOver.WORKING)
    span_ends = models.CharField("扣除时段首尾日", max_length=7, choices=SpanEnds.choices(), default=SpanEnds.BOTH)
    extend_amount = models.PositiveSmallIntegerField("延长数量", null=True, blank=True)
    extend_unit = models.CharField("延长单位", max_length=3, choices=Unit.choices(), blank=True)
    extend_approver = models.CharField("延长批准人", max_length=30, blank=True)
    excluded_spans = ArrayField(models.CharField(max_length=40), verbose_name="可扣除的时段", default=list, blank=True)
    on_expiry = models.CharField("期满后果", max_length=40)
    citation = models.CharField("依据", max_length=200)
    valid_from = models.DateField("有效期起")
    valid_until = models.DateField("有效期止", null=True, blank=True)
    verified = models.CharField("核对情况", max_length=120)

    class Meta:
        verbose_name = "法定期限"
        ordering = ["key", "valid_from"]
        constraints = [
            ExclusionConstraint(
                name="one_time_limit_per_day",
                expressions=[
                    ("key", RangeOperators.EQUAL),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_until"),
                            Value("[]"),
                            function="DATERANGE",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="同一期限在同一天只能有一个有效版本。",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="time_limit_dates_in_order",
                violation_error_message="有效期止不能早于有效期起。",
            ),
            models.CheckConstraint(
                condition=Q(amount=None, unit="") | (Q(amount__isnull=False, amount__gt=0) & ~Q(unit="")),
                name="time_limit_amount_has_unit",
                violation_error_message="数量和单位须同时填写。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.citation}）"

    def as_limit(self) -> Limit:
        """The row as the value the rules compute with."""
        return Limit(
            key=self.key,
            rule_id=self.rule_id,
            name=self.name,
            amount=self.amount,
            unit=Unit(self.unit) if self.unit else None,
            citation=self.citation,
            starts_on=self.starts_on,
            starts_on_name=self.starts_on_name,
            direction=Direction(self.direction),
            bears=Bearer(self.bears),
            roll_over=RollOver(self.roll_over),
            span_ends=SpanEnds(self.span_ends),
            extend_amount=self.extend_amount,
            extend_unit=Unit(self.extend_unit) if self.extend_unit else None,
            extend_approver=self.extend_approver,
            excluded_spans=tuple(self.excluded_spans),
            on_expiry=self.on_expiry,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            verified=self.verified,
        )
