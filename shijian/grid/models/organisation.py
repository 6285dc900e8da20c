"""Who leads the work in grids: 领导小组 and 网格办 with their duties, and the rules of the house (制度)."""

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import Q

from shijian.accounts.models import Unit, User

from ..choices import BodyKind, Post, RuleKind


class Body(models.Model):
    """领导小组 or 网格办: what it does, who sits in it, which units belong to it (方案 二、组织领导)."""

    bureau_code = models.CharField("局代码", max_length=12)
    kind = models.CharField("类别", max_length=12, choices=BodyKind)
    name = models.CharField("名称", max_length=80)
    duties = models.TextField("职责", max_length=3000)
    based_on = models.CharField("设立依据", max_length=120, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", verbose_name="设在")
    members = models.ManyToManyField(Unit, related_name="+", verbose_name="成员单位")

    class Meta:
        verbose_name = "组织机构"
        ordering = ["bureau_code", "-kind"]
        constraints = [models.UniqueConstraint(fields=["bureau_code", "kind"], name="body_once_of_a_kind")]

    def __str__(self) -> str:
        return self.name


class Seat(models.Model):
    """Who holds which post in a body, and since when."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="seats")
    person = models.ForeignKey(User, models.PROTECT, related_name="seats", verbose_name="人员")
    post = models.CharField("职务", max_length=12, choices=Post)
    since = models.DateField("任职日期")
    until = models.DateField("离任日期", null=True)

    class Meta:
        verbose_name = "组成人员"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["body", "person"], condition=Q(until=None), name="seat_once_a_person"),
            models.UniqueConstraint(
                fields=["body"], condition=Q(until=None, post__in=[Post.HEAD, Post.DIRECTOR]), name="seat_one_head"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")), name="seat_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_post_display()} {self.person}"


class HouseRule(models.Model):
    """A rule of the house in one version: its number stays, the version that holds on a day is found by the day (G-20)."""

    bureau_code = models.CharField("局代码", max_length=12)
    number = models.PositiveSmallIntegerField("编号")
    version = models.PositiveSmallIntegerField("版本", default=1)
    kind = models.CharField("种类", max_length=12, choices=RuleKind)
    title = models.CharField("名称", max_length=80)
    text = models.TextField("正文", max_length=50_000)
    binds_kinds = ArrayField(models.CharField(max_length=12), verbose_name="约束的人员", default=list)
    binds_units = models.ManyToManyField(Unit, related_name="+", verbose_name="约束的单位")  # none = all of the bureau
    document_no = models.CharField("发文字号", max_length=60, blank=True)
    valid = DateRangeField("施行期间")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "制度"
        ordering = ["number", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["bureau_code", "number", "version"], name="house_rule_version_once"),
            models.UniqueConstraint(
                fields=["bureau_code", "number"], condition=Q(valid__endswith=None), name="house_rule_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 号 {self.title}"
