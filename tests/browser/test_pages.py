"""Every page in a real browser: no script errors, no sideways scroll, nothing axe complains of; and the main journey."""

import gzip
import io

import pytest
from PIL import Image

from shijian.subjects.models import Entity, Pair
from shijian.subjects.services import duplicates

from ..world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = {
    "station_head": [
        "/", "/events/", "/events/{event}/", "/events/{event}/dispatch/", "/events/kinds/",
        "/events/analysis/?by=month", "/events/metrics/", "/events/lists/tasks/", "/events/workload/", "/events/ladder/",
        "/events/phrases/", "/events/{event}/talk/", "/events/{event}/duplicates/", "/entities/",
        "/entities/{entity}/", "/grid/", "/grid/050101/", "/grid/050101/boundary/", "/grid/check/", "/grid/ledger/",
        "/grid/0501/recut/", "/grid/0501/sandbox/", "/grid/recuts/", "/grid/ledgers/staff/", "/grid/own/", "/grid/duties/",
        "/grid/meetings/", "/grid/meetings/new/", "/grid/tasks/", "/grid/opinions/", "/grid/opinions/new/", "/grid/points/",
        "/grid/plan/", "/grid/reports/",
        "/map/", "/search/?q=安柏", "/notices/", "/limits/", "/deadlines/", "/calendar/", "/people/",
    ],
    "chief": ["/", "/events/report/", "/events/{event}/acceptance/", "/entities/{entity}/location/"],
    "clerk": [
        "/entities/imports/", "/entities/imports/new/", "/entities/pairs/", "/entities/pairs/{pair}/",
        "/entities/{entity}/status/", "/entities/{entity}/relations/new/?q=安柏", "/entities/{entity}/twins/",
    ],
    "secadmin": ["/", "/people/roles/"],
    "auditor": ["/", "/audit/"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.FILES_DIR = tmp_path


def a_pair(entity):
    """Two entities that may be one."""
    Entity.objects.create(
        bureau_code=entity.bureau_code, area_code=entity.area_code, identity="t2", kind="enterprise", name=entity.name,
        address=entity.address, source="食药许可", content_hash="y", updated_at=entity.updated_at,
    )  # fmt: skip
    duplicates.propose(entity.bureau_code, now=entity.updated_at)
    return Pair.objects.get()


@pytest.mark.parametrize("width", ["desktop", "phone"])
@pytest.mark.parametrize("part", list(PAGES))
def test_pages_are_clean(world: World, sit_down, part, width):
    person = sit_down(getattr(world.cast, part), width)
    pair = a_pair(world.entity)
    wrong = {}
    for path in PAGES[part]:
        person.errors.clear()
        person.open(path.format(event=world.event.number, entity=world.entity.pk, pair=pair.pk))
        person.page.wait_for_load_state("networkidle")
        found = person.violations() + person.errors + (["scrolls sideways"] if person.scrolls_sideways() else [])
        if found:
            wrong[path] = found
    assert wrong == {}


@pytest.mark.parametrize("path", ["/", "/events/", "/entities/"])
def test_a_first_visit_takes_at_most_170_kilobytes_compressed(world: World, browser, live_server, sit_down, path):
    """Maps apart; files are served compressed outside of tests, so they are compressed here before they are counted."""
    state = sit_down(world.cast.station_head).page.context.storage_state()
    page = browser.new_context(storage_state=state).new_page()
    answers = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(live_server.url + path)
    page.wait_for_load_state("networkidle")
    sizes = {each.url: len(gzip.compress(each.body(), 6)) for each in answers if "/live/" not in each.url}
    assert sum(sizes.values()) <= 170_000, sizes


def test_a_finding_is_photographed_reported_handled_and_closed_in_the_browser(world: World, sit_down, tmp_path):
    picture = tmp_path / "现场.jpg"
    buffer = io.BytesIO()
    Image.new("RGB", (800, 600), (180, 90, 60)).save(buffer, "JPEG")
    picture.write_bytes(buffer.getvalue())

    member = sit_down(world.cast.informant, "phone")
    member.open("/events/report/")
    member.page.set_input_files("[data-upload] input[type=file]", str(picture))
    member.page.fill("#id_description", "后厨地面有积水，冰柜门敞开")
    member.page.get_by_text("后厨卫生、从业人员健康管理").click()
    member.page.wait_for_function("() => document.querySelector('[name=lon]').value !== ''")
    member.page.wait_for_function("() => document.querySelector('[data-place-said]').textContent.includes('050101')")
    member.page.get_by_role("button", name="上报").click()
    member.page.wait_for_url("**/events/SJ*/")
    number = member.page.url.rstrip("/").rsplit("/", 1)[-1]

    chief = sit_down(world.cast.chief, "phone")
    assert number in chief.page.content()
    chief.open(f"/events/{number}/")
    chief.page.get_by_role("link", name="接收").click()
    chief.page.get_by_role("button", name="接收，开始处置").click()
    chief.page.get_by_role("link", name="反馈结果").click()
    chief.page.fill("#id_note", "已责令清理，复查正常")
    chief.page.set_input_files("[data-upload] input[type=file]", str(picture))
    chief.page.get_by_role("button", name="提交反馈").click()
    chief.page.wait_for_url(f"**/events/{number}/")

    head = sit_down(world.cast.station_head)
    assert "待复核" in head.page.content()
    head.open(f"/events/{number}/")
    head.page.get_by_role("link", name="复核办结").click()
    head.page.get_by_role("button", name="复核通过，办结").click()
    head.page.wait_for_url(f"**/events/{number}/")
    assert "已办结" in head.page.content()
    for person in (member, chief, head):
        assert [text for text in person.errors if "Failed to load resource" not in text] == []


def test_the_map_shows_grids_entities_and_who_answers(world: World, sit_down):
    head = sit_down(world.cast.station_head)
    head.open("/map/")
    head.page.wait_for_selector("[data-bureau-map][data-ready]")
    box = head.page.locator("[data-bureau-map]").bounding_box()
    head.page.mouse.click(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.45)
    head.page.wait_for_function("() => document.querySelector('[data-map-panel]').textContent.includes('负责人')")
