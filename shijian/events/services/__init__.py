"""Acts on a field event. Each is one transaction with its step, its audit entry and its notices."""

from .closing import close, reject, reopen
from .dispatching import accept, dispatch, escalate, refuse, send_back
from .handling import feed_back, hand_over, observe, record_receipt
from .reporting import report

__all__ = [
    "accept",
    "close",
    "dispatch",
    "escalate",
    "feed_back",
    "hand_over",
    "observe",
    "record_receipt",
    "refuse",
    "reject",
    "reopen",
    "report",
    "send_back",
]
