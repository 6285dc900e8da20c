from django.db import models


class Fault(models.TextChoices):
    """越位、缺位、错位 of requirement J-02, and the two that paper shows."""

    BEYOND = "beyond", "越位"
    IDLE = "idle", "缺位"
    WRONG_ACTOR = "wrong_actor", "错位"
    LATE = "late", "逾期"
    MISSING = "missing", "缺件"


class Severity(models.TextChoices):
    HIGH = "high", "高"
    MIDDLE = "middle", "中"
    LOW = "low", "低"


class HitState(models.TextChoices):
    NEW = "new", "待核查"
    CONFIRMED = "confirmed", "已确认"
    ESCALATED = "escalated", "已上报"
    EXPLAINED = "explained", "已说明"
    EXCLUDED = "excluded", "已排除"
    RECTIFIED = "rectified", "已整改"
    GONE = "gone", "已消除"


OPEN = (HitState.NEW, HitState.CONFIRMED, HitState.ESCALATED)
DECIDED = (HitState.EXPLAINED, HitState.EXCLUDED, HitState.RECTIFIED)  # by one person; another takes a second look
QUIET = (HitState.EXPLAINED, HitState.EXCLUDED)  # found again, it is not raised again


class Act(models.TextChoices):
    CONFIRM = "confirm", "确认"
    EXPLAIN = "explain", "情况说明"
    EXCLUDE = "exclude", "排除"
    RECTIFY = "rectify", "登记整改"
    ESCALATE = "escalate", "上报"
    AGREE = "agree", "复核同意"
    REOPEN = "reopen", "复核退回"


class Verb(models.TextChoices):
    HANDLED = "watch.hit:handled", "处理监察命中"
    RAN = "watch.run:ran", "运行监察规则"
    RULE_CHANGED = "watch.rule:changed", "修改监察规则"
