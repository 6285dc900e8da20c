"""The closed lists of time computation; each member carries the words people read."""

from enum import StrEnum
from typing import Self


class Worded(StrEnum):
    """A stored code with its Chinese `label`."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """The members as a model field takes them."""
        return [(member.value, member.label) for member in cls]

    @classmethod
    def label_of(cls, value: str) -> str:
        """The words for a stored code; the code itself when a bureau's row uses one that is not listed."""
        return next((member.label for member in cls if member.value == value), value)


class DayKind(Worded):
    """What a day is. Working days are `WORKDAY` and `MAKEUP_WORKDAY`; nothing else counts as one.

    Only `STATUTORY_HOLIDAY` is a 法定节假日 in the strict sense (the 13 days of art. 2). `HOLIDAY_REST` are the
    other days of an arranged break: days moved there (调休) and the weekend days inside it.

    Source: 全国年节及纪念日放假办法 (2024-11-10) art. 2, 6, 7.
    """

    WORKDAY = "workday", "工作日"
    WEEKEND = "weekend", "周末"
    STATUTORY_HOLIDAY = "statutory_holiday", "法定节假日"
    HOLIDAY_REST = "holiday_rest", "放假调休"
    MAKEUP_WORKDAY = "makeup_workday", "调休上班"

    @property
    def is_working(self) -> bool:
        return self in (DayKind.WORKDAY, DayKind.MAKEUP_WORKDAY)


class Unit(Worded):
    WORKING_DAYS = "wd", "个工作日"
    CALENDAR_DAYS = "cd", "日"
    MONTHS = "m", "个月"
    YEARS = "y", "年"
    HOURS = "h", "小时"
    MINUTES = "min", "分钟"

    @property
    def is_clock(self) -> bool:
        """Counted on the clock from an instant, not in days."""
        return self in (Unit.HOURS, Unit.MINUTES)


class Direction(Worded):
    AFTER = "after", "之后"
    BEFORE = "before", "之前"


class Bearer(Worded):
    """Whom the period binds. The bureau is warned on the day before any roll-over; a party has the rolled day."""

    BUREAU = "bureau", "市场监管部门"
    PARTY = "party", "当事人"


class RollOver(Worded):
    """Which last days move to a later one (rules CAL-02, CAL-03)."""

    WORKING = "working", "遇休息日、节假日顺延至下一工作日"
    STATUTORY = "statutory", "只因法定节假日顺延"
    NONE = "none", "不顺延"


class SpanEnds(Worded):
    """Which end days of an excluded span are deducted; no text fixes it (rules §1, last worked example)."""

    BOTH = "both", "首尾两日均扣除"
    LAST = "last", "起始日不扣除，截止日扣除"
    NEITHER = "neither", "首尾两日均不扣除"


class SpanKind(Worded):
    """What may stand still: time that a period does not count."""

    SUSPENSION = "suspension", "中止"
    HEARING = "hearing", "听证"
    PUBLIC_NOTICE = "public_notice", "公告"
    TESTING = "testing", "检测检验检疫鉴定"
    TESTING_NOTIFIED = "testing_notified", "检测检验检疫鉴定（已书面告知期间）"
    APPRAISAL_TESTING = "appraisal_testing", "鉴定检测"
    RIGHT_HOLDER = "right_holder_identification", "权利人辨认鉴别"
    REFUND_ORDER = "refund_order", "责令退还多收价款"
    DEFERRAL = "deferral", "暂缓或者分期缴纳"


class Expiry(Worded):
    """What follows when the period has run out."""

    OVERDUE = "overdue", "期满未办即为超期"
    AUTO_RELEASE = "auto_release", "期满未处理的，措施自动解除"
    LEADER_DECIDES = "bureau_leader_decides", "期满无人领取的，由局负责人决定上缴或者拍卖"
    DEEMED_SERVED = "deemed_served", "期满视为送达"
    DEEMED_WAIVED = "deemed_waived", "期满未提出的，视为放弃"
    LAPSE = "lapse", "期满权利消灭"
    LIST_ABNORMAL = "list_abnormal", "期满未公示的，列入经营异常名录"
    MAY_APPLY_REPAIR = "may_apply_repair", "期满后可以申请信用修复"
    MAY_APPLY_TO_COURT = "may_apply_to_court", "期满仍不履行的，可以申请法院强制执行"
    MUST_RELEASE = "must_release", "期满必须解除查封、扣押"
    MUST_TERMINATE = "must_terminate", "期满未达成协议的，必须终止调解"
    NO_PENALTY = "no_penalty", "期满未发现的，不再给予行政处罚"
    RECHECK = "recheck", "期满组织复查"
    REPORT_TO_SUPERIOR = "report_to_superior", "期满协商不成的，报请共同的上一级指定"
    RESCHEDULE = "reschedule", "来不及通知的，应当改期"
    RIGHT_LOST = "right_lost", "期满未申请的，丧失申请权"
    STOP_SHOWING = "stop_showing", "期满停止公示"
    SURCHARGE = "surcharge_may_start", "期满未缴纳的，可以加处罚款"
    TELL_BEFORE = "tell_before_expiry", "不能按期完成的，期满前告知"


class Approver(Worded):
    BUREAU_LEADER = "bureau_leader", "局负责人"
    COLLECTIVE = "collective_discussion", "局负责人集体讨论"
