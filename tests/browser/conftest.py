"""Real Chromium at the two widths; `CHROMIUM` names the binary, else the usual names are tried."""

import os
import shutil
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, Page, sync_playwright

from shijian.accounts.testing import PASSWORD

ARGUMENTS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
]  # fmt: skip
WIDTHS = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(scope="session")
def browser():
    names = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    path = next((found for name in names if name and (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("需要 Chromium：sudo apt-get install chromium")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright's sync interface runs an event loop in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


class Person:
    """Somebody at a screen of one width, logged in."""

    def __init__(self, browser: Browser, base: str, employee_no: str, width: str) -> None:
        self.base = base
        context = browser.new_context(viewport=WIDTHS[width], locale="zh-CN")
        context.grant_permissions(["geolocation"])
        context.set_geolocation({"longitude": 109.005, "latitude": 34.205})
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._note)
        self.open("/login/")
        self.page.fill("#id_login", employee_no)
        self.page.fill("#id_password", PASSWORD)
        self.page.click("button[type=submit]")
        self.page.wait_for_url(f"{base}/")

    def open(self, path: str) -> None:
        self.page.goto(self.base + path)

    def violations(self) -> list[str]:
        """What axe-core finds against WCAG 2.2 AA on the present page."""
        self.page.evaluate((Path(settings.NODE_MODULES) / "axe-core/axe.min.js").read_text(encoding="utf-8"))
        found = self.page.evaluate(
            "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
            ".then(r => r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | ')))"
        )
        return list(found)

    def scrolls_sideways(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > innerWidth"))

    def _note(self, message) -> None:
        if message.type == "error" and "/live/" not in message.location.get("url", ""):
            self.errors.append(message.text)


@pytest.fixture
def sit_down(browser, live_server):
    people: list[Person] = []

    def sit(user, width="desktop") -> Person:
        people.append(Person(browser, live_server.url, user.employee_no, width))
        return people[-1]

    yield sit
    for person in people:
        person.page.context.close()
    wait_until_answered()


def wait_until_answered(seconds: float = 10) -> None:
    """What pages still asked for is answered first: the tables are emptied next, and the two would wait for each other."""
    busy = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()"
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute(busy)
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.1)
