"""The five-step loop: which act may follow which state, by whom, and who stands above whom.

Source: 灞桥区市场监管网格化管理实施方案 (2022-06-15) 六(二): 发现受理 → 核查取证 → 处置上报 → 结果反馈,
经上级复核后予以办结.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

# state -> act -> next state. An act that is not here cannot be done in that state.
AFTER: dict[str, dict[str, str]] = {
    "reported": {
        "dispatch": "dispatched",
        "escalate": "reported",
        "send_back": "reported",
        "hand_over": "handed_over",
        "merge": "merged",
        "locate": "reported",  # or dispatched, when the new grid has somebody
    },
    "dispatched": {
        "accept": "handling",
        "refuse": "reported",
        "dispatch": "dispatched",
        "merge": "merged",
        "take_over": "dispatched",
        "locate": "dispatched",
    },
    "handling": {
        "feed_back": "reviewing",
        "escalate": "reported",
        "hand_over": "handed_over",
        "dispatch": "dispatched",
        "merge": "merged",
        "take_over": "dispatched",
        "locate": "handling",
    },
    "handed_over": {"receipt": "reviewing", "take_over": "handed_over"},
    "reviewing": {"close": "closed", "reject": "handling", "take_over": "reviewing"},
    "closed": {"reopen": "handling"},
    "merged": {"unmerge": "reported"},  # in truth the state it had before
}
OVER = frozenset({"closed", "merged"})
ANY_TIME = frozenset({"observe", "take_in", "supervise", "answer"})  # allowed in every state that is not over
ALWAYS = frozenset({"release"})  # supervision ends when the supervisor says so, be the event open or not
STEPS = ("发现受理", "核查取证", "处置上报", "结果反馈", "复核办结")
STEP_OF = {"reported": 0, "dispatched": 1, "handling": 2, "handed_over": 2, "reviewing": 4, "closed": 5, "merged": 0}
# Only the bureau's own officers do these, never an auxiliary (国办发〔2024〕54号; 行政处罚法 42).
OFFICERS_ONLY = frozenset(
    {
        "accept",
        "answer",
        "close",
        "dispatch",
        "escalate",
        "feed_back",
        "hand_over",
        "locate",
        "merge",
        "receipt",
        "refuse",
        "reject",
        "release",
        "reopen",
        "send_back",
        "supervise",
        "take_in",
        "take_over",
        "unmerge",
    }
)


@dataclass(frozen=True, slots=True)
class Matter:
    """An event as the rules see it. Codes are grid codes; "" is the whole bureau, or no grid for `area_code`.

    `chain` are the codes from the top of the tree down to where it happened; `handled_by` all who ever worked on it.
    """

    state: str
    area_code: str = ""
    holder_code: str = ""
    handler: str = ""
    handler_code: str = ""
    chain: tuple[str, ...] = ()
    handled_by: frozenset[str] = frozenset()
    is_supervised: bool = False
    reopened: int = 0
    reopenings_max: int = 3


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever wants to act: where each of his powers reaches, as prefixes of grid codes ("" = the whole bureau)."""

    key: str
    is_officer: bool
    may_handle: bool = False
    observes: bool = False
    dispatches: tuple[str, ...] = ()
    reviews: tuple[str, ...] = ()
    hands_over: tuple[str, ...] = ()
    reopens: tuple[str, ...] = ()
    stands_in_for: str = ""
    supervises: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an act is not possible: the code of the refusal and the sentence for the person."""

    code: str
    text: str


def next_state(state: str, act: str) -> str | None:
    """The state after an act, or None when the act is not possible now."""
    if act in ALWAYS:
        return state
    if act in ANY_TIME:
        return None if state in OVER else state
    return AFTER[state].get(act)


def acts_in(state: str) -> frozenset[str]:
    """What can be done in a state at all, before asking who asks."""
    return frozenset(AFTER[state]) | ALWAYS | (ANY_TIME if state not in OVER else frozenset())


def fault(act: str, matter: Matter, person: Person) -> Fault | None:
    """Why this person may not do this act on this event now; None when he may.

    The page offers exactly the acts without a fault, and the service refuses all others.
    """
    if act in OFFICERS_ONLY and not person.is_officer:
        return Fault("events.officers_only", "此项须由监管人员办理；协管辅助人员和社会监督人员可以上报和补充情况。")
    if next_state(matter.state, act) is None:
        return Fault("events.not_now", "事件的状态已经变化，现在不能进行这项操作。请刷新页面查看最新情况。")
    return _BY_WHOM[act](matter, person)


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


def holder_below(code: str, chain: Collection[str]) -> str | None:
    """The next level down towards where it happened; None at the lowest."""
    below = [each for each in chain if len(each) > len(code)]
    return min(below, key=len, default=None)


def level_of(prefixes: Collection[str], area_code: str) -> str:
    """The level a person works at for a place: the longest reach of his power to handle that covers it.

    Somebody sent from elsewhere works at the level of his own longest reach.
    """
    covering = [prefix for prefix in prefixes if area_code.startswith(prefix)]
    return max(covering or prefixes, key=len, default="")


def reaches(prefixes: Collection[str], code: str) -> bool:
    return code.startswith(tuple(prefixes))


def _leads(matter: Matter, person: Person) -> Fault | None:
    if not reaches(person.dispatches, matter.holder_code):
        return Fault("events.not_your_level", "事件现由其他层级掌握，请由掌握事件的层级办理。")
    return None


def _own_work(matter: Matter, person: Person) -> Fault | None:
    if not matter.handler or matter.handler not in (person.key, person.stands_in_for):
        return Fault("events.not_yours", "该事件不由您办理，您不能代为操作。")
    if not person.may_handle:
        return Fault("events.not_yours", "您已没有处置事件的权限，请联系派遣人员另派。")
    return None


def _escalation(matter: Matter, person: Person) -> Fault | None:
    """GRD-06: what the level cannot handle goes up; by its handler, or while nobody handles it by who leads there."""
    if fault := _own_work(matter, person) if matter.handler else _leads(matter, person):
        return fault
    if escalates_to(matter) is None:
        return Fault("events.at_the_top", "已是最高一级，不能再上报。职责之外的，请移送责任部门。")
    return None


def escalates_to(matter: Matter) -> str | None:
    """Where an event goes that cannot be handled: one level above, but never below the level that sent it down."""
    if not matter.handler:
        return holder_above(matter.holder_code, matter.chain)
    above = {holder_above(matter.handler_code, matter.chain), matter.holder_code}
    codes = [code for code in above if code is not None and len(code) < len(matter.handler_code)]
    return min(codes, key=len, default=None)


def _return(matter: Matter, person: Person) -> Fault | None:
    if fault := _leads(matter, person):
        return fault
    if holder_below(matter.holder_code, matter.chain) is None:
        return Fault("events.not_your_level", "事件已在最末一级，请直接派遣。")
    return None


def _handover(matter: Matter, person: Person) -> Fault | None:
    if not reaches(person.hands_over, matter.holder_code):
        return Fault("events.not_your_level", "移送其他部门由管理单元以上办理，请先上报上级。")
    return None


def _receipt(matter: Matter, person: Person) -> Fault | None:
    if not reaches(person.hands_over, matter.area_code):
        return Fault("events.not_your_level", "移送回执由办理移送的层级登记。")
    return None


def _review(matter: Matter, person: Person) -> Fault | None:
    here = [prefix for prefix in person.reviews if matter.area_code.startswith(prefix)]
    for key in filter(None, (person.key, person.stands_in_for)):  # neither of the two may have worked on it
        reason = may_review(
            key,
            here,
            handler=matter.handler,
            handler_code=matter.handler_code,
            handled_by=matter.handled_by,
        )
        if reason:
            return Fault("events.not_above_handler", reason)
    return None


def _reopening(matter: Matter, person: Person) -> Fault | None:
    if not reaches(person.reopens, matter.area_code):
        return Fault("events.not_your_level", "重新办理由上级提出。")
    if matter.reopened >= matter.reopenings_max:
        return Fault("events.reopened_too_often", f"已重新办理 {matter.reopened} 次，请作为新事件上报并说明历次情况。")
    return None


def _observation(matter: Matter, person: Person) -> Fault | None:
    return None if person.observes else Fault("events.not_yours", "您没有补充该事件情况的权限。")


def _placing(matter: Matter, person: Person) -> Fault | None:
    """Who works on it, or leads at the level that holds it, says where it really is."""
    if matter.handler and matter.handler in (person.key, person.stands_in_for):
        return _own_work(matter, person)
    return _leads(matter, person)


def _supervision(matter: Matter, person: Person) -> Fault | None:
    if not reaches(person.supervises, matter.area_code):
        return Fault("events.not_your_level", "督办由局领导、指挥中心或网格办提出。")
    if matter.is_supervised:
        return Fault("events.not_now", "该事件已在督办，解除后才能再次督办。")
    return None


def _answer(matter: Matter, person: Person) -> Fault | None:
    if not matter.is_supervised:
        return Fault("events.not_now", "该事件没有被督办，请用“补充情况”。")
    return _own_work(matter, person) if matter.handler else _leads(matter, person)


def _release(matter: Matter, person: Person) -> Fault | None:
    if not reaches(person.supervises, matter.area_code):
        return Fault("events.not_your_level", "督办由提出督办的层级解除。")
    return None if matter.is_supervised else Fault("events.not_now", "该事件没有被督办。")


_BY_WHOM: dict[str, Callable[[Matter, Person], Fault | None]] = {
    "accept": _own_work,
    "answer": _answer,
    "close": _review,
    "dispatch": _leads,
    "escalate": _escalation,
    "feed_back": _own_work,
    "hand_over": _handover,
    "locate": _placing,
    "merge": _leads,
    "observe": _observation,
    "receipt": _receipt,
    "refuse": _own_work,
    "reject": _review,
    "release": _release,
    "reopen": _reopening,
    "send_back": _return,
    "supervise": _supervision,
    "take_in": _leads,
    "take_over": _leads,
    "unmerge": _leads,
}
