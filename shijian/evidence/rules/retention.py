"""Until when something is kept."""

from calendar import monthrange
from datetime import date

# code: (name, months, basis); what a bureau has changed in the table stays. No national term for recordings outside
# case files could be verified: they are parameters of the bureau.
SHIPPED: dict[str, tuple[str, int | None, str]] = {
    "case": ("随案卷", None, "行政处罚法第四十七条；市场监督管理行政处罚程序规定第七十九条"),
    "recorder": ("执法记录（未作证据使用）", 6, "本局参数，全国没有统一年限，请按省级规定设定"),
    "five_years": ("五年", 60, "本局参数"),
}


def kept_until(captured_on: date, months: int | None) -> date | None:
    """The last day of a term of months counted from the day of capture; None = as long as the file of its record.

    A month without that day ends on its last (31 January + 1 month = 28 or 29 February).
    """
    if months is None:
        return None
    year, month = divmod(captured_on.year * 12 + captured_on.month - 1 + months, 12)
    return date(year, month + 1, min(captured_on.day, monthrange(year, month + 1)[1]))
