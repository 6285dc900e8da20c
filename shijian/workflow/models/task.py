from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from shijian.accounts.models import User
from shijian.core.ids import new_id

from ..choices import OPEN_TASKS, Act, Mode, TaskState, Turn
from .instance import Instance


class Task(models.Model):
    """Work of one person at one step: who may take it, who did it, with which outcome.

    `token` is the engine's id of the step; a step done by several (会签, 集体讨论, 加签) has several rows. `barred` are
    those whom the separation of duties keeps out; it saves the list a question, the act asks anew.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    instance = models.ForeignKey(Instance, models.PROTECT, related_name="tasks")
    token = models.UUIDField(editable=False)
    node_id = models.CharField("节点", max_length=100)
    name = models.CharField("步骤", max_length=120)
    mode = models.CharField("方式", max_length=12, choices=Mode, default=Mode.SINGLE)
    state = models.CharField("状态", max_length=12, choices=TaskState, default=TaskState.READY)
    bureau_code = models.CharField("局代码", max_length=12)
    area_code = models.CharField("网格编码", max_length=12, blank=True, default="")
    roles = ArrayField(models.CharField(max_length=40), default=list)
    unit_path = models.CharField("机构范围", max_length=120, blank=True, default="")
    reach = models.CharField("范围种类", max_length=12, default="record")  # as the node says: record, starter, bureau
    assignee = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="指定办理人")
    barred = ArrayField(models.UUIDField(), default=list)
    made_at = models.DateTimeField("到达时间")
    due_on = models.DateField("办理期限", null=True)
    opened_at = models.DateTimeField("首次打开", null=True)
    claimed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="办理人")
    claimed_at = models.DateTimeField("领取时间", null=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="办结人")
    done_for = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="代谁办理")
    done_at = models.DateTimeField("办结时间", null=True)
    outcome = models.CharField("结果", max_length=40, blank=True, default="")
    opinion = models.TextField("意见", blank=True, default="")
    data = models.JSONField("填写内容", default=dict)
    turn = models.CharField("加签方式", max_length=12, choices=Turn, blank=True, default="")
    beside = models.ForeignKey("self", models.PROTECT, null=True, related_name="added", verbose_name="为谁加签")

    class Meta:
        verbose_name = "流程任务"
        ordering = ["made_at", "id"]
        indexes = [
            models.Index(fields=["instance", "made_at"], name="task_by_instance"),
            models.Index(fields=["bureau_code", "due_on"], condition=Q(state__in=OPEN_TASKS), name="task_open"),
            models.Index(fields=["assignee"], condition=Q(state__in=OPEN_TASKS), name="task_open_assignee"),
            models.Index(fields=["claimed_by"], condition=Q(state="claimed"), name="task_claimed"),
            models.Index(fields=["done_by", "-done_at"], condition=Q(state="done"), name="task_done"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="claimed") | Q(claimed_by__isnull=False, claimed_at__isnull=False),
                name="task_claimed_by_one",
            ),
            models.CheckConstraint(condition=~Q(state="ready") | Q(claimed_by=None), name="task_ready_is_nobodys"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_by__isnull=False, done_at__isnull=False), name="task_done_by_one"
            ),
            models.UniqueConstraint(
                fields=["instance", "token"],
                condition=Q(state__in=OPEN_TASKS, mode="single", turn=""),
                name="task_single_once_per_step",
            ),
            models.UniqueConstraint(
                fields=["instance", "token", "assignee"],
                condition=Q(state__in=OPEN_TASKS, assignee__isnull=False),
                name="task_once_per_person",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_TASKS


class Move(models.Model):
    """What happened in an instance, in order. Never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    instance = models.ForeignKey(Instance, models.PROTECT, related_name="moves")
    task = models.ForeignKey(Task, models.PROTECT, null=True, related_name="moves")
    act = models.CharField("行为", max_length=12, choices=Act)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="经办人")
    to = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="交给")
    at = models.DateTimeField("时间")
    step = models.CharField("步骤", max_length=120, blank=True, default="")
    text = models.CharField("结果", max_length=80, blank=True, default="")
    note = models.TextField("说明", blank=True, default="")

    class Meta:
        verbose_name = "流程经过"
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["instance", "at"], name="move_by_instance")]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.step}"
