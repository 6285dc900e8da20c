"""Work around the grids: meetings whose decisions become tasks, opinions that are answered."""

from django.db import models
from django.db.models import F, Q

from shijian.accounts.models import User
from shijian.core.ids import new_id
from shijian.core.scope import ScopedQuerySet
from shijian.core.sealed import SealedTextField

from ..choices import OpinionSource, Satisfaction, TaskState


class AreaRow(models.Model):
    """A row of a bureau's area: seen by those whose scope holds the area or lies in it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    bureau_code = models.CharField("局代码", max_length=12)
    area_code = models.CharField("网格编码", max_length=12, blank=True)

    class Meta:
        abstract = True


class Meeting(AreaRow):
    """网格化管理例会 of an area, unit or grid (方案 六(三)4)."""

    title = models.CharField("议题", max_length=80)
    held_on = models.DateField("召开日期")
    chair = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="主持")
    attendees = models.ManyToManyField(User, related_name="+", verbose_name="参加人员")
    minutes = models.TextField("会议纪要")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="记录")
    recorded_at = models.DateTimeField("记录时间")

    objects = ScopedQuerySet["Meeting"].as_manager()

    class Meta:
        verbose_name = "网格例会"
        ordering = ["-held_on"]
        indexes = [models.Index(fields=["bureau_code", "area_code", "-held_on"], name="meeting_by_area")]

    def __str__(self) -> str:
        return self.title


class GridTask(AreaRow):
    """A thing decided, with one person and one date; done by him, confirmed by who set it."""

    title = models.CharField("事项", max_length=120)
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, related_name="tasks", verbose_name="例会")
    assignee = models.ForeignKey(User, models.PROTECT, related_name="grid_tasks", verbose_name="责任人")
    due_on = models.DateField("完成期限")
    state = models.CharField("状态", max_length=10, choices=TaskState, default=TaskState.OPEN)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="交办人")
    set_at = models.DateTimeField("交办时间")
    result = models.TextField("完成情况", blank=True, default="")
    done_at = models.DateTimeField("完成时间", null=True)
    confirmed_at = models.DateTimeField("确认时间", null=True)

    objects = ScopedQuerySet["GridTask"].as_manager()

    class Meta:
        verbose_name = "网格事项"
        ordering = ["due_on"]
        indexes = [models.Index(fields=["assignee", "state", "due_on"], name="grid_task_mine")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=TaskState.OPEN, done_at=None) | ~Q(state=TaskState.OPEN) & Q(done_at__isnull=False),
                name="task_done_has_its_time",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Opinion(AreaRow):
    """An opinion of a deputy, a committee member or a resident on supervision in a grid, and its answer (方案 六(一)5)."""

    source = models.CharField("来源", max_length=12, choices=OpinionSource)
    from_name = SealedTextField("提出人", max_length=20, blank=True)
    text = models.TextField("意见建议")
    received_on = models.DateField("收到日期")
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="登记人")
    recorded_at = models.DateTimeField("登记时间")
    receipt = models.CharField("回执号", max_length=24, blank=True, default="")  # of one sent from the public page
    phone = SealedTextField("联系电话", max_length=20, blank=True, default="")
    sender_print = models.CharField(max_length=32, blank=True, default="", editable=False)  # keyed, to bound how often
    assignee = models.ForeignKey(User, models.PROTECT, related_name="grid_opinions", verbose_name="承办人")
    due_on = models.DateField("答复期限")
    answer = models.TextField("答复", blank=True, default="")
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="答复人")
    answered_at = models.DateTimeField("答复时间", null=True)
    satisfaction = models.CharField("回访", max_length=12, choices=Satisfaction, blank=True, default="")

    objects = ScopedQuerySet["Opinion"].as_manager()

    class Meta:
        verbose_name = "意见建议"
        ordering = ["-received_on"]
        indexes = [models.Index(fields=["bureau_code", "area_code", "-received_on"], name="opinion_by_area")]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | ~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False),
                name="an_answer_has_its_time",
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("received_on")), name="opinion_due_after_receipt"),
            models.UniqueConstraint(fields=["receipt"], condition=~Q(receipt=""), name="opinion_receipt_once"),
            models.CheckConstraint(
                condition=Q(recorded_by__isnull=False) | ~Q(receipt=""), name="opinion_logged_by_somebody_or_sent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()}：{self.text[:30]}"
