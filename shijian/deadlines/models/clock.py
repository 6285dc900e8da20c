from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from shijian.accounts.models import User
from shijian.core.ids import new_id
from shijian.core.rules.kinds import Approver, SpanKind, Unit
from shijian.core.scope import ScopedQuerySet

from ..choices import OPEN, State


class Clock(models.Model):
    """A time limit that runs for a record. `rule_key` with `rule_from` names the version of the law that governs it.

    `due_on` is the hard limit after roll-over, `warn_on` the day reminders aim at; for limits in hours `due_at` is the
    instant. Days from `window_first` to `window_last` are those whose kind has a part in it. Source: rules CAL-15.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bureau_code = models.CharField("局代码", max_length=12)
    area_code = models.CharField("网格编码", max_length=12, blank=True, default="")
    record_kind = models.CharField("所属记录种类", max_length=20)
    record_id = models.UUIDField("所属记录")
    record_number = models.CharField("记录编号", max_length=60)
    record_title = models.CharField("记录名称", max_length=120)
    record_url = models.CharField("记录网址", max_length=200)
    rule_key = models.SlugField("期限代码", max_length=60)
    rule_from = models.DateField("适用版本的生效日期")
    name = models.CharField("期限", max_length=60)
    citation = models.CharField("依据", max_length=200)
    unit = models.CharField("单位", max_length=3, choices=Unit.choices(), blank=True)
    amount = models.PositiveSmallIntegerField("批准的数量", null=True)
    start_event = models.CharField("起算事件", max_length=80)
    start_on = models.DateField("起算日")
    start_at = models.DateTimeField("起算时刻", null=True)
    responsible = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="承办人")
    due_on = models.DateField("期限")
    due_at = models.DateTimeField("期限时刻", null=True)
    warn_on = models.DateField("提醒日")
    window_first = models.DateField("推算所及的第一日")
    window_last = models.DateField("推算所及的最后一日")
    is_estimated = models.BooleanField("估算", default=False)
    is_plain = models.BooleanField("没有扣除和延长", default=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.RUNNING)
    warned = models.SmallIntegerField("已提醒到的档", null=True)  # days left of the last rung that was told
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    started_at = models.DateTimeField("登记时间")
    ended_on = models.DateField("办结日期", null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="办结人")
    note = models.CharField("说明", max_length=200, blank=True, default="")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "办理时限"
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["bureau_code", "due_on", "id"], condition=Q(state__in=OPEN), name="clock_open_by_due"),
            models.Index(fields=["responsible", "due_on"], condition=Q(state__in=OPEN), name="clock_open_of_person"),
            models.Index(fields=["record_kind", "record_id"], name="clock_of_record"),
            models.Index(
                fields=["window_last", "window_first"], condition=Q(state__in=OPEN), name="clock_open_by_window"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["record_kind", "record_id", "rule_key"],
                condition=Q(state__in=OPEN),
                name="clock_runs_once",
                violation_error_message="这一记录已有同一期限在计时。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, ended_on=None) | (~Q(state__in=OPEN) & Q(ended_on__isnull=False)),
                name="clock_ends_with_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.record_number}）"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_late(self) -> bool:
        """Ended after its due day."""
        return self.ended_on is not None and self.ended_on > self.due_on


class Span(models.Model):
    """Time that does not count, with the paper that began and the one that ended it. `last` None = still going on."""

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="spans", verbose_name="时限")
    kind = models.CharField("种类", max_length=40, choices=SpanKind.choices())
    first = models.DateField("起")
    last = models.DateField("止", null=True)
    start_document = models.CharField("开始的文书", max_length=80)
    end_document = models.CharField("结束的文书", max_length=80, blank=True, default="")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")
    removed_at = models.DateTimeField("撤回时间", null=True)

    class Meta:
        verbose_name = "不计入的时间"
        ordering = ["first", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(last=None) | Q(last__gte=F("first")), name="span_days_in_order"),
            models.UniqueConstraint(
                fields=["clock"], condition=Q(last=None, removed_at=None), name="span_one_open_a_clock"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.first} 至 {self.last or '今'}"


class Extension(models.Model):
    """An approved extension. `approver` is the office that may approve it by law, `document` its paper."""

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="extensions", verbose_name="时限")
    amount = models.PositiveSmallIntegerField("数量")
    unit = models.CharField("单位", max_length=3, choices=Unit.choices())
    approver = models.CharField("批准机关", max_length=30, choices=Approver.choices())
    approved_by_name = models.CharField("批准人职务", max_length=40)
    document = models.CharField("批准文书", max_length=80)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "延长"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"延长 {self.amount} {self.get_unit_display()}"


class Change(models.Model):
    """The due date before and after, and why; never altered (rules CAL-15)."""

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="changes", verbose_name="时限")
    old_due_on = models.DateField("原期限", null=True)
    new_due_on = models.DateField("新期限")
    why = models.CharField("原因", max_length=200)
    days = ArrayField(models.DateField(), verbose_name="变动的日期", default=list, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="操作人")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "期限变动"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.old_due_on} → {self.new_due_on}"


class CalendarSeen(models.Model):
    """The exceptional days the clocks were last worked out with: what differs from the calendar of today has changed."""

    days = models.JSONField("特殊日")
    published = ArrayField(models.PositiveSmallIntegerField(), verbose_name="已公布的年份")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "已按其推算的日历"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"
