"""One due date worked out in full (all steps and articles), for every case reckoned by hand: a millisecond each at most."""

import csv
import time
from datetime import date, datetime
from pathlib import Path
from typing import Any

TARGET_MS = 1.0
CASES = Path(__file__).parents[1] / "shijian" / "core" / "tests" / "deadline_golden.csv"


def run(quick: bool = False) -> list[dict[str, Any]]:
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shijian.config.settings")
    django.setup()
    from shijian.core.deadlines import _by_key, _row, shipped
    from shijian.core.rules.deadline import SHANGHAI, compute
    from shijian.core.rules.limits import governing
    from shijian.core.tests.calendars import CALENDAR

    limits = _by_key(_row(values) for values in shipped())
    with CASES.open(encoding="utf-8", newline="") as file:
        cases = list(csv.DictReader(file, delimiter=";"))
    took: list[float] = []
    for _ in range(3 if quick else 30):
        for case in cases:
            text = case["start"]
            start = datetime.fromisoformat(text).replace(tzinfo=SHANGHAI) if "T" in text else date.fromisoformat(text)
            limit = governing(limits[case["key"]], on=start.date() if isinstance(start, datetime) else start)
            begun = time.perf_counter()
            compute(limit, start, CALENDAR)
            took.append((time.perf_counter() - begun) * 1000)
    took.sort()
    median, high = took[len(took) // 2], took[int(len(took) * 0.999)]
    return [
        {
            "name": "时限推演", "ours": round(median, 3), "peer": TARGET_MS, "unit": "ms p50", "ratio": round(high, 3),
            "target": TARGET_MS, "ok": high <= TARGET_MS, "n": len(took), "p99_9_ms": round(high, 3),
            "peer_is": "the target; the ratio is p99.9 in ms",
        }
    ]  # fmt: skip
