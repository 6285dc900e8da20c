"""Routine duties with their cycles, one record per grid and period; 消费维权服务站 and their visits; milestones."""

from django.db import models

from shijian.accounts.models import Unit, User
from shijian.core.scope import ScopedQuerySet

from ..choices import Cycles, Duty
from ..rules.cycles import Cycle
from .node import Node
from .work import AreaRow


class RoutineDuty(models.Model):
    """What the people of every grid do again and again (方案 六(一)): by whom, how often."""

    bureau_code = models.CharField("局代码", max_length=12)
    title = models.CharField("职责", max_length=60)
    detail = models.CharField("要求", max_length=300, blank=True)
    duty = models.CharField("由谁完成", max_length=10, choices=Duty, default=Duty.CHIEF)
    cycle = models.CharField("周期", max_length=10, choices=Cycles)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "日常职责"
        ordering = ["bureau_code", "pk"]
        constraints = [models.UniqueConstraint(fields=["bureau_code", "title"], name="routine_duty_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def who(self) -> str:
        """Who does it in a grid, by the title he has there."""
        return "网格长" if self.duty == Duty.CHIEF else str(self.get_duty_display())

    @property
    def every(self) -> Cycle:
        return Cycle(self.cycle)


class RoutineRecord(AreaRow):
    """That a duty was done in a grid for a period."""

    duty = models.ForeignKey(RoutineDuty, models.PROTECT, related_name="records", verbose_name="职责")
    node = models.ForeignKey(Node, models.PROTECT, related_name="+", verbose_name="网格")
    period_start = models.DateField("周期起始")
    done_on = models.DateField("完成日期")
    text = models.TextField("工作情况")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="完成人")
    at = models.DateTimeField("登记时间")

    objects = ScopedQuerySet["RoutineRecord"].as_manager()

    class Meta:
        verbose_name = "日常职责记录"
        ordering = ["-period_start"]
        constraints = [
            models.UniqueConstraint(fields=["duty", "node", "period_start"], name="routine_once_a_period"),
        ]

    def __str__(self) -> str:
        return f"{self.area_code} {self.duty} {self.period_start}"


class ServicePoint(AreaRow):
    """消费维权服务站 in a grid, guided by its people (方案 六(一)2)."""

    name = models.CharField("名称", max_length=60)
    host = models.CharField("设立单位", max_length=60)
    is_active = models.BooleanField("在用", default=True)

    objects = ScopedQuerySet["ServicePoint"].as_manager()

    class Meta:
        verbose_name = "消费维权服务站"
        ordering = ["area_code", "name"]
        constraints = [models.UniqueConstraint(fields=["bureau_code", "name"], name="service_point_once")]

    def __str__(self) -> str:
        return self.name


class PointVisit(models.Model):
    """A visit with guidance; `settled` disputes the point settled itself since the last visit."""

    point = models.ForeignKey(ServicePoint, models.PROTECT, related_name="visits")
    on = models.DateField("日期")
    settled = models.PositiveSmallIntegerField("自行和解（件）", default=0)
    text = models.TextField("指导情况")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="指导人")

    class Meta:
        verbose_name = "服务站指导记录"
        ordering = ["-on"]

    def __str__(self) -> str:
        return f"{self.point} {self.on}"


class Milestone(models.Model):
    """A step of the implementation plan: stage, lead unit, date (方案 八)."""

    bureau_code = models.CharField("局代码", max_length=12)
    stage = models.CharField("阶段", max_length=40)
    title = models.CharField("任务", max_length=120)
    lead = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="牵头单位")
    due_on = models.DateField("完成期限")
    done_on = models.DateField("完成日期", null=True)

    class Meta:
        verbose_name = "实施计划"
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.title
