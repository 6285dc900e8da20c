from .clocks import clock_for, may_answer_for, mine, of_record, open_section, visible_to
from .ladder import ladder
from .process import moments_of
from .working import working_of

__all__ = [
    "clock_for",
    "ladder",
    "may_answer_for",
    "mine",
    "moments_of",
    "of_record",
    "open_section",
    "visible_to",
    "working_of",
]
