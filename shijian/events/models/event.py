from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.postgres.indexes import SpGistIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left
from django.utils.timezone import get_current_timezone

from shijian.accounts.models import User
from shijian.core.ids import new_id
from shijian.core.scope import ScopedQuerySet
from shijian.subjects.models import Entity
from shijian.subjects.models.fields import PointField

from ..choices import Source, State
from ..rules import loop
from .kind import Kind

OPEN = [State.REPORTED, State.DISPATCHED, State.HANDLING, State.HANDED_OVER, State.REVIEWING]
IN_HAND = [State.DISPATCHED, State.HANDLING]
UNIT_DIGITS = 4  # of a grid code: the unit (单元), the level most lists are asked for
UNANSWERED = "unanswered"  # `warned` before any rung of the ladder


class UnitOf(models.Func):
    """The unit of an event's grid, in the words of the index `event_by_unit`."""

    template = f"left(area_code, {UNIT_DIGITS})"
    output_field = models.CharField()

    def __init__(self) -> None:
        super().__init__("area_code")


class EventQuerySet(ScopedQuerySet["Event"]):
    def open(self) -> "EventQuerySet":
        return self.filter(state__in=OPEN)

    def overdue(self, *, on: date) -> "EventQuerySet":
        return self.open().filter(due_on__lt=on)


class Event(models.Model):
    """A field finding. Its id is made by whoever reports it, so sending it again is harmless.

    `area_code` is where it happened; `holder_code` the node in charge now (it moves up when a grid cannot handle it);
    `handler_code` the level of the handler, above which the reviewer must stand.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField("事件号", max_length=20)
    bureau_code = models.CharField("局代码", max_length=12)
    area_code = models.CharField("网格编码", max_length=12, blank=True, default="")
    kind = models.ForeignKey(Kind, models.PROTECT, related_name="events", verbose_name="事项", db_index=False)
    source = models.CharField("来源", max_length=20, choices=Source)
    description = models.TextField("情况说明", max_length=2000)
    entity = models.ForeignKey(
        Entity,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="events",
        verbose_name="涉及主体",
        db_index=False,
    )
    location_wgs84 = PointField("位置", null=True)
    accuracy_m = models.PositiveIntegerField("定位误差（米）", null=True)
    address = models.CharField("地点", max_length=200, blank=True, default="")
    discovered_at = models.DateTimeField("发现时间")
    reported_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上报人", db_index=False)
    reported_at = models.DateTimeField("上报时间")
    outside_no = models.CharField("外部编号", max_length=60, blank=True, default="")
    payload_hash = models.CharField(max_length=32, editable=False)
    state = models.CharField("状态", max_length=12, choices=State, default=State.REPORTED)
    holder_code = models.CharField("当前层级", max_length=12, blank=True, default="")
    handler = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="handled_events", verbose_name="处置人", db_index=False
    )
    handler_code = models.CharField("处置人层级", max_length=12, blank=True, default="")
    respond_by = models.DateTimeField("接收期限", null=True)
    due_on = models.DateField("办理期限", null=True)
    due_at = models.DateTimeField("办理时刻", null=True)
    clock_from = models.DateTimeField("期限起算", null=True)
    limit_text = models.CharField("期限依据", max_length=200, blank=True, default="")
    working = models.JSONField("期限推演", default=dict)
    fed_back_at = models.DateTimeField("反馈时间", null=True)
    closed_at = models.DateTimeField("办结时间", null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="复核人")
    reopened = models.PositiveSmallIntegerField("重办次数", default=0)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="merged", verbose_name="并入", db_index=False
    )
    supervised_until = models.DateField("督办期限", null=True)  # set while under supervision
    warned = models.CharField("已提醒", max_length=12, blank=True, default="")

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = "事件"
        constraints = [
            models.UniqueConstraint(fields=["bureau_code", "number"], name="event_number_once"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="event_state_known"),
            models.CheckConstraint(
                condition=~Q(state=State.CLOSED)
                | (
                    Q(closed_by__isnull=False, closed_at__isnull=False) & (Q(handler=None) | ~Q(closed_by=F("handler")))
                ),
                name="event_closed_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.DISPATCHED, State.HANDLING]) | Q(handler__isnull=False),
                name="event_in_hand_has_handler",
            ),
            models.CheckConstraint(
                condition=Q(state=State.MERGED, merged_into__isnull=False)
                | (~Q(state=State.MERGED) & Q(merged_into=None)),
                name="event_merged_points_to_main",
            ),
        ]
        indexes = [
            models.Index(fields=["bureau_code", "area_code", "-reported_at"], name="event_by_area"),
            models.Index(fields=["bureau_code", "-reported_at", "id"], name="event_by_time"),
            models.Index(fields=["bureau_code", "state", "due_on"], name="event_by_due"),
            models.Index(
                F("bureau_code"), Left("area_code", UNIT_DIGITS), F("reported_at"), F("id"), name="event_by_unit"
            ),
            models.Index(fields=["handler", "state"], name="event_by_handler"),
            models.Index(fields=["handler", "reported_at", "id"], name="event_by_handler_time"),
            models.Index(fields=["entity", "-reported_at"], name="event_by_entity"),
            models.Index(fields=["reported_by", "-reported_at"], name="event_by_reporter"),
            # Few of millions are open: the lists and figures of what is open read this index alone.
            models.Index(
                fields=["bureau_code", "reported_at", "id"],
                include=[
                    "area_code",
                    "kind",
                    "source",
                    "state",
                    "due_on",
                    "due_at",
                    "supervised_until",
                    "handler",
                    "reported_by",
                    "location_wgs84",
                ],
                condition=Q(state__in=OPEN),
                name="event_is_open",
            ),
            models.Index(
                fields=["bureau_code", "supervised_until"],
                condition=Q(supervised_until__isnull=False),
                name="event_supervised",
            ),
            models.Index(fields=["merged_into"], condition=Q(state=State.MERGED), name="event_by_main"),
            # Open events only, told as every question tells them, or the database would take two indexes of the same for better.
            SpGistIndex(fields=["location_wgs84"], condition=Q(state__in=OPEN), name="event_open_places"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"

    @property
    def lon(self) -> float | None:
        return self.location_wgs84[0] if self.location_wgs84 else None

    @property
    def lat(self) -> float | None:
        return self.location_wgs84[1] if self.location_wgs84 else None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def clock_ends(self) -> datetime | None:
        """The last instant in time: the hour of the limit, or the end of its last day."""
        if self.due_at or self.due_on is None:
            return self.due_at
        return datetime.combine(self.due_on + timedelta(days=1), time(), tzinfo=get_current_timezone())

    @property
    def is_supervised(self) -> bool:
        return self.supervised_until is not None

    @property
    def due(self) -> Any:
        return self.due_at or self.due_on

    @property
    def steps_done(self) -> list[tuple[str, str]]:
        """The five steps as (name, "is-done", "is-now" or "")."""
        at = loop.STEP_OF[self.state]
        return [(name, "is-done" if n < at else "is-now" if n == at else "") for n, name in enumerate(loop.STEPS)]
