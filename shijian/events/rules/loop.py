"""The five-step loop: which act may follow which state, and who stands above whom.

Source: 灞桥区市场监管网格化管理实施方案 (2022-06-15) 六(二): 发现受理 → 核查取证 → 处置上报 → 结果反馈,
经上级复核后予以办结.
"""

from collections.abc import Collection

# state -> act -> next state. An act that is not here cannot be done in that state.
AFTER: dict[str, dict[str, str]] = {
    "reported": {
        "dispatch": "dispatched",
        "escalate": "reported",
        "send_back": "reported",
        "hand_over": "handed_over",
    },
    "dispatched": {"accept": "handling", "refuse": "reported", "dispatch": "dispatched"},
    "handling": {
        "feed_back": "reviewing",
        "escalate": "reported",
        "hand_over": "handed_over",
        "dispatch": "dispatched",
    },
    "handed_over": {"receipt": "reviewing"},
    "reviewing": {"close": "closed", "reject": "handling"},
    "closed": {"reopen": "handling"},
}
ANY_TIME = frozenset({"observe"})  # allowed in every state that is not closed
STEPS = ("发现受理", "核查取证", "处置上报", "结果反馈", "复核办结")
STEP_OF = {"reported": 0, "dispatched": 1, "handling": 2, "handed_over": 2, "reviewing": 4, "closed": 5}
REOPENINGS_MAX = 3
# Only the bureau's own officers do these, never an auxiliary (国办发〔2024〕54号; 行政处罚法 42).
OFFICERS_ONLY = frozenset(
    {"accept", "refuse", "escalate", "hand_over", "receipt", "feed_back", "close", "reject", "dispatch"}
)


def next_state(state: str, act: str) -> str | None:
    """The state after an act, or None when the act is not possible now."""
    if act in ANY_TIME:
        return None if state == "closed" else state
    return AFTER.get(state, {}).get(act)


def acts_in(state: str) -> frozenset[str]:
    """What can be done in a state at all, before asking who asks."""
    return frozenset(AFTER.get(state, {})) | (ANY_TIME if state != "closed" else frozenset())


def stands_above(reviewer_prefixes: Collection[str], handler_code: str) -> bool:
    """Whether somebody whose review reaches these areas is above a handler of `handler_code`.

    Above is strictly shorter: a grid chief (050101) is reviewed from 0501, 05 or the whole bureau, a station head
    (0501) from 05 or the whole bureau. Nobody is above a handler of the whole bureau; there another one of the whole
    bureau reviews, since the person is never the same.
    """
    if handler_code == "":
        return "" in reviewer_prefixes
    return any(len(prefix) < len(handler_code) and handler_code.startswith(prefix) for prefix in reviewer_prefixes)


def may_review(
    reviewer: str, reviewer_prefixes: Collection[str], *, handler: str, handler_code: str, handled_by: Collection[str]
) -> str:
    """Why this person may not review, "" when he may. `handled_by` are all who ever worked on the event."""
    if reviewer == handler or reviewer in handled_by:
        return "参与处置的人员不能复核自己经手的事件，请由上级其他人员复核。"
    if not stands_above(reviewer_prefixes, handler_code):
        return "只能由处置人的上级复核办结，本级不能办结自己处置的事件。"
    return ""


def holder_above(code: str, chain: Collection[str]) -> str | None:
    """The next level up from a holder; None at the top. `chain` are the codes from the top down."""
    above = [each for each in chain if len(each) < len(code)]
    return max(above, key=len, default=None)
