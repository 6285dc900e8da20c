"""Cycles of routine work: the period a day lies in. Source: 灞桥区市场监管网格化管理实施方案 (2022-06-15) 七(二), 九(二):
月报告、季检查、半年小结、全年考评."""

from datetime import date, timedelta
from enum import StrEnum


class Cycle(StrEnum):
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


MONTHS = {Cycle.MONTH: 1, Cycle.QUARTER: 3, Cycle.HALF_YEAR: 6, Cycle.YEAR: 12}


def period(cycle: Cycle, on: date) -> tuple[date, date]:
    """The first and the last day of the period that holds the day; weeks begin on Monday."""
    if cycle is Cycle.WEEK:
        first = on - timedelta(days=on.weekday())
        return first, first + timedelta(days=6)
    length = MONTHS[cycle]
    start = (on.month - 1) // length * length + 1
    year, month = divmod(on.year * 12 + start - 1 + length, 12)
    return date(on.year, start, 1), date(year, month + 1, 1) - timedelta(days=1)


def period_name(cycle: Cycle, first: date) -> str:
    """A period as people say it: 2026 年 3 月, 2026 年第二季度."""
    if cycle is Cycle.WEEK:
        return f"{first:%Y-%m-%d} 起的一周"
    if cycle is Cycle.MONTH:
        return f"{first.year} 年 {first.month} 月"
    if cycle is Cycle.QUARTER:
        return f"{first.year} 年第{'一二三四'[first.month // 3]}季度"
    if cycle is Cycle.HALF_YEAR:
        return f"{first.year} 年{'上' if first.month == 1 else '下'}半年"
    return f"{first.year} 年"
