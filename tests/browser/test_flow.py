"""A process is changed by pointer in the designer while an instance of the old version is under way (A-09)."""

import pytest
from playwright.sync_api import expect

from shijian.accounts.testing import BUREAU, PASSWORD
from shijian.events.models import Event
from shijian.events.queries.record import as_record
from shijian.workflow import queries, services
from shijian.workflow import testing as workflow
from shijian.workflow.models import Instance, Task

from ..world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MIDDLE = """path => {
  const point = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM());
  return [point.x, point.y];
}"""


def _start(who, event: Event) -> Instance:
    """As a handler does it: from the tab of the event."""
    who.open(f"/workflow/records/event/{event.pk}/")
    who.page.get_by_label("流程", exact=True).select_option("small")
    who.page.get_by_role("button", name="发起").click()
    who.page.wait_for_url("**/workflow/tasks/*/")
    return Instance.objects.latest("started_at")


def _do(who, instance: Instance, outcome: str = "", **entries: str) -> None:
    """Take the open task of an instance and do it on its page."""
    who.open(f"/workflow/tasks/{_open(instance).pk}/")
    who.page.locator("form[action$='/claim/'] button").click()
    if outcome:
        who.page.get_by_label(outcome, exact=True).check()
    for name, value in entries.items():
        who.page.fill(f"#id_{name}", value)
    who.page.get_by_role("button", name="提交").click()
    who.page.wait_for_url("**/workflow/instances/**")


def _open(instance: Instance) -> Task:
    return Task.objects.get(instance=instance, state__in=("ready", "claimed"))


def test_an_approver_is_inserted_without_code_while_an_old_instance_runs(world: World, sit_down):
    office = workflow.build_office(world.cast)
    office.reviewer.set_password(PASSWORD)
    office.reviewer.save(update_fields=["password"])
    chief = sit_down(world.cast.chief)
    old = _start(chief, world.event)

    admin = sit_down(world.cast.sysadmin)
    page = admin.page
    admin.open("/workflow/processes/small/")
    page.get_by_role("link", name="修改").click()
    page.locator('[data-canvas] [data-element-id="inquire"]').wait_for()
    flow = next(each.id for each in queries.diagram_of(old.version).flows if each.source == "inquire")
    line = page.locator(f'[data-canvas] [data-element-id="{flow}"] .djs-visual > path').first
    x, y = line.evaluate(MIDDLE)
    page.locator('.djs-palette [data-action="user"]').click()
    page.mouse.move(x, y, steps=8)
    page.mouse.click(x, y)
    page.keyboard.type("机构负责人审批")
    page.keyboard.press("Enter")
    panel = page.locator("[data-panel]")
    panel.get_by_label("单元长").check()
    page.get_by_role("button", name="检查").click()
    expect(page.locator("[data-findings]")).to_contain_text("检查通过")

    # The other way: a button that makes room and sends the matter back when refused.
    page.locator("[data-canvas]").click(position={"x": 400, "y": 500})  # away from its icons
    page.locator('[data-canvas] [data-element-id="review"] .djs-hit').first.click()
    panel.get_by_role("button", name="插入审批").click()
    page.keyboard.type("分管领导审批")
    page.keyboard.press("Enter")
    panel.get_by_label("局领导").check()
    page.get_by_role("button", name="检查").click()
    expect(page.locator("[data-findings]")).to_contain_text("检查通过")
    page.fill("#id_note", "审核前增加机构负责人，决定前增加分管领导")
    page.get_by_role("button", name="保存草稿").click()
    page.wait_for_url("**/processes/small/3/")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="发布").click()
    expect(page.get_by_text("第3版 使用中").first).to_be_visible()

    new = _start(chief, world.report(world.cast.informant, entity=world.entity))
    for instance in (old, new):
        _do(chief, instance, party="某店")
    assert (old.version.number, _open(old).name) == (2, "法制审核")
    assert (new.version.number, _open(new).name) == (3, "机构负责人审批")
    head = sit_down(world.cast.station_head, "phone")
    _do(head, new)
    reviewer = sit_down(office.reviewer)
    _do(reviewer, new, "同意", opinion="事实清楚")
    assert _open(new).name == "分管领导审批"
    _do(reviewer, old, "同意", opinion="事实清楚")
    assert _open(old).name == "负责人决定"
    leader = sit_down(world.cast.leader)
    _do(leader, new, "不同意", opinion="补充证据")
    assert _open(new).name == "法制审核"

    admin.open("/workflow/processes/small/3/against/2/")
    expect(page.get_by_text("新增“机构负责人审批”")).to_be_visible()
    admin.open("/workflow/processes/small/migration/")
    expect(page.get_by_role("row", name=old.record_number)).to_contain_text("负责人决定")
    page.get_by_role("button", name="换用第3版").click()
    expect(page.get_by_text("已换用新版本 1 件")).to_be_visible()
    old.refresh_from_db()
    assert old.version.number == 3
    _do(leader, old, "同意", opinion="同意")
    old.refresh_from_db()
    assert old.state == "ended"
    for each in (admin, chief, head, reviewer, leader):
        assert each.errors == []


def test_three_leaders_vote_and_the_opinion_of_the_one_who_differs_stays_on_record(world: World, sit_down):
    office = workflow.build_office(world.cast)
    process = workflow.publish("voted", workflow.steps(review={}, decide={"mode": "vote"}))
    leaders = [world.cast.leader]
    for number in (1, 2):
        leaders.append(workflow.person(f"T021{number}", f"副局长{number}", "leader", world.cast.units[BUREAU]))
        leaders[-1].set_password(PASSWORD)
        leaders[-1].save(update_fields=["password"])
    instance = services.start(process, as_record(world.event), by=world.cast.chief, now=workflow.NOW)
    office.go(instance, world.cast.chief)
    office.go(instance, world.cast.grid_office)

    views = ["处罚适当。", "证据不足，应当补充调查。", "同意多数意见。"]
    for leader, outcome, view in zip(leaders, ["同意", "不同意", "同意"], views, strict=True):
        who = sit_down(leader)
        task = Task.objects.get(instance=instance, assignee=leader)
        who.open(f"/workflow/tasks/{task.pk}/")
        who.page.locator("form[action$='/claim/'] button").click()
        expect(who.page.get_by_role("link", name="退回")).to_have_count(0)  # it is not his alone
        who.page.get_by_label(outcome, exact=True).check()
        who.page.fill("#id_opinion", view)
        who.page.get_by_role("button", name="提交").click()
        who.page.wait_for_url("**/workflow/instances/**")

    chief = sit_down(world.cast.chief)
    chief.open(f"/workflow/instances/{instance.pk}/")
    page = chief.page
    for view in views:
        expect(page.locator("table")).to_contain_text(view)
    expect(page.locator(".flow-note", has_text="同意 2 人、不同意 1 人")).to_be_visible()
    instance.refresh_from_db()
    assert instance.state == "ended"
