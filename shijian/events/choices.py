from django.db.models import TextChoices


class Source(TextChoices):
    """Where an event comes from (GRD-07; 灞桥区市场监管网格化管理实施方案 六(二)1)."""

    DAILY_CHECK = "daily_check", "日常核查"
    INSPECTION = "inspection", "检查"
    SPOT_CHECK = "spot_check", "抽查"
    COMPLAINT = "complaint", "投诉"
    REPORT = "report", "举报"
    MEDIA = "media", "媒体曝光"
    TRANSFER = "transfer", "部门移送"
    ORDER = "order", "上级交办转办"
    INTERFACE = "interface", "其他系统"


class State(TextChoices):
    REPORTED = "reported", "待派遣"
    DISPATCHED = "dispatched", "待接收"
    HANDLING = "handling", "处置中"
    HANDED_OVER = "handed_over", "已移送待回执"
    REVIEWING = "reviewing", "待复核"
    CLOSED = "closed", "已办结"
    MERGED = "merged", "已并入"


class Act(TextChoices):
    REPORT = "report", "发现受理"
    DISPATCH = "dispatch", "派遣"
    ACCEPT = "accept", "接收"
    REFUSE = "refuse", "退回派遣"
    ESCALATE = "escalate", "上报上级"
    SEND_BACK = "send_back", "退回下级"
    HAND_OVER = "hand_over", "移送其他部门"
    RECEIPT = "receipt", "收到移送回执"
    FEED_BACK = "feed_back", "反馈结果"
    CLOSE = "close", "复核办结"
    REJECT = "reject", "复核退回"
    REOPEN = "reopen", "重新办理"
    OBSERVE = "observe", "补充情况"
    MERGE = "merge", "并入另一事件"
    TAKE_IN = "take_in", "并入重复事件"
    UNMERGE = "unmerge", "撤销合并"
    SUPERVISE = "supervise", "督办"
    ANSWER = "answer", "回复督办"
    RELEASE = "release", "解除督办"
    TAKE_OVER = "take_over", "转交接办"
    LOCATE = "locate", "校正位置"
    REMIND = "remind", "系统提醒"
    RECODE = "recode", "网格调整"


class FirstHandler(TextChoices):
    """To whom an event of a kind is proposed as soon as it is reported."""

    GRID_CHIEF = "grid_chief", "网格长"
    UNIT_CHIEF = "unit_chief", "单元长"
    DISPATCHER = "dispatcher", "由派遣人员指定"


class PhraseUse(TextChoices):
    """In which form a phrase is offered."""

    FEED_BACK = "feed_back", "反馈结果"
    CLOSE = "close", "复核"
    REFUSE = "refuse", "退回派遣"
    ESCALATE = "escalate", "上报上级"
    HAND_OVER = "hand_over", "移送"
    OBSERVE = "observe", "补充情况"
    ANSWER = "answer", "回复督办"


class LeadState(TextChoices):
    SENT = "sent", "待接收"
    ACCEPTED = "accepted", "已接收"
    RETURNED = "returned", "已退回"


class TaskKind(TextChoices):
    INSPECTION = "inspection", "监督检查"
    VERIFICATION = "verification", "线索核查"
    SAMPLING = "sampling", "抽样"
    MEASURE = "measure", "采取强制措施"
    SERVICE = "service", "送达文书"
    PUBLICITY = "publicity", "宣传指导"


class TaskState(TextChoices):
    REGISTERED = "registered", "已登记"
    RUNNING = "running", "执行中"
    DONE = "done", "已完成"
    CANCELLED = "cancelled", "已取消"


class DueLevel(TextChoices):
    OVERDUE = "overdue", "已超期"
    SOON = "soon", "五日内到期"
    UNANSWERED = "unanswered", "逾期未接收"


class Verb(TextChoices):
    REPORTED = "events.event.reported", "上报事件"
    DISPATCHED = "events.event.dispatched", "派遣事件"
    ACCEPTED = "events.event.accepted", "接收事件"
    REFUSED = "events.event.refused", "退回派遣"
    ESCALATED = "events.event.escalated", "上报上级"
    SENT_BACK = "events.event.sent_back", "退回下级"
    HANDED_OVER = "events.event.handed_over", "移送其他部门"
    RECEIPTED = "events.event.receipted", "登记移送回执"
    FED_BACK = "events.event.fed_back", "反馈结果"
    CLOSED = "events.event.closed", "复核办结"
    REJECTED = "events.event.rejected", "复核退回"
    REOPENED = "events.event.reopened", "重新办理"
    OBSERVED = "events.event.observed", "补充情况"
    MERGED = "events.event.merged", "并入另一事件"
    TOOK_IN = "events.event.took_in", "并入重复事件"
    UNMERGED = "events.event.unmerged", "撤销合并"
    SUPERVISED = "events.event.supervised", "督办事件"
    ANSWERED = "events.event.answered", "回复督办"
    RELEASED = "events.event.released", "解除督办"
    TAKEN_OVER = "events.event.taken_over", "转交接办"
    ASKED = "events.message.sent", "交流"
    PHRASE_KEPT = "events.phrase.kept", "保存常用语"
    PHRASE_DROPPED = "events.phrase.dropped", "停用常用语"
    LOCATED = "events.event.located", "校正位置"
    RECODED = "events.event.recoded", "网格调整改归"
    REMINDED = "events.event.reminded", "提醒"
    EXPORTED = "events.list.exported", "导出事件"
    LADDER_CHANGED = "events.ladder.changed", "修改提醒阶梯"
    STUDIED = "events.study.made", "形成研判"
    STUDY_SETTLED = "events.study.settled", "落实研判措施"
    LEAD_SENT = "events.lead.sent", "移交违法线索"
    LEAD_ACCEPTED = "events.lead.accepted", "接收违法线索"
    LEAD_RETURNED = "events.lead.returned", "退回违法线索"
    TASK_REGISTERED = "events.task.registered", "登记执法任务"
    TASK_STARTED = "events.task.started", "开始执法任务"
    TASK_ENDED = "events.task.ended", "完成执法任务"
    TASK_CANCELLED = "events.task.cancelled", "取消执法任务"
    KIND_CHANGED = "events.kind.changed", "修改事项"
    KIND_ADDED = "events.kind.added", "新增事项"


VERB_OF = {
    Act.RECODE: Verb.RECODED,
    Act.REPORT: Verb.REPORTED,
    Act.DISPATCH: Verb.DISPATCHED,
    Act.ACCEPT: Verb.ACCEPTED,
    Act.REFUSE: Verb.REFUSED,
    Act.ESCALATE: Verb.ESCALATED,
    Act.SEND_BACK: Verb.SENT_BACK,
    Act.HAND_OVER: Verb.HANDED_OVER,
    Act.RECEIPT: Verb.RECEIPTED,
    Act.FEED_BACK: Verb.FED_BACK,
    Act.CLOSE: Verb.CLOSED,
    Act.REJECT: Verb.REJECTED,
    Act.REOPEN: Verb.REOPENED,
    Act.OBSERVE: Verb.OBSERVED,
    Act.MERGE: Verb.MERGED,
    Act.TAKE_IN: Verb.TOOK_IN,
    Act.UNMERGE: Verb.UNMERGED,
    Act.SUPERVISE: Verb.SUPERVISED,
    Act.ANSWER: Verb.ANSWERED,
    Act.RELEASE: Verb.RELEASED,
    Act.TAKE_OVER: Verb.TAKEN_OVER,
    Act.LOCATE: Verb.LOCATED,
    Act.REMIND: Verb.REMINDED,
}


class TallyGrain(TextChoices):
    MATTER = "matter", "日、事项、来源"
    PLACE = "place", "月、网格、来源"
    BOTH = "both", "月、网格、事项"
