"""The acts on a task, walked through on a small process."""

from datetime import timedelta

import pytest

from shijian.audit.models import Entry
from shijian.notices.models import Notice

from .. import services
from ..choices import Turn
from ..library.drawing import Step
from ..models import Move, Task
from ..services.refusals import (
    BadOutcome,
    NotFilled,
    NotOpen,
    NotYours,
    NoWayBack,
    OpenedAlready,
    RunsAlready,
    TakenAlready,
)
from ..testing import LANES, NOW, person, publish, record, steps

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def test_a_process_runs_from_its_start_to_its_end(office):
    instance = office.start()
    assert office.nodes(instance) == ["inquire"]
    office.go(instance, office.cast.chief)
    assert office.nodes(instance) == ["review"]
    office.go(instance, office.reviewer)
    office.go(instance, office.cast.leader)
    instance.refresh_from_db()
    assert (instance.state, office.nodes(instance)) == ("ended", [])
    assert [move.act for move in instance.moves.all()] == ["complete"] * 3 + ["start"] or instance.moves.count() == 4
    assert Entry.objects.filter(verb="workflow.task.complete").count() == 3


def test_a_refusal_leads_back_to_whoever_did_the_step(office):
    instance = office.start()
    office.go(instance, office.cast.chief)
    office.go(instance, office.reviewer, "refuse", opinion="证据不足")
    again = office.open(instance)
    assert (again.node_id, again.assignee) == ("inquire", office.cast.chief)
    assert Notice.objects.filter(to=office.cast.chief, kind="workflow.task").exists()


def test_the_same_process_runs_once_at_a_time_for_a_record(office):
    one = record()
    services.start(office.process, one, by=office.cast.chief, now=NOW)
    with pytest.raises(RunsAlready, match="正在办理"):
        services.start(office.process, one, by=office.cast.chief, now=NOW)


def test_a_task_that_is_taken_is_not_taken_again(office):
    person("T0101", "法制二", "legal_reviewer", office.cast.units["610111"])
    instance = office.start()
    office.go(instance, office.cast.chief)
    task = office.open(instance)
    services.claim(task, by=office.reviewer, now=NOW)
    with pytest.raises(TakenAlready, match="已由法制一领取"):
        services.claim(task, by=office.cast.grid_office, now=NOW)
    services.release(task, by=office.reviewer, now=NOW)
    assert Task.objects.get(pk=task.pk).claimed_by is None


def test_a_step_needs_its_form_and_one_of_its_outcomes(office):
    instance = office.start()
    task = office.open(instance)
    with pytest.raises(NotFilled, match="当事人"):
        services.complete(task, outcome="done", data={}, by=office.cast.chief, now=NOW)
    with pytest.raises(BadOutcome, match="办理完成"):
        services.complete(task, outcome="whatever", data={"party": "x"}, by=office.cast.chief, now=NOW)
    office.go(instance, office.cast.chief)
    with pytest.raises(NotFilled, match="写明意见"):
        office.go(instance, office.reviewer, "refuse", opinion="")


def test_the_due_day_comes_from_the_time_limit(office):
    instance = office.start()
    office.go(instance, office.cast.chief)
    assert office.open(instance).due_on.isoformat() == "2026-09-28"  # Sunday 20 September is worked, Friday 25 is not


def test_delegation_hands_the_task_on_and_only_the_named_person_may_do_it(office):
    instance = office.start()
    office.go(instance, office.cast.chief)
    task = office.open(instance)
    other = person("T0102", "法制三", "legal_reviewer", office.cast.units["610111"])
    from ..testing import qualify

    qualify(other)
    services.delegate(task, to=other, reason="出差", by=office.reviewer, now=NOW)
    with pytest.raises(NotYours, match="法制三"):
        services.complete(task, outcome="agree", by=office.reviewer, now=NOW)
    services.complete(task, outcome="agree", by=other, now=NOW)
    assert office.nodes(instance) == ["decide"]


@pytest.mark.parametrize(
    ("turn", "held"), [(Turn.BEFORE, "waiting"), (Turn.PARALLEL, "claimed"), (Turn.AFTER, "claimed")]
)
def test_an_added_approver_holds_the_step_until_he_has_acted(office, turn, held):
    instance = office.start()
    office.go(instance, office.cast.chief)
    office.go(instance, office.reviewer)
    task = office.open(instance)
    leader, other = office.cast.leader, office.cast.station_head
    (added,) = services.add(task, people=[other], turn=turn, reason="请会同审签", by=leader, now=NOW)
    task.refresh_from_db()
    assert task.state == held
    order = [other, leader] if turn == Turn.BEFORE else [leader, other]
    for by in order:
        assert office.nodes(instance)
        mine = added if by is other else task
        services.complete(mine, outcome="agree", by=by, now=LATER)
    instance.refresh_from_db()
    assert instance.state == "ended"


def test_an_added_approver_who_refuses_stands_against_the_step(office):
    instance = office.start()
    office.go(instance, office.cast.chief)
    office.go(instance, office.reviewer)
    task = office.open(instance)
    (added,) = services.add(
        task, people=[office.cast.station_head], turn=Turn.AFTER, reason="复核", by=office.cast.leader, now=NOW
    )
    services.complete(task, outcome="agree", by=office.cast.leader, now=NOW)
    services.complete(added, outcome="refuse", opinion="过罚不当", by=office.cast.station_head, now=LATER)
    assert office.nodes(instance) == ["inquire"]


def test_a_task_goes_back_to_an_earlier_step_with_a_reason(office):
    instance = office.start()
    office.go(instance, office.cast.chief)
    office.go(instance, office.reviewer)
    task = office.open(instance)
    assert [node.id for node in services.ways_back(task, by=office.cast.leader, now=NOW)] == ["review", "inquire"]
    with pytest.raises(NoWayBack):
        services.send_back(task, to="decide", reason="x", by=office.cast.leader, now=NOW)
    services.send_back(task, to="inquire", reason="当事人名称有误", by=office.cast.leader, now=LATER)
    again = office.open(instance)
    assert (again.node_id, again.assignee) == ("inquire", office.cast.chief)
    for by in (office.cast.chief, office.reviewer, office.cast.leader):
        office.go(instance, by, now=LATER + timedelta(minutes=5))
    instance.refresh_from_db()
    assert instance.state == "ended"


def test_what_was_done_is_withdrawn_while_nobody_has_opened_the_next(office):
    instance = office.start()
    done = office.go(instance, office.cast.chief)
    services.withdraw(done, reason="漏填", by=office.cast.chief, now=LATER)
    assert (office.nodes(instance), office.open(instance).assignee) == (["inquire"], None)
    done = office.go(instance, office.cast.chief, now=LATER)
    services.open_task(office.open(instance), by=office.reviewer, now=LATER)
    with pytest.raises(OpenedAlready, match="已经打开"):
        services.withdraw(done, reason="漏填", by=office.cast.chief, now=LATER)


def test_a_countersignature_waits_for_all_and_a_vote_for_the_majority(office):
    cast = office.cast
    extra = [person(f"T02{number}", f"领导{number}", "leader", cast.units["610111"]) for number in range(2)]
    leaders = [cast.leader, *extra]
    for mode, votes, end in [
        ("countersign", ["agree", "agree", "agree"], "ended"),
        ("countersign", ["agree", "refuse"], "running"),
        ("vote", ["agree", "refuse", "agree"], "ended"),
        ("vote", ["agree", "refuse", "refuse"], "running"),
    ]:
        process = publish(f"by-{mode}-{len(votes)}", steps(review={}, decide={"mode": mode}))
        instance = office.start(process)
        office.go(instance, cast.chief)
        office.go(instance, cast.grid_office)
        for leader, vote in zip(leaders, votes, strict=False):
            mine = Task.objects.get(instance=instance, assignee=leader, state="ready")
            services.complete(mine, outcome=vote, opinion="依据充分", by=leader, now=NOW)
        instance.refresh_from_db()
        assert (mode, votes, instance.state) == (mode, votes, end)


def test_one_of_several_cannot_return_what_they_decide_together(office):
    process = publish("together", steps(review={}, decide={"mode": "vote"}))
    instance = office.start(process)
    office.go(instance, office.cast.chief)
    office.go(instance, office.cast.grid_office)
    with pytest.raises(NoWayBack, match="几个人共同办理"):
        services.send_back(office.open(instance), to="inquire", reason="再查", by=office.cast.leader, now=LATER)


def test_a_vote_needs_the_opinion_of_each(office):
    process = publish("by-vote", steps(review={}, decide={"mode": "vote"}))
    instance = office.start(process)
    office.go(instance, office.cast.chief)
    office.go(instance, office.cast.grid_office)
    with pytest.raises(NotFilled, match="集体讨论须记录"):
        office.go(instance, office.cast.leader, opinion=" ")


def test_parallel_branches_meet_again_and_a_time_goes_on_by_itself(office):
    made = [
        Step("begin", "开始", "办案机构", "fork", kind="startEvent"),
        Step("fork", "", "办案机构", kind="parallelGateway", branches=["one", "wait"]),
        Step("one", "听取意见", "办案机构", "join"),
        Step("wait", "满五个工作日", "局领导", "join", kind="intermediateCatchEvent", timer="working_days(5)"),
        Step("join", "", "办案机构", "two", kind="parallelGateway"),
        Step("two", "决定", "局领导", "over"),
        Step("over", "结束", "局领导", kind="endEvent"),
    ]
    instance = office.start(publish("both", made, LANES))
    assert (office.nodes(instance), instance.due.isoformat()) == (["one"], "2026-09-20T16:00:00+00:00")
    services.complete(office.open(instance), outcome="done", by=office.cast.chief, now=NOW)
    assert (office.nodes(instance), services.fire_due(now=NOW)) == ([], 0)
    assert services.fire_due(now=NOW + timedelta(days=8)) == 1
    assert office.nodes(instance) == ["two"]
    assert Move.objects.filter(instance=instance, act="timer", by__name="系统提醒").count() == 1


def test_a_cancelled_process_takes_no_more_acts(office):
    instance = office.start()
    task = office.open(instance)
    services.cancel(instance, reason="已并入另案", by=office.cast.leader, now=NOW)
    with pytest.raises(NotOpen, match="已终止"):
        services.claim(task, by=office.cast.chief, now=NOW)
