"""The loop as a table: every state × every act × every kind of person. No database."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shijian.events.choices import VERB_OF, Act, State
from shijian.events.rules import loop, reminders
from shijian.events.rules.loop import Matter, Person
from shijian.events.rules.ranking import DUTY_POINTS, SAME_GRID, SAME_UNIT, Candidate, rank
from shijian.events.rules.reminders import Rung

CHAIN = ("05", "0501", "050101")
DONE_BY_PEOPLE = sorted(set(Act) - {Act.REPORT, Act.REMIND, Act.RECODE})

GRID_CHIEF = Person("chief", True, may_handle=True, observes=True)
NEIGHBOUR = Person("neighbour", True, may_handle=True)
HEAD = Person("head", True, True, True, ("0501",), ("0501",), ("0501",), ("0501",))
OTHER_HEAD = Person("other_head", True, True, False, ("0502",), ("0502",), ("0502",), ("0502",))
OFFICE = Person("office", True, False, True, ("",), ("",), ("",), ("",), supervises=("",))
LEADER = Person("leader", True, False, True, reviews=("",), reopens=("",), supervises=("",))
AUXILIARY = Person("aux", False, observes=True)
# An auxiliary to whom somebody has wrongly given every power there is.
OVERRATED = Person("overrated", False, True, True, ("",), ("",), ("",), ("",), supervises=("",))
PEOPLE = [GRID_CHIEF, NEIGHBOUR, HEAD, OTHER_HEAD, OFFICE, LEADER, AUXILIARY, OVERRATED]

# An event of grid 050101: (state, act) -> who may. What is not here nobody may.
ALLOWED = {
    ("reported", "dispatch"): {"head", "office"},
    ("reported", "escalate"): {"head", "office"},
    ("reported", "hand_over"): {"head", "office"},
    ("reported", "merge"): {"head", "office"},
    ("dispatched", "merge"): {"head", "office"},
    ("handling", "merge"): {"head", "office"},
    ("dispatched", "take_over"): {"head", "office"},
    ("handling", "take_over"): {"head", "office"},
    ("handed_over", "take_over"): {"head", "office"},
    ("reviewing", "take_over"): {"head", "office"},
    ("reported", "locate"): {"head", "office"},
    ("dispatched", "locate"): {"chief", "head", "office"},
    ("handling", "locate"): {"chief", "head", "office"},
    ("merged", "unmerge"): {"head", "office"},
    ("dispatched", "accept"): {"chief"},
    ("dispatched", "refuse"): {"chief"},
    ("dispatched", "dispatch"): {"head", "office"},
    ("handling", "feed_back"): {"chief"},
    ("handling", "escalate"): {"chief"},
    ("handling", "hand_over"): {"head", "office"},
    ("handling", "dispatch"): {"head", "office"},
    ("handed_over", "receipt"): {"head", "office"},
    ("reviewing", "close"): {"head", "office", "leader"},
    ("reviewing", "reject"): {"head", "office", "leader"},
    ("closed", "reopen"): {"head", "office", "leader"},
    **{
        (state, "observe"): {"chief", "head", "office", "leader", "aux", "overrated"}
        for state in set(State) - {State.CLOSED, State.MERGED}
    },
    **{(state, "supervise"): {"office", "leader"} for state in set(State) - {State.CLOSED, State.MERGED}},
    **{(state, "take_in"): {"head", "office"} for state in set(State) - {State.CLOSED, State.MERGED}},
}


def matter(state: str = "reviewing", **changes: object) -> Matter:
    held = {"handler": "chief", "handler_code": "050101"} if state != "reported" else {}
    worked = frozenset({"chief"}) if state in {"handling", "handed_over", "reviewing", "closed"} else frozenset()
    facts = {"area_code": "050101", "holder_code": "050101", "chain": CHAIN, "handled_by": worked, **held, **changes}
    return Matter(state, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(("state", "act"), list(product(sorted(State), DONE_BY_PEOPLE)))
def test_each_act_in_each_state_is_open_to_exactly_those_who_may(state, act):
    may = {person.key for person in PEOPLE if loop.fault(act, matter(state), person) is None}
    assert may == ALLOWED.get((state, act), set())


@pytest.mark.parametrize("state", sorted(State))
def test_under_supervision_the_worker_answers_and_the_supervisor_lets_go_in_every_state_e_10(state):
    def may(act: str) -> set[str]:
        held = matter(state, is_supervised=True)
        return {person.key for person in PEOPLE if loop.fault(act, held, person) is None}

    is_over, nobody_yet = state in loop.OVER, state == "reported"
    assert may("answer") == (set() if is_over else {"head", "office"} if nobody_yet else {"chief"})
    assert may("release") == {"office", "leader"}
    assert may("supervise") == set()


@pytest.mark.parametrize("state", sorted(State))
def test_in_every_open_state_somebody_can_go_on(state):
    forward = set(DONE_BY_PEOPLE) - {Act.OBSERVE, Act.TAKE_IN, Act.SUPERVISE, Act.ANSWER, Act.RELEASE}
    assert any(loop.fault(act, matter(state), person) is None for act in forward for person in PEOPLE)


def test_every_act_leads_to_a_known_state_and_has_its_audit_verb():
    assert {state for acts in loop.AFTER.values() for state in acts.values()} <= set(State)
    assert set(loop.AFTER) == set(State)
    assert set(VERB_OF) == set(Act)
    assert set(loop.STEP_OF) == set(State)


@pytest.mark.parametrize("act", sorted(loop.OFFICERS_ONLY))
@pytest.mark.parametrize("state", sorted(State))
def test_no_power_lets_an_auxiliary_do_an_officers_act_goban_2024_54(act, state):
    fault = loop.fault(act, matter(state, handler="overrated"), OVERRATED)
    assert fault is not None
    assert fault.code == "events.officers_only"


def test_only_observation_is_open_to_others_than_officers():
    assert set(DONE_BY_PEOPLE) - loop.OFFICERS_ONLY == {Act.OBSERVE}


@pytest.mark.parametrize(
    ("reviewer_prefixes", "handler_code", "above"),
    [
        (("050101",), "050101", False),
        (("0501",), "050101", True),
        (("05",), "050101", True),
        (("",), "050101", True),
        (("0502",), "050101", False),
        (("05010",), "050101", True),
        (("0501",), "0501", False),
        (("05",), "0501", True),
        (("",), "0501", True),
        (("050101",), "0501", False),
        (("",), "05", True),
        (("05",), "05", False),
        (("",), "", True),
        (("05",), "", False),
        ((), "050101", False),
        ((), "", False),
        (("0502", "0501"), "050101", True),
    ],
)
def test_a_reviewer_stands_strictly_above_the_handler_grd_05(reviewer_prefixes, handler_code, above):
    assert loop.stands_above(reviewer_prefixes, handler_code) is above


CODES = st.sampled_from(["", "05", "0501", "050101", "050102", "0502", "050201"])


@given(
    st.sets(CODES, max_size=3), CODES, st.sets(st.sampled_from("abc")), st.sampled_from("abc"), st.sampled_from("abc")
)
def test_nobody_ever_reviews_what_he_handled(prefixes, handler_code, worked, handler, reviewer):
    reason = loop.may_review(reviewer, prefixes, handler=handler, handler_code=handler_code, handled_by=worked)
    if reviewer == handler or reviewer in worked:
        assert reason
    if not reason and handler_code:
        assert any(len(prefix) < len(handler_code) for prefix in prefixes)


def test_a_station_head_who_handled_it_himself_is_reviewed_from_above():
    own = matter("reviewing", handler="head", handler_code="0501", handled_by=frozenset({"head"}))
    assert loop.fault("close", own, HEAD) is not None
    deputy = Person("deputy", True, True, True, ("0501",), ("0501",), ("0501",), ("0501",))
    assert loop.fault("close", own, deputy) is not None, "the same level does not close its own"
    assert loop.fault("close", own, OFFICE) is None


def test_who_worked_on_it_before_it_went_to_another_does_not_review_it():
    passed_on = matter("reviewing", handled_by=frozenset({"chief", "head"}))
    assert loop.fault("close", passed_on, HEAD).code == "events.not_above_handler"


@pytest.mark.parametrize(
    ("handler", "handler_code", "holder", "chain", "to"),
    [
        ("", "", "050101", CHAIN, "0501"),
        ("", "", "0501", CHAIN, "05"),
        ("", "", "05", CHAIN, None),
        ("", "", "", (), None),
        ("chief", "050101", "050101", CHAIN, "0501"),
        ("chief", "050101", "0501", CHAIN, "0501"),
        ("chief", "050101", "05", CHAIN, "05"),
        ("head", "0501", "050101", CHAIN, "05"),
        ("head", "0501", "05", CHAIN, "05"),
        ("area", "05", "05", CHAIN, None),
        ("chief", "050101", "", (), ""),
        ("chief", "050101", "050101", ("", *CHAIN), "0501"),
        ("area", "05", "05", ("", *CHAIN), ""),
    ],
)
def test_what_cannot_be_handled_goes_one_level_up_never_below_who_sent_it_grd_06(
    handler, handler_code, holder, chain, to
):
    assert loop.escalates_to(Matter("handling", "050101", holder, handler, handler_code, chain)) == to


def test_what_lies_at_the_last_level_cannot_be_sent_further_down():
    assert loop.fault("send_back", matter("reported"), HEAD).code == "events.not_your_level"
    assert loop.fault("send_back", matter("reported", holder_code="0501"), HEAD) is None


@pytest.mark.parametrize("state", sorted(State))
def test_what_can_be_done_in_a_state_is_what_leads_somewhere_from_it(state):
    assert loop.acts_in(state) == {act for act in DONE_BY_PEOPLE if loop.next_state(state, act) is not None}


# Every refusal of the loop in its words: what is not so, and what to do.
REFUSALS = {
    ("events.at_the_top", "已是最高一级，不能再上报。职责之外的，请移送责任部门。"),
    ("events.not_above_handler", "参与处置的人员不能复核自己经手的事件，请由上级其他人员复核。"),
    ("events.not_above_handler", "只能由处置人的上级复核办结，本级不能办结自己处置的事件。"),
    ("events.not_now", "事件的状态已经变化，现在不能进行这项操作。请刷新页面查看最新情况。"),
    ("events.not_now", "该事件已在督办，解除后才能再次督办。"),
    ("events.not_now", "该事件没有被督办。"),
    ("events.not_now", "该事件没有被督办，请用“补充情况”。"),
    ("events.not_your_level", "事件已在最末一级，请直接派遣。"),
    ("events.not_your_level", "事件现由其他层级掌握，请由掌握事件的层级办理。"),
    ("events.not_your_level", "督办由局领导、指挥中心或网格办提出。"),
    ("events.not_your_level", "督办由提出督办的层级解除。"),
    ("events.not_your_level", "移送其他部门由管理单元以上办理，请先上报上级。"),
    ("events.not_your_level", "移送回执由办理移送的层级登记。"),
    ("events.not_your_level", "重新办理由上级提出。"),
    ("events.not_yours", "您没有补充该事件情况的权限。"),
    ("events.not_yours", "您已没有处置事件的权限，请联系派遣人员另派。"),
    ("events.not_yours", "该事件不由您办理，您不能代为操作。"),
    ("events.officers_only", "此项须由监管人员办理；协管辅助人员和社会监督人员可以上报和补充情况。"),
    ("events.reopened_too_often", "已重新办理 3 次，请作为新事件上报并说明历次情况。"),
}


def test_a_refusal_says_what_is_not_so_and_what_to_do():
    said = set()
    for state, act, person in product(State, DONE_BY_PEOPLE, [*PEOPLE, Person("chief", True, may_handle=False)]):
        for told in (
            {}, {"is_supervised": True}, {"holder_code": "05"}, {"reopened": 3, "reopenings_max": 3},
            {"handled_by": frozenset({person.key})},
        ):  # fmt: skip
            if fault := loop.fault(act, matter(state, **told), person):
                said.add((fault.code, fault.text))
    assert said == REFUSALS


def test_an_event_at_the_top_cannot_go_further_up():
    top = matter("reported", holder_code="05")
    assert loop.fault("escalate", top, OFFICE).code == "events.at_the_top"


@pytest.mark.parametrize(("holder", "below"), [("", "05"), ("05", "0501"), ("0501", "050101"), ("050101", None)])
def test_an_event_goes_back_one_level_towards_its_grid(holder, below):
    assert loop.holder_below(holder, CHAIN) == below


def test_what_went_up_is_dispatched_from_above_only():
    up = matter("reported", holder_code="05")
    assert loop.fault("dispatch", up, HEAD).code == "events.not_your_level"
    assert loop.fault("dispatch", up, OFFICE) is None


@pytest.mark.parametrize(
    ("times", "most", "fault"), [(0, 3, None), (2, 3, None), (3, 3, "x"), (0, 0, "x"), (4, 3, "x")]
)
def test_reopening_is_possible_only_so_many_times_i11(times, most, fault):
    found = loop.fault("reopen", matter("closed", reopened=times, reopenings_max=most), HEAD)
    assert (found and found.code) == (fault and "events.reopened_too_often")


def test_a_handler_who_lost_the_power_to_handle_cannot_go_on():
    found = loop.fault("feed_back", matter("handling"), Person("chief", True, may_handle=False))
    assert found.code == "events.not_yours"


@pytest.mark.parametrize(
    ("prefixes", "area", "level"),
    [
        (("050101",), "050101", "050101"),
        (("0501", "050101"), "050101", "050101"),
        (("0501",), "050101", "0501"),
        (("",), "050101", ""),
        (("050201",), "050101", "050201"),
        (("0501",), "", "0501"),
        ((), "050101", ""),
    ],
)
def test_a_person_works_at_his_nearest_level(prefixes, area, level):
    assert loop.level_of(prefixes, area) == level


# The ladder of reminders


STARTS = datetime(2026, 11, 1, tzinfo=UTC)
ENDS = STARTS + timedelta(days=10)
LADDER = reminders.ordered([Rung(150, "超期", 2), Rung(80, "将到期", 0), Rung(100, "到期", 1)])


@pytest.mark.parametrize(
    ("hours", "key"),
    [(0, None), (192, None), (192.1, "80"), (240, "80"), (240.1, "100"), (360, "100"), (360.1, "150"), (9999, "150")],
)
def test_a_rung_is_reached_when_its_share_of_the_limit_is_used_up_and_the_last_instant_is_in_time_grd_13(hours, key):
    rung = reminders.rung_reached(starts=STARTS, ends=ENDS, now=STARTS + timedelta(hours=hours), ladder=LADDER)
    assert (rung and rung.key) == key


@given(st.integers(-100, 5000), st.integers(0, 2000))
def test_the_ladder_is_only_climbed_up(hours, later):
    def at(hour: int) -> int:
        rung = reminders.rung_reached(starts=STARTS, ends=ENDS, now=STARTS + timedelta(hours=hour), ladder=LADDER)
        return rung.share_percent if rung else 0

    assert at(hours) <= at(hours + later)


def test_each_rung_is_told_once_and_only_upwards_also_after_the_ladder_changed():
    soon, over, more = LADDER
    assert reminders.is_new(soon, "")
    assert reminders.is_new(soon, "unanswered")
    assert not reminders.is_new(soon, "80")
    assert reminders.is_new(over, "80")
    assert not reminders.is_new(over, "150")
    assert not reminders.is_new(over, "120")  # a rung there no longer is
    assert reminders.is_new(more, "100")


@pytest.mark.parametrize(
    ("rungs", "words"),
    [
        ([], "至少要有一级提醒。"),
        ([Rung(80, "x", 0), Rung(80, "y", 1)], "两级提醒不能设在同一比例。"),
        ([Rung(0, "x", 0)], "比例在 1% 至 1000% 之间。"),
        ([Rung(1001, "x", 0)], "比例在 1% 至 1000% 之间。"),
        ([Rung(80, "x", 10)], "向上级数在 0 至 9 之间。"),
        ([Rung(80, "x", -1)], "向上级数在 0 至 9 之间。"),
    ],
)
def test_a_ladder_that_cannot_be_climbed_is_refused(rungs, words):
    with pytest.raises(reminders.BrokenLadder, match=f"^{words}$"):
        reminders.ordered(rungs)


def test_a_ladder_stands_from_its_lowest_rung_to_its_highest():
    first, last = Rung(1, "甲", 0), Rung(1000, "乙", 9)
    assert reminders.ordered([last, first]) == (first, last)


@pytest.mark.parametrize(
    ("code", "up", "told"),
    [
        ("050101", 0, []),
        ("050101", 1, ["0501"]),
        ("050101", 2, ["0501", "05"]),
        ("050101", 9, ["0501", "05", ""]),
        ("0501", 1, ["05"]),
        ("05", 1, [""]),
        ("", 1, [""]),
    ],
)
def test_overdue_work_is_told_to_the_levels_above_one_by_one_i14(code, up, told):
    assert reminders.levels_above(code, CHAIN, levels_up=up) == told


# Ranking


def candidate(key: str, **facts: object) -> Candidate:
    given = {"name": key, "unit": "", "codes": (), "duty": "", "load": 0, "is_certified": False, **facts}
    return Candidate(key, **given)  # type: ignore[arg-type]


def best(*candidates: Candidate, certificate: bool = False) -> list[str]:
    ranked = rank(candidates, area_code="050101", unit_code="0501", wants_certificate=certificate)
    return [each.candidate.key for each in ranked]


def test_the_grids_own_chief_comes_first_then_the_station_then_the_rest():
    assert best(
        candidate("far", codes=("050201",), duty="chief"),
        candidate("station", codes=("0501",), duty="station"),
        candidate("own", codes=("050101",), duty="chief"),
    ) == ["own", "station", "far"]


def test_who_has_much_in_hand_falls_behind_a_free_neighbour():
    assert best(
        candidate("busy", codes=("050101",), duty="chief", load=20),
        candidate("free", codes=("050102",), duty="chief"),
    ) == ["free", "busy"]


def test_a_certificate_counts_only_where_the_matter_asks_for_it():
    plain, certified = candidate("a", codes=("0501",)), candidate("b", codes=("0501",), is_certified=True)
    assert best(plain, certified) == ["a", "b"]
    assert best(plain, certified, certificate=True) == ["b", "a"]


def test_every_candidate_carries_the_reasons_for_his_place():
    (ranked,) = rank(
        [candidate("a", codes=("050101",), duty="chief", load=3)],
        area_code="050101",
        unit_code="0501",
        wants_certificate=True,
    )
    assert ranked.reasons == ("本网格", "负责人", "在办 3 件", "无有效执法证")


@pytest.mark.parametrize(
    ("duty", "codes", "points", "reasons"),
    [
        ("chief", ("050101",), SAME_GRID + DUTY_POINTS["chief"], ("本网格", "负责人", "在办 0 件")),
        ("manager", ("050102",), SAME_UNIT + DUTY_POINTS["manager"], ("同一单元", "管理员", "在办 0 件")),
        ("station", ("0502",), DUTY_POINTS["station"], ("所内人员", "在办 0 件")),
        ("informant", ("0502",), 0, ("在办 0 件",)),
    ],
)
def test_place_and_duty_count_and_are_named(duty, codes, points, reasons):
    (ranked,) = rank(
        [candidate("a", codes=codes, duty=duty)], area_code="050101", unit_code="0501", wants_certificate=False
    )
    assert (ranked.points, ranked.reasons) == (points, reasons)


def test_who_gave_the_matter_back_is_offered_last_and_the_reason_is_shown():
    gave_up = candidate("a", codes=("050101",), duty="chief", is_certified=True, gave_up=True)
    assert best(gave_up, candidate("b", codes=("050201",), duty="station")) == ["b", "a"]
    (ranked,) = rank([gave_up], area_code="050101", unit_code="0501", wants_certificate=False)
    assert ranked.reasons == ("本网格", "负责人", "在办 0 件", "持有执法证", "曾退回或上报办不了")


@given(st.permutations([candidate(key, load=load) for key, load in zip("abcde", (0, 0, 1, 1, 2), strict=True)]))
def test_the_order_does_not_depend_on_the_order_asked(candidates):
    assert best(*candidates) == ["a", "b", "c", "d", "e"]
