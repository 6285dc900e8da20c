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


class Verb(TextChoices):
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
    IMPORTED = "grid.areas.imported", "导入网格边界"
    EXPORTED = "grid.ledger.exported", "导出网格台账"
