"""Sub-processes run like the rest of a process; what is waited for is delivered by a module or registered by a person."""

from datetime import timedelta

import pytest

from .. import services
from ..models import Instance, Move, Process, ProcessVersion, Task
from ..rules.diagram import elements, read
from ..services.refusals import NotAllowed, NotAwaited, NotFilled, OpenedAlready
from ..testing import NOW, record
from .sampling import sampling

pytestmark = pytest.mark.django_db
URL = "/workflow/instances/{}/arrivals/result/"


def published(key: str = "sampling", text: str = "") -> Process:
    process, _ = Process.objects.get_or_create(key=key, defaults={"name": "监督抽检", "record_kinds": ["event"]})
    services.publish(services.save_draft(process, text or sampling(), by=None, now=NOW), by=None, now=NOW)
    return process


@pytest.fixture
def sent(office) -> Instance:
    """A sample on its way: taken, and sent to the laboratory."""
    instance = office.start(published())
    for _ in range(2):
        office.go(instance, office.cast.chief, "done")
    return Instance.objects.get(pk=instance.pk)


def deliver(office, instance: Instance, verdict: str, **more):
    values = {"data": {"verdict": verdict, "report": "J-7"}, "by": office.cast.chief, "now": NOW} | more
    return services.register_message(instance, "result", **values)


@pytest.mark.parametrize("collapsed", [False, True])
def test_expanded_and_collapsed_sub_processes_are_sound_and_come_out_as_they_went_in(office, collapsed):
    text = sampling(collapsed=collapsed)
    assert services.check(text) == []
    process = published("other", text)
    assert elements(ProcessVersion.objects.get(process=process).bpmn) == elements(text)
    assert [node.title for node in read(text).around("urge")] == ["检验"]


@pytest.mark.parametrize(("verdict", "ends"), [("合格", True), ("不合格", False)])
def test_a_result_that_is_registered_leads_out_of_the_sub_process(office, sent, verdict, ends):
    assert office.nodes(sent) == []
    assert [(node.id, may) for node, may in services.awaited(sent, by=office.cast.chief, now=NOW)] == [("result", True)]
    deliver(office, sent, verdict)
    sent.refresh_from_db()
    assert (sent.state == "ended") == ends
    assert office.nodes(sent) == ([] if ends else ["dispose"])
    move = Move.objects.get(instance=sent, act="message")
    assert (move.text, move.note) == ("检测结果到达", f"结论：{verdict}\n报告编号：J-7")


def test_a_module_delivers_to_every_process_of_the_record_that_waits(office, sent):
    one = record()
    Instance.objects.filter(pk=sent.pk).update(record_id=one.id)
    told = [
        services.deliver_message(one, name, values={"verdict": "不合格"}, by=office.cast.chief, now=NOW)
        for name in ("别的消息", "检测结果到达", "检测结果到达")
    ]
    assert told == [0, 1, 0]
    assert office.nodes(sent) == ["dispose"]


def test_a_result_is_registered_once_by_who_may_and_with_what_is_asked(office, sent):
    with pytest.raises(NotFilled, match="结论"):
        deliver(office, sent, "")
    with pytest.raises(NotFilled, match="只能选"):
        deliver(office, sent, "还行")
    with pytest.raises(NotAllowed, match="角色"):
        deliver(office, sent, "合格", by=office.cast.leader)
    deliver(office, sent, "不合格")
    with pytest.raises(NotAwaited, match="不等这一项"):
        deliver(office, sent, "不合格")


def test_when_the_result_does_not_come_somebody_is_urged_and_it_is_waited_for_again(office, sent):
    late = sent.due
    assert services.fire_due(now=late) == 1
    assert office.nodes(sent) == ["urge"]
    with pytest.raises(NotAwaited):
        deliver(office, sent, "合格", now=late)
    office.go(sent, office.cast.grid_office, "done", now=late)
    sent.refresh_from_db()
    assert office.nodes(sent) == []
    assert sent.due > late
    deliver(office, sent, "合格", now=late)
    sent.refresh_from_db()
    assert sent.state == "ended"


def test_a_timer_on_the_border_of_a_sub_process_calls_somebody_while_it_goes_on(office, sent):
    services.fire_due(now=NOW + timedelta(days=61))
    services.fire_due(now=NOW + timedelta(days=61))
    assert office.nodes(sent) == ["oversee", "urge"]


def test_a_timer_on_the_border_that_interrupts_ends_what_is_open_inside(office):
    text = sampling().replace('cancelActivity="false"', 'cancelActivity="true"')
    instance = office.start(published("cut", text))
    office.go(instance, office.cast.chief, "done")
    assert office.nodes(instance) == ["send"]
    services.fire_due(now=NOW + timedelta(days=61))
    assert office.nodes(instance) == ["oversee"]
    assert Task.objects.get(instance=instance, node_id="send").state == "dropped"


def test_a_step_is_returned_into_a_sub_process_that_was_done_and_out_of_one_that_runs(office, sent):
    deliver(office, sent, "不合格")
    task = office.open(sent)
    ways = services.ways_back(task, by=office.cast.leader, now=NOW)
    assert [node.id for node in ways] == ["send", "collect"]
    hours = iter(NOW + timedelta(hours=n) for n in range(1, 9))
    services.send_back(task, to="send", reason="样品不对", by=office.cast.leader, now=next(hours))
    assert office.nodes(sent) == ["send"]
    again = office.open(sent)
    assert [node.id for node in services.ways_back(again, by=office.cast.chief, now=NOW)] == ["collect"]
    services.send_back(again, to="collect", reason="重新抽样", by=office.cast.chief, now=next(hours))
    assert office.nodes(sent) == ["collect"]
    for _ in range(2):
        office.go(sent, office.cast.chief, "done", now=next(hours))
    deliver(office, sent, "合格", now=next(hours))
    sent.refresh_from_db()
    assert sent.state == "ended"


def test_the_last_step_before_a_sub_process_can_be_withdrawn_until_it_is_opened(office):
    instance = office.start(published())
    done = office.go(instance, office.cast.chief, "done")
    services.withdraw(Task.objects.get(pk=done.pk), reason="抽错了", by=office.cast.chief, now=NOW)
    assert office.nodes(instance) == ["collect"]
    done = office.go(instance, office.cast.chief, "done")
    services.open_task(office.open(instance), by=office.cast.chief, now=NOW)
    with pytest.raises(OpenedAlready):
        services.withdraw(Task.objects.get(pk=done.pk), reason="抽错了", by=office.cast.chief, now=NOW)


def test_a_run_inside_a_sub_process_goes_over_to_a_new_version(office):
    process = published()
    instance = office.start(process)
    office.go(instance, office.cast.chief, "done")
    changed = (
        sampling()
        .replace('id="g1" sourceRef="lab_begin" targetRef="send"', 'id="g1" sourceRef="lab_begin" targetRef="pack"')
        .replace(
            '<sequenceFlow id="g2"',
            '<userTask id="pack" name="封样" sj:roles="grid_chief"/>'
            '<sequenceFlow id="g0" sourceRef="pack" targetRef="send"/><sequenceFlow id="g2"',
        )
        .replace(
            '<userTask id="dispose" name="不合格处置" sj:roles="leader"/>',
            '<userTask id="dispose" name="依法处置" sj:roles="leader"/>',
        )
    )
    published(text=changed)
    version = ProcessVersion.objects.get(process=process, state="published")
    (prospect,) = services.dry_run(version, now=NOW)
    assert (prospect.faults, prospect.steps) == ((), ("送检",))
    services.migrate(version, [instance.pk], by=office.cast.leader, now=NOW)
    office.go(instance, office.cast.chief, "done")
    deliver(office, Instance.objects.get(pk=instance.pk), "不合格")
    assert office.open(instance).name == "依法处置"


@pytest.mark.parametrize(("old", "new", "says"), [("send", "post", "没有这个步骤"), ("lab", "house", "没有这个步骤")])
def test_a_run_stays_on_its_version_when_where_it_stands_is_gone(office, old, new, says):
    process = published()
    instance = office.start(process)
    office.go(instance, office.cast.chief, "done")
    published(text=sampling().replace(f'"{old}"', f'"{new}"'))
    version = ProcessVersion.objects.get(process=process, state="published")
    (prospect,) = services.dry_run(version, now=NOW)
    assert says in prospect.faults[0]


def test_a_run_stays_on_its_version_when_the_step_it_stands_at_became_another_kind(office):
    process = published()
    instance = office.start(process)
    text = sampling().replace('<userTask id="collect" name="抽样" sj:roles="grid_chief"/>', '<serviceTask id="collect" name="抽样" sj:handler="workflow.tell_starter"/>')  # fmt: skip
    published(text=text)
    version = ProcessVersion.objects.get(process=process, state="published")
    (prospect,) = services.migrate(version, [instance.pk], by=office.cast.leader, now=NOW)
    assert prospect.faults == ("“抽样”已经办理或者正在办理，新版本里换了种类",)


def test_a_sample_is_walked_through_messages_and_times(office):
    walk = services.walk(
        read(sampling()), ["collect=done", "send=done", "@late", "urge=done", "@result"],
        starter=office.cast.chief, area_code="050101", now=NOW,
    )  # fmt: skip
    assert ([each.choice for each in walk.done][-1], walk.is_over) == ("已到达", True)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('<startEvent id="lab_begin"/>', "", "子流程“检验”里没有开始事件"),
        ('<endEvent id="lab_end"/>', "", "子流程“检验”里没有结束事件"),
        ('sourceRef="collect" targetRef="lab"', 'sourceRef="collect" targetRef="send"', "穿过子流程的边框"),
        ('name="检测结果" sj:roles="grid_chief"', 'name="检测结果"', "登记到达"),
        ('sj:roles="grid_chief"><ext', 'sj:roles="nobody"><ext', "角色“nobody”不存在"),
        ('type="text"/></ext', 'type="person"/></ext', "不能选人"),
        ("<timerEventDefinition><timeDate>working_days(20)</timeDate></timerEventDefinition>", "", "等什么消息"),
        ("<messageEventDefinition messageRef=\"m1\"/>", "<signalEventDefinition/>", "信号事件"),
        ('sourceRef="either" targetRef="late"', 'sourceRef="send" targetRef="late"', "等待分支“等结果”后面须接两个以上"),
        ('<subProcess id="lab"', '<subProcess triggeredByEvent="true" id="lab"', "事件子流程"),
    ],
)  # fmt: skip
def test_what_cannot_run_in_a_sub_process_is_named(office, old, new, says):
    assert old in sampling()
    assert says in " ".join(each.text for each in services.check(sampling().replace(old, new)))


def test_the_page_of_an_instance_says_what_is_waited_for_and_takes_it(office, sent):
    client = office.cast.client(office.cast.chief)
    page = client.get(f"/workflow/instances/{sent.pk}/").content.decode()
    assert "正在等：检测结果到达" in page
    assert URL.format(sent.pk) in page
    assert client.post(URL.format(sent.pk), {"verdict": ""}).status_code == 422
    assert client.post(URL.format(sent.pk), {"verdict": "不合格", "opinion": "纸质报告已入卷"}).status_code == 302
    assert "纸质报告已入卷" in client.get(f"/workflow/instances/{sent.pk}/").content.decode()
    assert client.get(f"/workflow/instances/{sent.pk}/arrivals/send/").status_code == 404
