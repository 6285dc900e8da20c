"""When a record of the register is too old to be relied on (动态管理, L-06: ledgers are kept precise and valid)."""

from datetime import date, timedelta

STALE_AFTER = timedelta(days=365)  # a year: enterprises report yearly (企业信息公示暂行条例第八条)
GONE = {"closed", "revoked"}


def stale_before(on: date) -> date:
    return on - STALE_AFTER


def is_stale(status: str, checked_on: date | None, updated_on: date, on: date) -> bool:
    """Whether neither a file nor a visit has confirmed an active entity within a year."""
    last = max(updated_on, checked_on) if checked_on else updated_on
    return status not in GONE and last < stale_before(on)
