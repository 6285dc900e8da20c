from django.db import models
from django.db.models import F, Q

from shijian.accounts.models import User
from shijian.core.ids import new_id

from ..rules.kinds import Tier


class Worksheet(models.Model):
    """裁量计算单: the facts, the range they led to, the sum chosen and why; kept as it was worked out.

    `steps` are the printed lines of that day: a later change of the law or of a benchmark does not alter them.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bureau_code = models.CharField("局代码", max_length=12)
    area_code = models.CharField("网格编码", max_length=12, blank=True, default="")
    record_kind = models.CharField("所属记录种类", max_length=20, blank=True, default="")
    record_id = models.UUIDField("所属记录", null=True)
    year = models.PositiveSmallIntegerField("年份")
    serial = models.PositiveIntegerField("顺序号")
    violation = models.SlugField("违法行为代码", max_length=60)
    name = models.CharField("违法行为", max_length=80)
    party = models.CharField("当事人类型", max_length=10)
    facts = models.JSONField("事实")
    tier = models.CharField("裁量阶次", max_length=10, choices=Tier.choices())
    low = models.DecimalField("幅度下限", max_digits=16, decimal_places=2)
    high = models.DecimalField("幅度上限", max_digits=16, decimal_places=2)
    chosen = models.DecimalField("拟处罚款", max_digits=16, decimal_places=2)
    reason = models.CharField("裁量理由", max_length=500)
    deviation = models.CharField("偏离类案的理由", max_length=500, blank=True, default="")
    steps = models.JSONField("推算步骤")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="计算人")
    at = models.DateTimeField("计算时间")

    class Meta:
        verbose_name = "裁量计算单"
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["bureau_code", "-at", "id"], name="worksheet_newest"),
            models.Index(fields=["bureau_code", "violation", "tier", "-at"], name="worksheet_alike"),
            models.Index(fields=["record_kind", "record_id"], name="worksheet_record"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["bureau_code", "year", "serial"], name="worksheet_one_number"),
            models.CheckConstraint(
                condition=Q(low__lte=F("high"), chosen__gte=F("low"), chosen__lte=F("high")),
                name="worksheet_within_range",
                violation_error_message="拟处罚款须在幅度以内。",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"裁量〔{self.year}〕{self.serial}号"
