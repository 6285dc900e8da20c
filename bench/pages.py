"""B10: what the main pages of a loaded home cost, for five people: statements, server time, and with a browser LCP.

Measured is the home that SHIJIAN_HOME names, with the demo in it (`demo load --size city` for the figure of the plan). The whole
server answers, middleware and templates included, without a network between; pages are asked for in turns.
"""

import logging
import os
import sys
import time
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

from .node import processor_ms, say

P95_MS, STATEMENTS = 100, 12
ROUNDS, QUICK_ROUNDS = 21, 3
PEOPLE = {"J001": "局领导", "B001": "网格办", "S0501": "单元长", "W050101": "网格长", "D001": "数据员"}
FRAME = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SET")
ALL = tuple(PEOPLE)
OFFICERS = ALL[:4]


@dataclass(frozen=True, slots=True)
class Page:
    """`path` may name {grid}, {station}, {event}, {entity}, {box}, {word}: filled in for the person who asks."""

    name: str
    path: str
    people: tuple[str, ...] = OFFICERS


PAGES = [
    Page("工作台", "/", ALL),
    Page("事件列表", "/events/"),
    Page("事件列表·未办结", "/events/?open=1"),
    Page("事件列表·已超期", "/events/?overdue=1"),
    Page("事件列表·状态", "/events/?state=reviewing"),
    Page("事件列表·事项", "/events/?kind={kind}"),
    Page("事件列表·来源和日期", "/events/?source=complaint&at_from={first}&at_to={last}"),
    Page("事件列表·网格", "/events/?area={grid}"),
    Page("事件列表·词", "/events/?q={word}"),
    Page("事件列表·少见的词", "/events/?q={rare}"),
    Page("事件列表·第二页", "/events/?after={after}"),
    Page("事件列表·按期办结", "/events/?metric=closed_in_time&at_from={first}&at_to={last}"),
    Page("事件页", "/events/{event}/"),
    Page("问题清单", "/events/lists/problems/"),
    Page("任务清单", "/events/lists/tasks/"),
    Page("责任清单", "/events/lists/duties/"),
    Page("在办情况", "/events/workload/", ("J001", "B001", "S0501")),
    Page("分析·本年按门类", "/events/analysis/"),
    Page("分析·两年按网格", "/events/analysis/?by=grid&at_from={start}&at_to={last}"),
    Page("分析·两年按月", "/events/analysis/?by=month&at_from={start}&at_to={last}"),
    Page("主体列表", "/entities/", ALL),
    Page("主体列表·两字", "/entities/?q=便利", ALL),
    Page("主体列表·门牌", "/entities/?q=路95号", ALL),
    Page("主体列表·类型状态", "/entities/?kind=individual_business&status=operating&active=1", ALL),
    Page("主体列表·未落格", "/entities/?unbound=1", ALL),
    Page("主体列表·一年未核实", "/entities/?stale=1", ALL),
    Page("主体列表·重点对象", "/entities/?tag={tag}", ALL),
    Page("主体页", "/entities/{entity}/", ALL),
    Page("疑似重复", "/entities/pairs/", ("J001", "B001", "D001")),
    Page("搜索", "/search/?q=便利店", ALL),
    Page("搜索·少见的词", "/search/?q={rare}", ALL),
    Page("地图", "/map/"),
    Page("地图·区域", "/grid/areas.geojson?under={station}&people=1"),
    Page("地图·单元边界", "/grid/areas.geojson?level=1"),
    Page("地图·主体", "/entities/map.json?bbox={box}"),
    Page("地图·全市主体", "/entities/map.json?bbox={city}"),
    Page("地图·事件", "/events/map.json?bbox={box}"),
    Page("地图·全市事件", "/events/map.json?bbox={city}"),
    Page("地图·面板", "/map/{station}/"),
    Page("网格", "/grid/"),
    Page("网格页", "/grid/{grid}/"),
    Page("单元页", "/grid/{station}/"),
    Page("台账", "/grid/ledger/"),
    Page("网格员台账", "/grid/ledgers/staff/"),
    Page("网格检查", "/grid/check/", ("J001", "B001")),
    Page("我的网格", "/grid/own/"),
    Page("人员", "/people/", ("J001", "B001", "S0501")),
    Page("通知", "/notices/", ALL),
]  # fmt: skip


@dataclass(slots=True)
class Cost:
    statements: int = 0
    took: list[float] = field(default_factory=list)
    used: list[float] = field(default_factory=list)
    status: int = 0
    size: int = 0
    slow: list[tuple[float, str]] = field(default_factory=list)

    @property
    def cpu(self) -> float:
        """What a busy machine does not lengthen: processor time of this process and of its database backend."""
        return median(self.used)

    @property
    def p50(self) -> float:
        return median(self.took)

    @property
    def p95(self) -> float:
        return quantiles(self.took, n=20)[-1] if len(self.took) > 1 else self.took[0]


def run(quick: bool = False) -> list[dict[str, Any]]:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shijian.config.settings")
    django.setup()
    from django.conf import settings

    from shijian.config import steady

    settings.ALLOWED_HOSTS = ["*"]
    logging.disable(logging.INFO)
    steady.begin()  # as a worker does
    found = measured(QUICK_ROUNDS if quick else int(os.environ.get("BENCH_ROUNDS", ROUNDS)))
    results = []
    for page in PAGES:
        costs = {person: found[page.name, person] for person in page.people if (page.name, person) in found}
        if not costs:
            continue
        worst = max(costs.values(), key=lambda cost: cost.p95)
        statements = max(cost.statements for cost in costs.values())
        results.append(
            {
                "name": f"B10 {page.name}", "ours": round(worst.p95, 1), "peer": P95_MS, "unit": "ms p95",
                "ratio": round(worst.p95 / P95_MS, 2), "target": 1.0,
                "ok": worst.p95 <= P95_MS and statements <= STATEMENTS,
                "statements": statements, "kb": round(worst.size / 1024),
                "p50": {person: round(cost.p50) for person, cost in costs.items()},
                "cpu": {person: round(cost.cpu) for person, cost in costs.items()},
            }
        )  # fmt: skip
    return results


def measured(rounds: int) -> dict[tuple[str, str], Cost]:
    """Every page for everybody who may open it; a page that is refused to a person is left out."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from shijian.accounts.models import User

    found: dict[tuple[str, str], Cost] = {}
    asked: list[tuple[Cost, Any, str]] = []
    only = os.environ.get("BENCH_PAGES", "")
    for number in os.environ.get("BENCH_PEOPLE", ",".join(PEOPLE)).split(","):
        user = User.objects.filter(employee_no=number).first()
        if user is None:
            raise SystemExit(f"{number} is not here: load the demo into the home that SHIJIAN_HOME names")
        client = Client(raise_request_exception=False)
        client.force_login(user, backend="shijian.accounts.backends.WithUnit")
        facts = facts_for(user)
        for page in PAGES:
            if number not in page.people or (only and only not in page.name):
                continue
            path = page.path.format(**facts)
            client.get(path)  # what a process reads once is read
            with CaptureQueriesContext(connection) as caught:
                response = client.get(path)
            if response.status_code != 200:
                say(f"{number} {path}: {response.status_code}")
                continue
            cost = found[page.name, number] = Cost(status=response.status_code, size=len(_body(response)))
            queries = [each for each in caught.captured_queries if not each["sql"].startswith(FRAME)]
            cost.statements = sum("django_session" not in each["sql"] for each in queries)
            cost.slow = [(float(each["time"]) * 1000, each["sql"]) for each in queries if float(each["time"]) > 0.02]
            asked.append((cost, client, path))
    for turn in range(rounds):
        say(f"{turn + 1} / {rounds}, load {os.getloadavg()[0]:.1f}")
        for cost, client, path in asked:
            used, begun = processor_ms(), time.perf_counter()
            _body(client.get(path))
            cost.took.append((time.perf_counter() - begun) * 1000)
            cost.used.append(processor_ms() - used)
    return found


def _body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def facts_for(user: Any) -> dict[str, str]:
    """What this person's pages are about: his area, an event and an entity in it."""
    import base64
    import json
    from datetime import timedelta

    from django.utils.timezone import localdate

    from shijian.events import queries as events
    from shijian.grid import queries as grid
    from shijian.subjects.models import Entity

    today = localdate()
    area = user.unit.area_code if user.unit.area_code else ""
    own = grid.own_codes(user, on=today)
    code = min(own, key=len) if own else area or "0501"
    grid_code = code if len(code) >= 6 else "050101"
    entity = Entity.objects.filter(bureau_code=user.bureau_code, area_code=grid_code, merged_into=None).first()
    rows = events.visible_to(user)
    first_page = list(rows.order_by("-reported_at", "-pk")[:50])
    event = next((each for each in first_page if each.is_open), first_page[0] if first_page else None)
    last = first_page[-1] if first_page else None
    after = base64.urlsafe_b64encode(json.dumps([last.reported_at, last.pk], default=str).encode()) if last else b""
    lon, lat = (entity.lon, entity.lat) if entity and entity.lon else (108.94, 34.26)
    return {
        "grid": grid_code,
        "station": grid_code[:4],
        "event": event.number if event else "",
        "entity": str(entity.pk) if entity else "",
        "after": after.decode().rstrip("="),
        "kind": event.kind.code if event else "",
        "word": event.description[2:6] if event else "",
        "rare": "兴庆宫",
        "tag": "catering",
        "first": str(today - timedelta(days=30)),
        "last": str(today),
        "start": str(today - timedelta(days=729)),
        "box": f"{lon - 0.01},{lat - 0.008},{lon + 0.01},{lat + 0.008}",
        "city": "107.5,33.5,110.5,35",
    }


def main() -> None:
    """`python -m bench.pages`: each page once with its slow statements, for whoever mends them; BENCH_PAGES names some."""
    import django

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    logging.disable(logging.INFO)
    for (name, person), cost in measured(1).items():
        told = f"{person:8} {cost.took[0]:8.0f} ms {cost.statements:3} SQL {cost.size // 1024:5} KB  {name}\n"
        slow = [f"  {took:8.0f} ms {sql}\n" for took, sql in cost.slow]
        sys.stdout.write("".join([told, *slow]))


if __name__ == "__main__":
    main()
