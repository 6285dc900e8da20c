"""A form of the bureau's own from its draft to a paper made with it, and the print that follows what is typed (D-01, D-02)."""

import pytest
from django.utils.timezone import localdate, now
from playwright.sync_api import expect

from shijian.documents import queries, services
from shijian.documents.models import FormVersion, Paper
from shijian.documents.testing import build_desk
from shijian.events.queries import as_record

from ..world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SLUG = "produce_materials_notice"


@pytest.fixture
def office(world: World):
    """The shipped forms, and a draft of an event begun before the bureau changes its form."""
    build_desk(world.cast)
    version = queries.form_version(SLUG, localdate(), world.event.bureau_code)
    return services.begin(as_record(world.event), version, by=world.cast.chief, now=now())


def test_the_print_follows_what_is_typed(world: World, sit_down, office: Paper):
    chief = sit_down(world.cast.chief)
    chief.open(f"/documents/papers/{office.pk}/")
    shown = chief.page.locator("#preview img").first
    before = shown.get_attribute("src")
    chief.page.fill("#id_material_matter", "纯牛奶的购进情况")
    expect(shown).not_to_have_attribute("src", before)
    expect(chief.page.locator("#preview")).not_to_contain_text("请填写“涉及事项”")
    office.refresh_from_db()
    assert "material_matter" not in office.data
    assert chief.errors == []


def test_a_form_is_changed_seen_in_print_approved_by_another_and_used(world: World, sit_down, office: Paper):
    keeper = sit_down(world.cast.grid_office)
    page = keeper.page
    keeper.open(f"/documents/forms/{SLUG}/")
    page.get_by_role("button", name="新版本").click()
    page.wait_for_url("**/forms/proposals/*/")
    address = page.url.removeprefix(keeper.base)
    before = page.locator("#preview img").first.get_attribute("src")
    body = page.input_value("#id_body")
    page.fill("#id_body", f"{body}\n逾期不提供的，{{late_result}}。")
    expect(page.locator("#preview")).to_contain_text("没有字段“late_result”")
    spare = page.locator(".field-line").last
    spare.locator("summary").click()
    spare.get_by_label("名称").fill("逾期的后果")
    spare.get_by_label("代码").fill("late_result")
    spare.get_by_label("必填").check()
    expect(page.locator("#preview")).to_contain_text("请填写“逾期的后果”")
    expect(page.locator("#preview img").first).not_to_have_attribute("src", before)
    page.fill("#id_document", "灞市监发〔2026〕8号")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_text("范例", exact=True).click()
    page.fill("#id_sample-late_result", "依法处理")
    expect(page.locator("#preview")).to_contain_text("检查通过")
    assert keeper.violations() == []
    page.get_by_role("button", name="保存并送审").click()
    expect(page.get_by_text("起草人不能自己审定")).to_be_visible()

    leader = sit_down(world.cast.leader, "phone")
    leader.open(address)
    expect(leader.page.locator("ins").first).to_contain_text("逾期的后果")
    assert not leader.scrolls_sideways()
    leader.page.get_by_role("button", name="审定").click()
    expect(leader.page.get_by_text("已审定，自")).to_be_visible()
    version = FormVersion.objects.get(bureau_code=world.event.bureau_code)

    chief = sit_down(world.cast.chief)
    chief.open(f"/documents/papers/{office.pk}/")
    expect(chief.page.get_by_text("改用后还要填写：逾期的后果")).to_be_visible()
    chief.page.get_by_role("button", name="改用现行格式").click()
    chief.page.fill("#id_late_result", "承担不利后果")
    chief.page.get_by_role("button", name="保存", exact=True).click()
    expect(chief.page.get_by_text("已保存")).to_be_visible()
    office.refresh_from_db()
    assert office.form_version == version
    assert office.data["late_result"] == "承担不利后果"
    for each in (keeper, leader, chief):
        assert each.errors == []
