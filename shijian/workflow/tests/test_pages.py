"""The pages as people use them."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from shijian.core import records
from shijian.deadlines import services as clocks

from .. import services
from ..library import draw
from ..models import Instance, Process, ProcessVersion, Task
from ..testing import NOW, certify, publish, record, steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def seen(office, monkeypatch):
    """A record everybody of the bureau sees, and an instance for it."""
    known = record()
    kind = records.RecordKind("event", "事件", lambda user, key: known if key == known.id else None)
    monkeypatch.setitem(records.kinds, "event", kind)
    instance = services.start(office.process, known, by=office.cast.chief, now=NOW)
    return known, instance


def test_a_task_is_found_taken_and_done_on_its_page(office, seen):
    _, instance = seen
    chief = office.cast.client(office.cast.chief)
    task = office.open(instance)
    page = reverse("workflow:task", args=[task.pk])
    assert page in chief.get(reverse("workflow:todo")).content.decode()
    chief.post(reverse("workflow:claim", args=[task.pk]))
    refused = chief.post(page, {"opinion": ""})
    assert (refused.status_code, "请填写“当事人”" in refused.content.decode()) == (422, True)
    done = chief.post(page, {"party": "某便利店", "fine": "2000", "opinion": "事实清楚"})
    assert done.url == reverse("workflow:instance", args=[instance.pk])
    assert Task.objects.get(pk=task.pk).data == {"party": "某便利店", "fine": 2000}
    assert "某便利店" in chief.get(page).content.decode()


def test_a_refused_act_says_why_with_the_article(office, seen):
    _, instance = seen
    office.go(instance, office.cast.chief)
    task = services.claim(office.open(instance), by=office.reviewer, now=NOW)
    office.reviewer.qualifications.all().delete()
    page = office.cast.client(office.reviewer).post(
        reverse("workflow:task", args=[task.pk]), {"outcome": "agree", "opinion": "同意"}
    )
    assert "没有登记该资格" in page.content.decode()
    assert "第五十八条" in page.content.decode()


def test_a_colleague_who_may_not_act_is_not_offered(office, seen):
    _, instance = seen
    office.go(instance, office.cast.chief)
    task = services.claim(office.open(instance), by=office.reviewer, now=NOW)
    client = office.cast.client(office.reviewer)
    for name in ("delegation", "addition", "return"):
        assert client.get(reverse(f"workflow:{name}", args=[task.pk])).status_code == 200
    page = client.get(reverse("workflow:delegation", args=[task.pk])).content.decode()
    assert "程网一" not in page


def test_a_stranger_does_not_learn_that_a_task_exists(office, monkeypatch):
    monkeypatch.setitem(records.kinds, "event", records.RecordKind("event", "事件", lambda user, key: None))
    instance = office.start()
    stranger = office.cast.client(office.cast.other_chief)
    for name, key in (("task", office.open(instance).pk), ("instance", instance.pk)):
        assert stranger.get(reverse(f"workflow:{name}", args=[key])).status_code == 404


def test_a_process_is_started_from_the_record_and_its_picture_says_where_it_is(office, seen):
    known, instance = seen
    services.cancel(instance, reason="重来", by=office.cast.leader, now=NOW)
    client = office.cast.client(office.cast.chief)
    assert "小案流程" in client.get(reverse("workflow:record", args=["event", known.id])).content.decode()
    client.post(reverse("workflow:start", args=["event", known.id]), {"process": "small"})
    made = Instance.objects.get(state="running")
    page = client.get(reverse("workflow:instance", args=[made.pk])).content.decode()
    assert "我可以办" in page
    assert '"inquire": {"tone": "now"' in page


def test_an_approver_is_inserted_without_code_while_old_instances_run_on(office, seen):
    """Done when: the draft is drawn, checked and published on the pages; who began before goes on as before."""
    _, old = seen
    cast = office.cast
    more = [*steps()]
    more[3].to = {"agree": ("同意", "second"), "refuse": ("不同意", "inquire")}
    more.insert(4, type(more[3])("second", "主要负责人审批", "局领导", "over", marks={"differsFrom": "inquire decide"}))
    from ..library.drawing import Procedure
    from ..testing import LANES

    bpmn = draw(Procedure("small", "小案流程", "测试", "", LANES, more))
    designer = cast.client(cast.grid_office)
    assert designer.get(reverse("workflow:design", args=["small", 1])).status_code == 200
    assert designer.post(reverse("workflow:check"), {"bpmn": bpmn}).json() == {"ok": True, "findings": []}
    saved = designer.post(reverse("workflow:design", args=["small", 1]), {"bpmn": bpmn, "note": "增加一级审批"})
    assert saved.url == reverse("workflow:version", args=["small", 2])
    leader = cast.client(cast.leader)
    leader.post(reverse("workflow:publication", args=["small", 2]))
    new = services.start(Process.objects.get(key="small"), record(), by=cast.chief, now=NOW)
    for instance in (old, new):
        office.go(instance, cast.chief)
        office.go(instance, office.reviewer)
        office.go(instance, cast.leader)
        instance.refresh_from_db()
    assert (old.state, old.version.number) == ("ended", 1)
    assert (new.state, office.nodes(new)) == ("running", ["second"])
    page = leader.get(reverse("workflow:comparison", args=["small", 2, 1])).content.decode()
    assert "新增“主要负责人审批”" in page


def test_running_instances_go_over_to_the_new_version_after_a_dry_run(office, seen):
    _, early = seen
    late = office.start()
    office.go(late, office.cast.chief)
    more = [*steps()]
    more[1].name, more[1].to = "调查终结", "decide"
    del more[2]
    more[2].to = {"agree": ("同意", "over"), "refuse": ("不同意", "inquire")}
    publish("small", more)
    leader = office.cast.client(office.cast.leader)
    page = leader.get(reverse("workflow:migration", args=["small"])).content.decode()
    assert "“法制审核”已经办理或者正在办理，新版本里没有这个步骤" in re.sub(r"\s+", "", page)
    leader.post(reverse("workflow:migration", args=["small"]), {"pick": [str(early.pk), str(late.pk), "x"]})
    early.refresh_from_db()
    late.refresh_from_db()
    assert (early.version.number, late.version.number) == (2, 1)
    office.go(early, office.cast.chief)
    assert office.nodes(early) == ["decide"]


def test_a_draft_that_cannot_run_is_not_published_and_says_why(office):
    draft = ProcessVersion.objects.get(process=office.process)
    broken = draft.bpmn.replace("userTask", "task").replace('id="over"', 'id="End"')
    saved = services.save_draft(office.process, broken, by=office.cast.grid_office, now=NOW)
    page = office.cast.client(office.cast.leader).get(reverse("workflow:version", args=["small", saved.number]))
    assert "是普通任务，本系统不能运行" in page.content.decode()
    answer = office.cast.client(office.cast.leader).post(reverse("workflow:publication", args=["small", saved.number]))
    assert answer.status_code == 409


def test_a_process_without_an_end_is_named_while_it_is_drawn_and_the_old_version_runs_on(office, seen):
    _, running = seen
    version = ProcessVersion.objects.get(process=office.process)
    endless = version.bpmn.replace("endEvent", "callActivity")
    drawing = office.cast.client(office.cast.grid_office)
    told = drawing.post(reverse("workflow:check"), {"bpmn": endless}).json()
    assert "没有结束事件：流程永远办不完，请画一个。" in [each["text"] for each in told["findings"]]
    kept = drawing.post(reverse("workflow:design", args=["small", 1]), {"bpmn": endless, "note": "改"})
    draft = ProcessVersion.objects.latest("number")
    assert kept.url == reverse("workflow:version", args=["small", draft.number])
    answer = office.cast.client(office.cast.leader).post(reverse("workflow:publication", args=["small", draft.number]))
    assert answer.status_code == 409
    assert "没有结束事件" in answer.content.decode()
    draft.refresh_from_db()
    assert (draft.bpmn, draft.state) == (endless, "draft")
    office.go(running, office.cast.chief)
    assert office.nodes(running) == ["review"]


def test_trying_out_shows_the_path_and_the_people_and_writes_nothing(office):
    certify(office.cast.station_head)
    client = office.cast.client(office.cast.chief)
    address = reverse("workflow:simulation", args=["small", 1])
    first = client.get(f"{address}?area=050101").content.decode()
    assert "程网一" in first
    second = client.get(f"{address}?path=inquire=done&area=050101").content.decode()
    assert "法制一" in second
    over = client.get(f"{address}?path=inquire=done,review=agree,decide=agree").content.decode()
    assert "走到了结束" in over
    assert Instance.objects.count() == 0


def test_a_bpmn_file_of_another_tool_is_kept_as_it_is(office):
    from django.core.files.uploadedfile import SimpleUploadedFile

    text = ProcessVersion.objects.get(process=office.process).bpmn + "\n<!-- 他方工具 -->"
    client = office.cast.client(office.cast.grid_office)
    data = {"key": "imported", "name": "导入的", "group": "其他", "file": SimpleUploadedFile("x.bpmn", text.encode())}
    made = client.post(reverse("workflow:process_new"), data)
    assert made.url == reverse("workflow:version", args=["imported", 1])
    got = client.get(reverse("workflow:export", args=["imported", 1]))
    assert got.content.decode() == text
    data = {"key": "bad", "name": "坏的", "group": "其他", "file": SimpleUploadedFile("x.bpmn", b"<a><b></a>")}
    assert "不是完整的 XML" in client.post(reverse("workflow:process_new"), data).content.decode()
    assert not Process.objects.filter(key="bad").exists()


def test_the_numbers_of_the_library_open_their_instances(office, seen):
    known, _ = seen
    client = office.cast.client(office.cast.grid_office)
    rows = f"{reverse('workflow:instances')}?process={office.process.key}&amp;open=1"
    assert rows in client.get(reverse("workflow:library")).content.decode()
    assert known.number in client.get(rows.replace("&amp;", "&")).content.decode()
    assert known.number not in client.get(reverse("workflow:instances") + "?process=filing&q=none").content.decode()
    assert office.cast.client(office.cast.chief).get(reverse("workflow:instances")).status_code == 403


def test_a_clock_of_the_record_gives_the_step_its_day_and_each_page_shows_the_other(office, monkeypatch):
    known = record()
    kind = records.RecordKind("event", "事件", lambda user, key: known if key == known.id else None)
    monkeypatch.setitem(records.kinds, "event", kind)
    clock = clocks.start(known, "review", NOW.date() - timedelta(days=5), by=office.cast.chief, now=NOW)
    instance = services.start(office.process, known, by=office.cast.chief, now=NOW)
    office.go(instance, office.cast.chief)
    task = office.open(instance)
    assert (task.node_id, task.due_on) == ("review", clock.due_on)
    chief = office.cast.client(office.cast.chief)
    beside = chief.get(reverse("deadlines:record", args=["event", known.id])).content.decode()
    assert "小案流程：法制审核" in beside
    assert reverse("workflow:instance", args=[instance.pk]) in beside
    page = chief.get(reverse("workflow:record", args=["event", known.id])).content.decode()
    assert reverse("deadlines:clock", args=[clock.pk]) in page


def test_what_was_filled_in_need_not_be_typed_again_when_a_step_comes_back(office):
    instance = office.start()
    office.go(instance, office.cast.chief)
    office.go(instance, office.reviewer, "refuse", opinion="请补充")
    task = office.open(instance)
    services.claim(task, by=office.cast.chief, now=NOW)
    client = office.cast.client(office.cast.chief)
    assert 'value="某店"' in client.get(f"/workflow/tasks/{task.pk}/").content.decode()
