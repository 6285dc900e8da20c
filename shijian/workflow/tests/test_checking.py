"""What keeps a diagram from being published is said in plain words, with the step it is about."""

import pytest

from ..library.drawing import Procedure, Step, draw
from ..rules import checking, expressions, tally
from ..rules.diagram import read
from ..testing import steps

KNOWN = checking.Known(
    {"grid_chief", "leader", "legal_reviewer", "grid_office"}, {"workflow.tell_starter"}, {"review"}, set()
)
LANES = {"办案机构": "grid_chief", "审核机构": "legal_reviewer", "局领导": "leader", "无角色": ""}


def findings(made, change=lambda text: text):
    return [
        each.text for each in checking.check(read(change(draw(Procedure("t", "试", "试", "", LANES, made)))), KNOWN)
    ]


def test_a_sound_diagram_has_no_findings():
    assert findings(steps()) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text.replace("endEvent", "callActivity"), "没有结束事件"),
        (lambda text: text.replace(' default="Flow_4"', ""), "没有默认走向"),
        (lambda text: text.replace('sj:roles="grid_chief"', 'sj:roles="nobody_known"'), "角色“nobody_known”不存在"),
        (lambda text: text.replace('sj:limit="review"', 'sj:limit="made_up"'), "不在法定期限表里"),
        (lambda text: text.replace('sj:differsFrom="inquire"', 'sj:differsFrom="gone"'), "没有这个步骤"),
        (lambda text: text.replace('outcome == "refuse"', "__import__(\"os\").system(\"id\")"), "不允许"),
        (lambda text: text.replace('outcome == "refuse"', "outcome =="), "写法不对"),
        (lambda text: text.replace('id="over"', 'id="End"').replace('targetRef="over"', 'targetRef="End"'), "引擎内部名称"),
        (lambda text: text.replace('targetRef="review"', 'targetRef="decide"'), "“法制审核”从开始走不到"),
        (lambda text: text.replace("<exclusiveGateway", "<eventBasedGateway").replace("</exclusiveGateway", "</eventBasedGateway"), "等待分支“等待分支”后面须接两个以上"),
        (lambda text: text.replace("<exclusiveGateway", "<complexGateway").replace("</exclusiveGateway", "</complexGateway"), "复杂分支"),
    ],
)  # fmt: skip
def test_each_fault_is_named(change, says):
    assert says in " ".join(findings(steps(), change))


def test_a_step_without_a_role_and_a_round_without_a_person_are_named():
    made = [
        Step("begin", "开始", "无角色", "one", kind="startEvent"),
        Step("one", "无人办", "无角色", "auto"),
        Step("auto", "通知", "无角色", "again", kind="serviceTask", marks={"handler": "workflow.tell_starter"}),
        Step("again", "再通知", "无角色", "auto", kind="serviceTask", marks={"handler": "unknown"}),
        Step("over", "结束", "无角色", kind="endEvent"),
    ]
    told = " ".join(findings(made))
    for says in ("没有指定由什么角色办理", "绕回自己", "“unknown”没有登记", "走不到结束"):
        assert says in told


@pytest.mark.parametrize(
    "attack",
    ["__import__('os')", "().__class__", "open('/etc/passwd')", "[x for x in (1,)]", "lambda: 1", "a.b", "'a' * 10**9", "f'{1}'", "x := 1"],
)  # fmt: skip
def test_a_condition_is_no_program(attack):
    assert expressions.fault(attack)
    with pytest.raises(expressions.BadExpression):
        expressions.evaluate(attack, {}, {})


def test_conditions_compare_what_was_filled_in():
    values = {"outcome": "agree", "fine": 12000}
    assert expressions.evaluate('outcome == "agree" and fine >= 10000', values, {}) is True
    assert expressions.evaluate("fine > missing", values, {}) is False
    assert expressions.names('limit("review") == due') == {"due"}


@pytest.mark.parametrize(
    ("mode", "given", "waiting", "quota", "result"),
    [
        ("countersign", ["y", "y"], 1, "", None), ("countersign", ["y", "y", "y"], 0, "", "y"), ("countersign", ["n"], 2, "", "n"),
        ("countersign", ["y", "y"], 1, "2", "y"), ("countersign", ["y", "n"], 1, "2", None), ("countersign", ["n", "n"], 1, "2", "n"),
        ("vote", ["y", "y"], 1, "", None), ("vote", ["y", "y", "n"], 0, "", "y"), ("vote", ["y", "n"], 0, "", "n"),
    ],
)  # fmt: skip
def test_votes_are_counted(mode, given, waiting, quota, result):
    assert tally.result(mode, given, waiting, choices=["y", "n"], quota=quota) == result
