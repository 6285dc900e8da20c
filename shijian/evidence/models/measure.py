from datetime import date

from django.db import models
from django.db.models import F, Q

from shijian.accounts.models import User
from shijian.core.ids import new_id
from shijian.deadlines.models import Clock

from ..choices import GoodState, ListKind, MeasureKind, MeasureState
from .attached import Attached
from .item import Item


class Measure(Attached):
    """先行登记保存, 查封 or 扣押: who is concerned, on which article, approved by whom. Until when, its clocks say
    (`deadlines`): that of the measure itself, and for one taken on the spot that of the late approval.

    Source: 行政处罚法 art. 56; 行政强制法 (2011-06-30) art. 18, 19, 24, 25, 28; 市场监督管理行政处罚程序规定 art. 33–42.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField("编号", max_length=40, unique=True)
    kind = models.CharField("措施", max_length=12, choices=MeasureKind)
    state = models.CharField("状态", max_length=8, choices=MeasureState, default=MeasureState.APPLIED)
    party_name = models.CharField("当事人", max_length=120)
    reason = models.TextField("事由", max_length=1000)
    basis = models.CharField("法律依据", max_length=200)
    place = models.CharField("实施地点", max_length=200)
    storage = models.CharField("存放地点", max_length=200)
    is_urgent = models.BooleanField("情况紧急，当场实施", default=False)
    officer = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="执法人员")
    second_officer = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="执法人员（第二名）")
    applied_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="申请人")
    applied_at = models.DateTimeField("申请时间")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="批准人")
    decided_at = models.DateTimeField("批准时间", null=True)
    opinion = models.CharField("审批意见", max_length=300, blank=True, default="")
    started_on = models.DateField("实施日期", null=True)
    clock = models.OneToOneField(Clock, models.PROTECT, null=True, related_name="+", verbose_name="期限")
    approval_clock = models.OneToOneField(
        Clock, models.PROTECT, null=True, related_name="+", verbose_name="补办批准期限"
    )
    extension_reason = models.CharField("延长理由", max_length=300, blank=True, default="")
    ended_at = models.DateTimeField("结束时间", null=True)
    ended_why = models.CharField("结束原因", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = "保存和查封扣押"
        ordering = ["-applied_at"]
        indexes = [
            models.Index(fields=["bureau_code", "area_code", "-applied_at"], name="measure_by_area"),
            models.Index(fields=["record_kind", "record_id"], name="measure_by_record"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(officer=F("second_officer")), name="measure_officers_differ"),
            models.CheckConstraint(
                condition=~Q(state="in_force") | Q(started_on__isnull=False, clock__isnull=False),
                name="measure_in_force_has_clock",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    @property
    def due_on(self) -> date | None:
        return self.clock.due_on if self.clock else None

    @property
    def is_open(self) -> bool:
        return self.state in {MeasureState.APPLIED, MeasureState.APPROVED, MeasureState.IN_FORCE}


class Good(models.Model):
    """A row of the 场所、设施、财物清单. What it says is fixed; only its state and where it lies change, each on its chain."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="goods", verbose_name="措施")
    line = models.PositiveSmallIntegerField("行号")
    label = models.CharField("标签号", max_length=50, unique=True)
    list_kind = models.CharField("清单", max_length=8, choices=ListKind, default=ListKind.GOODS)
    name = models.CharField("名称", max_length=120)
    spec = models.CharField("规格、型号、批号", max_length=200, blank=True, default="")
    maker = models.CharField("生产者（标称）", max_length=120, blank=True, default="")
    quantity = models.DecimalField("数量", max_digits=12, decimal_places=3)
    unit = models.CharField("单位", max_length=20)
    value_yuan = models.DecimalField("单价（元）", max_digits=14, decimal_places=2, null=True)
    condition = models.CharField("完好程度、特征", max_length=200, blank=True, default="")
    photo = models.ForeignKey(Item, models.PROTECT, null=True, related_name="+", verbose_name="照片")
    state = models.CharField("状态", max_length=12, choices=GoodState, default=GoodState.HELD)
    storage = models.CharField("存放地点", max_length=200)

    class Meta:
        verbose_name = "涉案物品"
        ordering = ["measure", "line"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "line"], name="good_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="good_has_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.name}"
