"""B10 in a browser: largest contentful paint and bytes of a first load, at slow 4G and a four times slower processor.

Measured is a running server: PAINT_URL (http://127.0.0.1:8000), PAINT_USER and PAINT_PASSWORD. Each turn begins with an empty cache.
"""

import os
from statistics import median
from typing import Any

from .node import say

LCP_S, FIRST_KB, WARM_KB, TURNS = 1.0, 170, 30, 5
PAGES = {"登录": "/login/", "工作台": "/", "事件列表": "/events/", "主体列表": "/entities/", "网格": "/grid/"}
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
WATCH = """
    window.paints = [];
    new PerformanceObserver((list) => window.paints.push(...list.getEntries().map((each) => each.startTime)))
        .observe({ type: "largest-contentful-paint", buffered: true });
"""
SIZES = "performance.getEntries().reduce((sum, each) => sum + (each.transferSize || 0), 0) / 1024"


def run(quick: bool = False) -> list[dict[str, Any]]:
    from playwright.sync_api import sync_playwright

    url = os.environ.get("PAINT_URL", "http://127.0.0.1:8000")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page()
        page.goto(f"{url}/login/")
        page.fill("input[name=login]", os.environ.get("PAINT_USER", "J001"))
        page.fill("input[name=password]", os.environ["PAINT_PASSWORD"])
        page.click("button[type=submit]")
        page.wait_for_load_state("load")
        state = page.context.storage_state()
        found: dict[str, list[dict[str, float]]] = {name: [] for name in PAGES}
        for turn in range(1 if quick else TURNS):
            say(f"{turn + 1}, load {os.getloadavg()[0]:.1f}")
            for name, path in PAGES.items():
                found[name].append(_opened(browser, None if path == "/login/" else state, url + path))
        browser.close()
    return [
        {
            "name": f"B10 {name}", "ours": round(median(each["lcp"] for each in turns), 2), "peer": LCP_S, "unit": "s LCP",
            "ratio": round(median(each["lcp"] for each in turns) / LCP_S, 2), "target": 1.0,
            "ok": median(each["lcp"] for each in turns) <= LCP_S and turns[0]["first"] <= FIRST_KB,
            "best_s": round(min(each["lcp"] for each in turns), 2), "first_kb": round(turns[0]["first"]),
            "warm_kb": round(turns[0]["warm"]),
        }
        for name, turns in found.items()
    ]  # fmt: skip


def _opened(browser: Any, state: Any, address: str) -> dict[str, float]:
    context = browser.new_context(storage_state=state, viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.add_init_script(WATCH)
    page = context.new_page()
    page.set_default_timeout(120_000)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    made = {}
    for visit in ("first", "warm"):
        page.goto(address, wait_until="load")
        page.wait_for_timeout(1500)
        made[visit] = page.evaluate(SIZES)
        if visit == "first":
            made["lcp"] = page.evaluate("Math.max(...window.paints)") / 1000
    context.close()
    return made
