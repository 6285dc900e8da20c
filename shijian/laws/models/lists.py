from django.db import models
from django.db.models import Q

from shijian.accounts.models import Unit

from ..choices import PowerKind


class PowerItem(models.Model):
    """One item of a bureau's power list (权力清单), or a sub-item of one."""

    bureau_code = models.CharField("局代码", max_length=12)
    code = models.CharField("编码", max_length=40)
    parent_code = models.CharField("所属事项编码", max_length=40, blank=True, default="")
    name = models.CharField("事项名称", max_length=200)
    kind = models.CharField("权力类型", max_length=12, choices=PowerKind)
    basis = models.CharField("设定依据", max_length=600)
    subject = models.CharField("实施主体", max_length=60, blank=True, default="")
    unit = models.CharField("承办机构", max_length=60, blank=True, default="")
    procedure = models.CharField("办理程序", max_length=60, blank=True, default="")
    forms = models.CharField("使用文书", max_length=200, blank=True, default="")
    limit = models.CharField("办理时限", max_length=60, blank=True, default="")
    is_public = models.BooleanField("向社会公布", default=True)

    class Meta:
        verbose_name = "权力事项"
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["bureau_code", "code"], name="law_power_once")]

    def __str__(self) -> str:
        return self.name


class DutyItem(models.Model):
    """One item of the duty list (事权清单): what the bureau's divisions do and what the stations do."""

    bureau_code = models.CharField("局代码", max_length=12)
    code = models.CharField("编码", max_length=40)
    area = models.CharField("业务领域", max_length=40)
    name = models.CharField("事项名称", max_length=200)
    bureau_role = models.CharField("局机关职责", max_length=300, blank=True, default="")
    station_role = models.CharField("监管所职责", max_length=300, blank=True, default="")
    unit = models.CharField("牵头机构", max_length=60, blank=True, default="")
    basis = models.CharField("依据", max_length=600, blank=True, default="")

    class Meta:
        verbose_name = "事权事项"
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["bureau_code", "code"], name="law_duty_once"),
            models.CheckConstraint(condition=~Q(bureau_role="", station_role=""), name="law_duty_is_somebodys"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def share(self) -> str:
        """Who does it; 两级都写同一职责 is an overlap to be settled."""
        if not self.bureau_role:
            return "监管所"
        if not self.station_role:
            return "局机关"
        return "重叠" if self.bureau_role == self.station_role else "两级分工"


class UnitDuty(models.Model):
    """One duty of a unit of the bureau by its staffing plan (三定规定): 内设机构, 直属机构 or 派出机构."""

    bureau_code = models.CharField("局代码", max_length=12)
    code = models.CharField("编码", max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="机构")
    duty = models.CharField("职责", max_length=600)
    basis = models.CharField("依据", max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "机构职责"
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["bureau_code", "code"], name="law_unit_duty_once")]

    def __str__(self) -> str:
        return self.duty[:40]


class Boundary(models.Model):
    """Where supervision ends and enforcement begins in one matter (监管机构 and 综合执法机构), and how a thing is handed over."""

    bureau_code = models.CharField("局代码", max_length=12)
    code = models.CharField("编码", max_length=40)
    area = models.CharField("业务领域", max_length=40)
    matter = models.CharField("事项", max_length=200)
    supervisor = models.CharField("监管机构", max_length=60, blank=True, default="")
    supervision = models.CharField("监管职责", max_length=300, blank=True, default="")
    enforcer = models.CharField("综合执法机构", max_length=60, blank=True, default="")
    enforcement = models.CharField("执法职责", max_length=300, blank=True, default="")
    handover = models.CharField("移交和协作", max_length=300, blank=True, default="")
    basis = models.CharField("依据", max_length=600, blank=True, default="")

    class Meta:
        verbose_name = "监管执法分工事项"
        ordering = ["area", "code"]
        constraints = [
            models.UniqueConstraint(fields=["bureau_code", "code"], name="law_boundary_once"),
            models.CheckConstraint(condition=~Q(supervision="", enforcement=""), name="law_boundary_is_somebodys"),
        ]

    def __str__(self) -> str:
        return self.matter

    @property
    def standing(self) -> str:
        """Whether the line is drawn: both sides write the same, one side is missing, no handover is written."""
        if not self.supervision or not self.enforcement:
            return "只有一方"
        if self.supervision == self.enforcement:
            return "重叠"
        return "清楚" if self.handover else "缺移交办法"


class Guide(models.Model):
    """How a step of a procedure is done (业务操作指南), written for this product; the law itself is linked."""

    code = models.SlugField("代码", max_length=40, unique=True)
    title = models.CharField("名称", max_length=80)
    procedure = models.CharField("程序", max_length=40)
    position = models.PositiveSmallIntegerField("次序")
    who = models.CharField("谁来办", max_length=200)
    limit = models.CharField("期限", max_length=200, blank=True, default="")
    citations = models.CharField("依据", max_length=400)
    forms = models.CharField("文书", max_length=200, blank=True, default="")
    steps = models.JSONField("怎么办", default=list)
    mistakes = models.JSONField("容易出错", default=list)

    class Meta:
        verbose_name = "操作指南"
        ordering = ["position"]

    def __str__(self) -> str:
        return self.title
