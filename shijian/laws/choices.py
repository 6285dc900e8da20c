from django.db import models


class Level(models.TextChoices):
    """The rank of a law, highest first (立法法 98, 99)."""

    LAW = "national_law", "法律"
    REGULATION = "administrative_regulation", "行政法规"
    LOCAL = "local_regulation", "地方性法规"
    RULE = "departmental_rule", "部门规章"
    LOCAL_RULE = "local_rule", "地方政府规章"
    INTERPRETATION = "judicial_interpretation", "司法解释"
    NORMATIVE = "normative_document", "规范性文件"


class StartBasis(models.TextChoices):
    """How the first day of a version is known."""

    STATED = "stated", "文本写明"
    DECISION = "decision", "按公布、修改决定"
    ASSUMED = "assumed", "未核实，暂按公布日期"


class Verb(models.TextChoices):
    IMPORTED = "laws.version.imported", "导入法规"
    POWERS_IMPORTED = "laws.powers.imported", "导入权力清单"
    DUTIES_IMPORTED = "laws.duties.imported", "导入事权清单"
    UNIT_DUTIES_IMPORTED = "laws.unit_duties:imported", "导入机构职责"
    BOUNDARIES_IMPORTED = "laws.boundaries:imported", "导入监管执法分工"
    UPLOADED = "laws.upload:created", "上传法规文本"
    UPLOAD_DROPPED = "laws.upload:dropped", "放弃上传的法规文本"
    IMPACT_HANDLED = "laws.impact.handled", "处理法规影响事项"
    IMPACT_ASSIGNED = "laws.impact:assigned", "交办法规影响事项"


class ChangeKind(models.TextChoices):
    """What became of an article between two versions."""

    SAME = "same", "未变"
    MOVED = "moved", "条号变动"
    CHANGED = "changed", "内容修改"
    MOVED_CHANGED = "moved_changed", "修改并变动条号"
    NEW = "new", "新增"
    DELETED = "deleted", "删除"


class ImpactState(models.TextChoices):
    """`CURRENT` is a thing written after the new version came into force: listed, nothing to do."""

    OPEN = "open", "待处理"
    DONE = "done", "已处理"
    CURRENT = "current", "已按新版本"


class PowerKind(models.TextChoices):
    """The ten kinds of administrative power (中办发〔2015〕21号 一)."""

    LICENCE = "licence", "行政许可"
    PENALTY = "penalty", "行政处罚"
    COERCION = "coercion", "行政强制"
    LEVY = "levy", "行政征收"
    PAYMENT = "payment", "行政给付"
    INSPECTION = "inspection", "行政检查"
    CONFIRMATION = "confirmation", "行政确认"
    REWARD = "reward", "行政奖励"
    RULING = "ruling", "行政裁决"
    OTHER = "other", "其他权力"
