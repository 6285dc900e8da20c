from django.db import models
from django.db.models import Q

from shijian.accounts.models import User
from shijian.core.ids import new_id
from shijian.core.scope import ScopedQuerySet

from ..choices import DECIDED, OPEN, QUIET, Act, Fault, HitState, Severity


class Hit(models.Model):
    """One thing a rule found, once: found again it is the same hit as long as it is open, explained or excluded."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bureau_code = models.CharField("局代码", max_length=12)
    area_code = models.CharField("网格编码", max_length=12, blank=True, default="")
    rule = models.SlugField("规则", max_length=40)
    fault = models.CharField("类别", max_length=12, choices=Fault)
    severity = models.CharField("轻重", max_length=8, choices=Severity)
    subject_kind = models.CharField("对象种类", max_length=30)
    subject_key = models.CharField("对象", max_length=60)
    label = models.CharField("对象名称", max_length=160)
    url = models.CharField("网址", max_length=200, blank=True, default="")
    reason = models.CharField("事由", max_length=300)
    state = models.CharField("状态", max_length=10, choices=HitState, default=HitState.NEW)
    found_at = models.DateTimeField("首次发现")
    seen_at = models.DateTimeField("最近发现")
    ended_at = models.DateTimeField("消除或者办结时间", null=True)

    looked_at = models.DateTimeField("复核时间", null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "监察命中"
        ordering = ["-found_at"]
        indexes = [
            models.Index(fields=["bureau_code", "-found_at", "id"], name="hit_newest"),
            models.Index(fields=["bureau_code", "rule", "state"], name="hit_by_rule"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["bureau_code", "rule", "subject_kind", "subject_key"],
                condition=Q(state__in=[*OPEN, *QUIET]),
                name="hit_once_a_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.label}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def waits_for_second_look(self) -> bool:
        return self.state in DECIDED and self.looked_at is None


class Handling(models.Model):
    """What somebody did about a hit, and why; never altered."""

    hit = models.ForeignKey(Hit, models.PROTECT, related_name="handlings", verbose_name="命中")
    act = models.CharField("处理", max_length=10, choices=Act)
    note = models.CharField("说明", max_length=500)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="处理人")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "命中处理"
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.hit}"
