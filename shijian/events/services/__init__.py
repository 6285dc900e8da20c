"""Acts on a field event. Each is one transaction with its step, its audit entry and its notices."""

from .closing import close, reject, reopen
from .dispatching import accept, dispatch, escalate, refuse, send_back
from .handling import feed_back, hand_over, observe, record_receipt
from .kinds import add_kind, change_kind
from .ladder import change_ladder
from .leads import accept_lead, return_lead, send_lead
from .merging import merge, unmerge
from .phrases import drop_phrase, keep_phrase
from .placing import locate
from .reminding import remind, remind_all
from .reporting import MediaFacts, SameIdOtherContent, report
from .standing_in import take_over, watch
from .steps import refusal_of
from .studying import make_study, settle_study
from .supervising import answer, release, remind_supervised, supervise
from .talking import NobodyToRead, mark_read, say
from .tally import add_up, count_anew
from .tasks import cancel_task, end_task, register_task, start_task

__all__ = [
    "MediaFacts",
    "NobodyToRead",
    "SameIdOtherContent",
    "accept",
    "accept_lead",
    "add_kind",
    "add_up",
    "answer",
    "cancel_task",
    "change_kind",
    "change_ladder",
    "close",
    "count_anew",
    "dispatch",
    "drop_phrase",
    "end_task",
    "escalate",
    "feed_back",
    "hand_over",
    "keep_phrase",
    "locate",
    "make_study",
    "mark_read",
    "merge",
    "observe",
    "record_receipt",
    "refusal_of",
    "refuse",
    "register_task",
    "reject",
    "release",
    "remind",
    "remind_all",
    "remind_supervised",
    "reopen",
    "report",
    "return_lead",
    "say",
    "send_back",
    "send_lead",
    "settle_study",
    "start_task",
    "supervise",
    "take_over",
    "unmerge",
    "watch",
]
