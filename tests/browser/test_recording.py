"""Sound and film recorded on a phone, with the browser's own pretended microphone and camera."""

import pytest

from ..world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.FILES_DIR = tmp_path


@pytest.mark.parametrize(("kind", "name", "tag"), [("audio", "录音", "audio"), ("video", "录像", "video")])
def test_a_recording_made_on_the_spot_stands_in_the_timeline(world: World, sit_down, kind, name, tag):
    member = sit_down(world.cast.informant, "phone")
    member.page.context.grant_permissions(["geolocation", "microphone", "camera"])
    member.open(f"/events/{world.event.number}/observation/")
    button = member.page.locator(f"[data-record-kind={kind}]")
    button.click()
    member.page.locator("[data-record-status]", has_text=" 2 秒").wait_for()
    button.click()
    member.page.wait_for_selector(f"[data-previews] {tag}")
    assert f"已加入{name}" in member.page.text_content("[data-record-status]")
    assert not member.scrolls_sideways()
    member.page.fill("#id_note", "现场情况")
    member.page.get_by_role("button", name="提交").click()
    member.page.wait_for_url(f"**/events/{world.event.number}/")
    player = member.page.locator(f".photos {tag}")
    assert name in player.get_attribute("aria-label")
    player.evaluate("each => { each.muted = true; return each.play(); }")
    assert player.evaluate("each => each.error") is None
    assert member.errors == []


def test_without_permission_it_says_so_and_the_rest_goes_on(world: World, sit_down):
    member = sit_down(world.cast.informant, "phone")
    member.open(f"/events/{world.event.number}/observation/")
    member.page.evaluate("void (navigator.mediaDevices.getUserMedia = () => Promise.reject(new Error('no')))")
    member.page.locator("[data-record-kind=audio]").click()
    member.page.locator("[data-record-status]", has_text="没有取得").wait_for()
