from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from shijian.accounts.models import User
from shijian.core.ids import new_id
from shijian.laws.rules.references import Reference

from ..choices import State
from ..rules import table


class Benchmark(models.Model):
    """One violation of one region in one version: its lines as people keep them, read by `rules.table`.

    `region_code` is a division code: 610111 a district, 61 a province, "" the national law that came with the product.
    A change is a new row that closes the one before it; nothing in force is edited.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region_code = models.CharField("适用地区", max_length=12, blank=True, default="")
    code = models.SlugField("代码", max_length=60)
    name = models.CharField("违法行为", max_length=80)
    domain = models.CharField("领域", max_length=20)
    law = models.CharField("法律", max_length=60)
    version_on = models.DateField("法律版本")
    article = models.PositiveSmallIntegerField("条")
    paragraph = models.PositiveSmallIntegerField("款", null=True, blank=True)
    item = models.PositiveSmallIntegerField("项", null=True, blank=True)
    valid_from = models.DateField("有效期起")
    valid_until = models.DateField("有效期止", null=True, blank=True)
    lines = models.JSONField("条文幅度和阶次标准")
    document = models.CharField("依据文件", max_length=120, blank=True, default="")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="提出人")
    proposed_at = models.DateTimeField("提出时间", null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="审定人")
    decided_at = models.DateTimeField("审定时间", null=True)
    note = models.CharField("审定意见", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = "裁量基准"
        ordering = ["domain", "code", "valid_from"]
        indexes = [
            models.Index(fields=["code", "region_code", "valid_from"], name="benchmark_by_code"),
            models.Index(fields=["domain", "name", "id"], name="benchmark_catalogue"),
        ]
        constraints = [
            ExclusionConstraint(
                name="one_benchmark_a_day",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    ("region_code", RangeOperators.EQUAL),
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
                condition=Q(state="approved"),
                violation_error_message="同一地区的同一违法行为在同一天只能有一个有效的裁量基准。",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")), name="benchmark_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(proposed_by=None) | ~Q(decided_by=F("proposed_by")),
                name="benchmark_second_person",
                violation_error_message="提出人不能审定自己提出的裁量基准。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.citation}）"

    @property
    def citation(self) -> str:
        """《食品安全法》第一百二十四条第一款."""
        return Reference(self.law, self.article, paragraph=self.paragraph or 0, item=self.item or 0).written

    @property
    def entry(self) -> table.Entry:
        """The row as the value the rules compute with; its days are the row's own."""
        made = table.entry(self.lines)
        return table.Entry(made.violation, self.valid_from, self.valid_until, made.lines)

    @property
    def region_name(self) -> str:
        return f"地区 {self.region_code}" if self.region_code else "国家规定"

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)

    def fill(self, entry: table.Entry) -> None:
        """Take over what a read table says."""
        violation, article = entry.violation, entry.violation.article
        self.code, self.name, self.domain = violation.code, violation.name, violation.domain
        self.law, self.version_on = article.law, article.version
        self.article, self.paragraph, self.item = article.number, article.paragraph, article.item
        self.valid_from, self.valid_until = entry.valid_from, entry.valid_until
        self.lines = [{name: value for name, value in line.items() if value} for line in entry.lines]
