from .clocks import add_span, cancel, end_span, extend, finish, hand_over, remove_span, start
from .feeds import make_feed, person_of, revoke_feed
from .ladder import change_ladder, load_ladder
from .recompute import follow_calendar, recompute
from .sweep import sweep

__all__ = [
    "add_span",
    "cancel",
    "change_ladder",
    "end_span",
    "extend",
    "finish",
    "follow_calendar",
    "hand_over",
    "load_ladder",
    "make_feed",
    "person_of",
    "recompute",
    "remove_span",
    "revoke_feed",
    "start",
    "sweep",
]
