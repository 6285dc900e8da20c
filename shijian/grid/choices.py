from django.db.models import TextChoices


class NodeStatus(TextChoices):
    PROPOSED = "proposed", "待审定"
    APPROVED = "approved", "已审定"
    REFUSED = "refused", "未通过"
    RETIRED = "retired", "已撤销"


class Duty(TextChoices):
    CHIEF = "chief", "负责人"
    MANAGER = "manager", "管理员"
    INFORMANT = "informant", "信息员"
    MONITOR = "monitor", "监督员"
    LEADER = "leader", "包抓领导"


class RecutStatus(TextChoices):
    PROPOSED = "proposed", "待各方同意"
    AGREED = "agreed", "待网格办审定"
    APPROVED = "approved", "已审定生效"
    REFUSED = "refused", "未通过"
    WITHDRAWN = "withdrawn", "已撤回"


class Verdict(TextChoices):
    AGREED = "agreed", "同意"
    OBJECTED = "objected", "不同意"


class TaskState(TextChoices):
    OPEN = "open", "办理中"
    DONE = "done", "已完成待确认"
    CONFIRMED = "confirmed", "已确认"


class OpinionSource(TextChoices):
    DEPUTY = "deputy", "人大代表"
    COMMITTEE = "committee", "政协委员"
    CITIZEN = "citizen", "市民代表"
    RESIDENT = "resident", "居民群众"
    TRADER = "trader", "经营者"


class Satisfaction(TextChoices):
    SATISFIED = "satisfied", "满意"
    FAIR = "fair", "基本满意"
    UNSATISFIED = "unsatisfied", "不满意"


class Cycles(TextChoices):
    WEEK = "week", "每周"
    MONTH = "month", "每月"
    QUARTER = "quarter", "每季度"
    HALF_YEAR = "half_year", "每半年"
    YEAR = "year", "每年"


class BodyKind(TextChoices):
    GROUP = "group", "领导小组"
    OFFICE = "office", "网格办"


class Post(TextChoices):
    HEAD = "head", "组长"
    DEPUTY = "deputy", "副组长"
    MEMBER = "member", "成员"
    DIRECTOR = "director", "主任"
    VICE = "vice", "副主任"
    LIAISON = "liaison", "联络员"


class RuleKind(TextChoices):
    """The four kinds of 定规章: 制度、职责、办法、细则."""

    SYSTEM = "system", "制度"
    DUTY = "duty", "职责"
    MEASURE = "measure", "办法"
    DETAIL = "detail", "细则"


class Verb(TextChoices):
    BODY_SET = "grid.body.set", "设定组织机构"
    SEAT_TAKEN = "grid.seat.taken", "确定组成人员"
    SEAT_LEFT = "grid.seat.left", "组成人员离任"
    RULE_ADOPTED = "grid.rule.adopted", "发布制度"
    RULE_ENDED = "grid.rule.ended", "废止制度"
    PROPOSED = "grid.node.proposed", "提出网格编码"
    APPROVED = "grid.node.approved", "审定网格编码"
    REFUSED = "grid.node.refused", "不予审定网格编码"
    RETIRED = "grid.node.retired", "撤销网格"
    DESCRIBED = "grid.node.described", "修改网格说明"
    BOUNDARY_SET = "grid.boundary.set", "划定边界"
    RECUT_PROPOSED = "grid.recut.proposed", "提出边界调整"
    RECUT_SAID = "grid.recut.said", "对边界调整表示意见"
    RECUT_APPROVED = "grid.recut.approved", "审定边界调整"
    RECUT_REFUSED = "grid.recut.refused", "不予审定边界调整"
    RECUT_WITHDRAWN = "grid.recut.withdrawn", "撤回边界调整"
    APPOINTED = "grid.staffing.appointed", "任命网格人员"
    DISMISSED = "grid.staffing.dismissed", "免去网格人员"
    MET = "grid.meeting.recorded", "记录网格例会"
    TASK_SET = "grid.task.set", "交办网格事项"
    TASK_DONE = "grid.task.done", "完成网格事项"
    TASK_CONFIRMED = "grid.task.confirmed", "确认网格事项"
    TASK_RETURNED = "grid.task.returned", "退回网格事项"
    REQUESTED = "grid.opinion.requested", "网上提交诉求"
    OPINION_LOGGED = "grid.opinion.logged", "登记意见建议"
    OPINION_ANSWERED = "grid.opinion.answered", "答复意见建议"
    OPINION_RATED = "grid.opinion.rated", "回访意见建议"
    ROUTINE_SET = "grid.routine.set", "设定日常职责"
    ROUTINE_DONE = "grid.routine.done", "登记日常职责完成情况"
    POINT_SET = "grid.point.set", "设立消费维权服务站"
    POINT_VISITED = "grid.point.visited", "指导消费维权服务站"
    MILESTONE_SET = "grid.milestone.set", "设定实施计划"
    MILESTONE_DONE = "grid.milestone.done", "完成实施计划任务"
    IMPORTED = "grid.areas.imported", "导入网格边界"
    STREETS_IMPORTED = "grid.streets.imported", "导入部门网格对应"
    EXPORTED = "grid.ledger.exported", "导出网格台账"
