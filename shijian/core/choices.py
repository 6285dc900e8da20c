"""The closed lists of core: words for people beside the codes that are stored."""

from django.db import models


class ExceptionalDay(models.TextChoices):
    """Kinds of days a year table has to name; every other day is a workday or a weekend by its weekday."""

    STATUTORY_HOLIDAY = "statutory_holiday", "法定节假日"
    HOLIDAY_REST = "holiday_rest", "放假调休"
    MAKEUP_WORKDAY = "makeup_workday", "调休上班"


class LimitUnit(models.TextChoices):
    WORKING_DAYS = "wd", "个工作日"
    CALENDAR_DAYS = "cd", "日"
    MONTHS = "m", "个月"
    YEARS = "y", "年"
    HOURS = "h", "小时"
    MINUTES = "min", "分钟"


class LimitDirection(models.TextChoices):
    AFTER = "after", "之后"
    BEFORE = "before", "之前"


class LimitBearer(models.TextChoices):
    """Whom the period binds: the bureau is warned on the day before any roll-over, a party has the rolled day."""

    BUREAU = "bureau", "市场监管部门"
    PARTY = "party", "当事人"


class RollOver(models.TextChoices):
    """Which last days move to a later one (rules CAL-02, CAL-03)."""

    WORKING = "working", "遇休息日、节假日顺延至下一工作日"
    STATUTORY = "statutory", "只因法定节假日顺延"
    NONE = "none", "不顺延"


class SpanEnds(models.TextChoices):
    """Which end days of an excluded span are deducted; no text fixes it."""

    BOTH = "both", "首尾两日均扣除"
    LAST = "last", "起始日不扣除，截止日扣除"
    NEITHER = "neither", "首尾两日均不扣除"
