from django.db import models


class State(models.TextChoices):
    RUNNING = "running", "计时中"
    PAUSED = "paused", "中止"
    DONE = "done", "已办结"
    CANCELLED = "cancelled", "已撤销"


OPEN = (State.RUNNING, State.PAUSED)


class Verb(models.TextChoices):
    STARTED = "deadlines.clock:started", "开始计时"
    SPAN_ADDED = "deadlines.clock:span_added", "登记不计入的时间"
    SPAN_ENDED = "deadlines.clock:span_ended", "恢复计时"
    SPAN_REMOVED = "deadlines.clock:span_removed", "撤回不计入的时间"
    EXTENDED = "deadlines.clock:extended", "延长期限"
    HANDED_OVER = "deadlines.clock:handed_over", "办理时限交接"
    FINISHED = "deadlines.clock:finished", "办结"
    CANCELLED = "deadlines.clock:cancelled", "撤销计时"
    RECOMPUTED = "deadlines.clock:recomputed", "按新日历重算期限"
    REMINDED = "deadlines.clock:reminded", "提醒办理时限"
    LADDER_CHANGED = "deadlines.ladder:changed", "修改时限提醒阶梯"
    FEED_MADE = "deadlines.feed:made", "生成日历订阅地址"
    FEED_REVOKED = "deadlines.feed:revoked", "停用日历订阅地址"
