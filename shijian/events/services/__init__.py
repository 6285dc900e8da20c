"""Acts on a field event. Each is one transaction with its step, its audit entry and its notices."""

from .closing import close, reject, reopen
from .dispatching import accept, dispatch, escalate, refuse, send_back
from .handling import feed_back, hand_over, observe, record_receipt
from .kinds import add_kind, change_kind
from .merging import merge, unmerge
from .reminding import remind, remind_all
from .reporting import report
from .steps import refusal_of
from .supervising import answer, release, remind_supervised, supervise

__all__ = [
    "accept",
    "add_kind",
    "answer",
    "change_kind",
    "close",
    "dispatch",
    "escalate",
    "feed_back",
    "hand_over",
    "merge",
    "observe",
    "record_receipt",
    "refusal_of",
    "refuse",
    "reject",
    "release",
    "remind",
    "remind_all",
    "remind_supervised",
    "reopen",
    "report",
    "send_back",
    "supervise",
    "unmerge",
]
