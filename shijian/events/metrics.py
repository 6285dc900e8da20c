"""The figures of events, each defined once. `list` filters by the same conditions."""

from datetime import datetime

from django.db.models import F, Q
from django.utils.timezone import localdate

from shijian.core.metrics import Metric, define

from .choices import State
from .models.event import OPEN

REGISTER = "events:list"
WITH_LIMIT = Q(due_on__isnull=False)


def _in_time(at: datetime) -> Q:
    by_hour = Q(due_at__isnull=False, closed_at__lte=F("due_at"))
    by_day = Q(due_at=None, closed_at__date__lte=F("due_on"))
    return Q(state=State.CLOSED) & WITH_LIMIT & (by_hour | by_day)


def _late(at: datetime) -> Q:
    by_hour = Q(due_at__isnull=False, closed_at__gt=F("due_at"))
    by_day = Q(due_at=None, closed_at__date__gt=F("due_on"))
    return Q(state=State.CLOSED) & WITH_LIMIT & (by_hour | by_day)


def _overdue(at: datetime) -> Q:
    return Q(state__in=OPEN) & (Q(due_at=None, due_on__lt=localdate(at)) | Q(due_at__lt=at))


REPORTED = define(
    Metric(
        "events.reported",
        "上报",
        "件",
        "上报的全部事件，含已并入其他事件的。按上报日期归入时段。",
        lambda at: Q(),
        REGISTER,
    )
)
OPEN_NOW = define(
    Metric(
        "events.open", "未办结", "件", "尚未复核办结、也未并入其他事件的事件。", lambda at: Q(state__in=OPEN), REGISTER
    )
)
OVERDUE = define(
    Metric(
        "events.overdue",
        "已超期",
        "件",
        "未办结，且已过办理期限的事件；期限当日不算超期，按小时的期限以时刻为准。",
        _overdue,
        REGISTER,
    )
)
REVIEWING = define(
    Metric(
        "events.reviewing",
        "待复核",
        "件",
        "已反馈结果，等待上级复核的事件。",
        lambda at: Q(state=State.REVIEWING),
        REGISTER,
    )
)
CLOSED = define(
    Metric("events.closed", "已办结", "件", "上级复核办结的事件。", lambda at: Q(state=State.CLOSED), REGISTER)
)
CLOSED_WITH_LIMIT = define(
    Metric(
        "events.closed_with_limit", "有期限的办结", "件", "已办结且有办理期限的事件，是按期办结率的分母。",
        lambda at: Q(state=State.CLOSED) & WITH_LIMIT, REGISTER,
    )
)  # fmt: skip
CLOSED_IN_TIME = define(
    Metric(
        "events.closed_in_time", "按期办结", "件", "已办结，复核办结的日期（时刻）不晚于办理期限。", _in_time, REGISTER
    )
)
CLOSED_LATE = define(
    Metric("events.closed_late", "超期办结", "件", "已办结，复核办结的日期（时刻）晚于办理期限。", _late, REGISTER)
)
TIMELINESS = define(
    Metric(
        "events.timeliness",
        "按期办结率",
        "%",
        "按期办结 ÷ 有期限的办结；没有办结的不计算。",
        _in_time,
        REGISTER,
        CLOSED_WITH_LIMIT,
    )
)
REOPENED = define(
    Metric(
        "events.reopened", "重新办理", "件", "办结后至少重新办理过一次的事件。", lambda at: Q(reopened__gt=0), REGISTER
    )
)
SUPERVISED = define(
    Metric(
        "events.supervised",
        "督办中",
        "件",
        "正在督办、尚未解除的事件。",
        lambda at: Q(supervised_until__isnull=False),
        REGISTER,
    )
)
MERGED = define(
    Metric(
        "events.merged",
        "已并入",
        "件",
        "与其他事件是同一件事，已并入办理。",
        lambda at: Q(state=State.MERGED),
        REGISTER,
    )
)
ALL = (
    REPORTED, OPEN_NOW, OVERDUE, REVIEWING, CLOSED, CLOSED_WITH_LIMIT, CLOSED_IN_TIME, CLOSED_LATE, TIMELINESS, REOPENED,
    SUPERVISED, MERGED,
)  # fmt: skip
