"""Evidence captured in a real browser: uploaded in pieces over a line that breaks, looked at, played."""

import hashlib
import os

import pytest

from shijian.evidence.models import Item, Upload
from shijian.evidence.testing import box, certify, film, jpeg

from ..world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


def test_a_large_film_arrives_whole_although_the_line_breaks(world: World, sit_down, tmp_path):
    certify(world.cast.chief, world.cast.station_head)
    content = film() + box(b"mdat", os.urandom(9 * 2**20))
    (tmp_path / "现场录像.mp4").write_bytes(content)
    officer = sit_down(world.cast.chief, "phone")
    broken = []

    def break_some(route):
        if route.request.method == "PATCH" and len(broken) < 3:
            broken.append(route.request.url)
            route.abort("connectionreset")
        else:
            route.continue_()

    officer.page.route("**/evidence/uploads/**", break_some)
    officer.open(f"/evidence/of/event/{world.event.pk}/new/")
    officer.page.get_by_text("录像", exact=True).click()
    officer.page.set_input_files("#id_files", str(tmp_path / "现场录像.mp4"))
    officer.page.locator("[data-sending] .tag-green").wait_for(timeout=60_000)
    assert len(broken) == 3
    officer.page.fill("#id_purpose", "证明现场状况")
    officer.page.fill("#id_second_officer", "T1000 单元一")
    officer.page.get_by_role("button", name="附上位置").click()
    officer.page.locator("[data-place-status]", has_text="已附上").wait_for()
    assert not officer.scrolls_sideways()
    assert officer.violations() == []
    officer.page.get_by_role("button", name="固定入库").click()
    officer.page.wait_for_url(f"**/evidence/of/event/{world.event.pk}/")
    item = Item.objects.get()
    assert item.sha256 == hashlib.sha256(content).hexdigest()
    assert item.lon_wgs84 == 109.005
    assert Upload.objects.get().used_at is not None
    assert [error for error in officer.errors if "ERR_CONNECTION_RESET" not in error] == []


@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_photos_are_looked_at_one_after_the_other(world: World, sit_down, tmp_path, width):
    certify(world.cast.chief, world.cast.station_head)
    officer = sit_down(world.cast.chief, width)
    officer.open(f"/evidence/of/event/{world.event.pk}/new/")
    names = []
    for number, colour in enumerate(("#c87850", "#5078c8")):
        path = tmp_path / f"照片{number}.jpg"
        path.write_bytes(jpeg(colour=colour))
        names.append(str(path))
    officer.page.set_input_files("#id_files", names)
    officer.page.fill("#id_purpose", "证明现场状况")
    officer.page.fill("#id_second_officer", "T1000")
    officer.page.get_by_role("button", name="固定入库").click()
    officer.page.wait_for_url(f"**/evidence/of/event/{world.event.pk}/")
    assert officer.violations() == []
    officer.page.locator("[data-full]").first.click()
    viewer = officer.page.locator("[data-viewer]")
    viewer.get_by_text("1. 照片0.jpg").wait_for()
    officer.page.keyboard.press("ArrowRight")
    viewer.get_by_text("2. 照片1.jpg").wait_for()
    officer.page.keyboard.press("Escape")
    officer.open(f"/evidence/items/{Item.objects.first().pk}/")
    assert officer.page.locator(".exhibit-stage img").evaluate("each => each.naturalWidth") == 640
    assert officer.violations() == []
    assert not officer.scrolls_sideways()
    assert officer.errors == []
