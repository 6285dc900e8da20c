"""A security key, real to the browser: Chromium's own virtual authenticator, bound and asked for at the door."""

import pytest

from shijian.accounts.testing import PASSWORD

from ..world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KEY = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def confirm(member):
    member.page.fill("#id_password", PASSWORD)
    member.page.get_by_role("button", name="确认并继续").click()


@pytest.mark.parametrize("width", ["desktop", "phone"])
def test_a_security_key_is_bound_and_opens_the_door_after_the_password(world: World, sit_down, width):
    member = sit_down(world.cast.chief, width)
    page = member.page
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    key = wire.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})["authenticatorId"]
    member.open("/me/factors/keys/new/")
    confirm(member)
    page.wait_for_url("**/me/factors/keys/new/")
    page.fill("#id_name", "办公桌上的")
    assert member.violations() == []
    page.click("#security-key")
    page.wait_for_url("**/me/factors/codes/")
    assert page.locator(".factor-codes li").count() == 10
    assert not member.scrolls_sideways()
    for path in ("/me/factors/", "/me/factors/keys/", "/me/factors/app/new/", "/login/again/", "/login/again/key/"):
        member.open(path)
        assert not member.scrolls_sideways()
        assert member.violations() == []
    page.click("#security-key")
    page.wait_for_url(f"{member.base}/")
    page.context.clear_cookies()
    member.open("/login/")
    page.fill("#id_login", world.cast.chief.employee_no)
    page.fill("#id_password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/login/factor/")
    assert member.violations() == []
    assert not member.scrolls_sideways()
    wire.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": True})
    page.click("#security-key")
    page.wait_for_url(f"{member.base}/")
    assert member.errors == []
