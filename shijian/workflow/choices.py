from django.db.models import TextChoices


class VersionState(TextChoices):
    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "使用中"
    RETIRED = "retired", "已停用"


class InstanceState(TextChoices):
    RUNNING = "running", "办理中"
    ENDED = "ended", "已办结"
    CANCELLED = "cancelled", "已终止"


class TaskState(TextChoices):
    """`waiting` is an added approver whose turn comes later, or the task he holds up."""

    WAITING = "waiting", "等待加签"
    READY = "ready", "待领取"
    CLAIMED = "claimed", "办理中"
    DONE = "done", "已办"
    DROPPED = "dropped", "已失效"


OPEN_TASKS = (TaskState.WAITING, TaskState.READY, TaskState.CLAIMED)


class Mode(TextChoices):
    """How many act at a step."""

    SINGLE = "single", "一人办理"
    COUNTERSIGN = "countersign", "会签"
    VOTE = "vote", "集体讨论"


class Act(TextChoices):
    """What happened in an instance, as its history says it."""

    START = "start", "发起"
    CLAIM = "claim", "领取"
    RELEASE = "release", "退领"
    COMPLETE = "complete", "办理"
    DELEGATE = "delegate", "转办"
    ADD = "add", "加签"
    RETURN = "return", "退回"
    WITHDRAW = "withdraw", "撤回"
    CANCEL = "cancel", "终止"
    TIMER = "timer", "到期"
    MESSAGE = "message", "消息到达"
    MIGRATE = "migrate", "换用新版本"
    END = "end", "办结"


class Turn(TextChoices):
    """When an added approver (加签) acts."""

    BEFORE = "before", "在我之前"
    PARALLEL = "parallel", "与我同时"
    AFTER = "after", "在我之后"


class Verb(TextChoices):
    """Audit verbs of this module."""

    DRAFTED = "workflow.process.drafted", "保存流程草稿"
    PUBLISHED = "workflow.process.published", "发布流程"
    START = "workflow.instance.start", "发起流程"
    CLAIM = "workflow.task.claim", "领取任务"
    RELEASE = "workflow.task.release", "退领任务"
    COMPLETE = "workflow.task.complete", "办理任务"
    DELEGATE = "workflow.task.delegate", "转办任务"
    ADD = "workflow.task.add", "加签"
    RETURN = "workflow.task.return", "退回"
    WITHDRAW = "workflow.task.withdraw", "撤回"
    CANCEL = "workflow.instance.cancel", "终止流程"
    TIMER = "workflow.instance.timer", "流程到期自动前进"
    MESSAGE = "workflow.instance.message", "登记流程等待的消息"
    MIGRATE = "workflow.instance.migrate", "流程换用新版本"
    QUALIFICATION_CHANGED = "workflow.qualification.changed", "变更资格"
    QUALIFIED = "workflow.qualification.registered", "登记资格"
