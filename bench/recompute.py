"""B14: a holiday notice comes out and the due dates of all open clocks are worked out anew. Opponent: a Python loop over the
days of `chinesecalendar`, item by item, in memory.

Timed, in processor time of the process and its database backend, apart: working the dates out (ours with the database's grouping of the clocks), and the whole act with its writing
and history, against the same loop that saves each item whose date moved. Before that every day from 2004 to 2026 is
compared with `chinesecalendar`, afterwards the due date of every clock with the loop's.
"""

import json
import sys
from datetime import date, timedelta
from importlib import import_module
from typing import Any

from . import node

BUREAU, ON, YEAR = "610111", date(2025, 12, 20), 2026
KEYS = ["complaint_accept", "report_filing_notice", "clue_verification", "review", "public_info_report"]
TIMES, GROWTH = 100, 1.1
LOOPED, SAVED = 20_000, 2_000  # items the opponent works out, and clocks it saves one by one; the rest in proportion


def run(quick: bool = False) -> list[dict[str, Any]]:
    sizes = [1_000, 10_000, 100_000] if quick else [10_000, 100_000, 1_000_000]
    measured = [node.measure("bench.recompute", size) for size in sizes]
    large = measured[-1]
    right = all(each["wrong"] == each["wrong_days"] == 0 for each in measured)
    per_item = [each["worked"] / each["n"] for each in measured]
    return [
        {
            "name": "B14 working out", "ours": large["worked"], "peer": large["loop"], "unit": "s",
            "ratio": round(large["loop"] / large["worked"], 1), "target": TIMES,
            "ok": right and large["loop"] / large["worked"] >= TIMES, "n": large["n"], "touched": large["touched"],
            "groups": large["groups"], "wrong": large["wrong"], "days_compared": large["days"],
            "peer_is": f"a loop over the days of chinesecalendar, item by item (measured on {LOOPED:,}, the rest in proportion)",
        },
        {
            "name": "B14 with writing and history", "ours": large["whole"], "peer": large["saved"], "unit": "s",
            "ratio": round(large["saved"] / large["whole"], 1), "target": 1, "ok": right and large["saved"] > large["whole"],
            "n": large["n"], "moved": large["moved"],
            "peer_is": f"the loop, saving what moved one by one (measured on {SAVED:,}, the rest in proportion)",
        },
        {
            "name": "B14 growth", "ours": round(per_item[-1] * 1e9), "peer": round(per_item[0] * 1e9), "unit": "ns an item",
            "ratio": round(per_item[-1] / per_item[0], 2), "target": GROWTH, "ok": per_item[-1] <= GROWTH * per_item[0],
            "n": sizes, "seconds": [each["worked"] for each in measured], "peer_is": f"{sizes[0]:,} items",
            "plot": {
                "name": "recompute", "title": "B14: due dates after a holiday notice", "unit": "seconds",
                "series": {
                    "working out": [(each["n"], each["worked"]) for each in measured],
                    "with writing": [(each["n"], each["whole"]) for each in measured],
                    "loop over days": [(each["n"], each["loop"]) for each in measured],
                },
            },
        },
    ]  # fmt: skip


def fill(count: int) -> None:
    """Open clocks of five limits, each started so that it still runs on the day, worked out without the notice of the year."""
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from shijian.accounts.models import User
    from shijian.accounts.services import create_unit
    from shijian.core import calendar, deadlines
    from shijian.core.rules.working_days import YearTable
    from shijian.deadlines.services import follow_calendar

    call_command("migrate", stdout=sys.stderr, verbosity=0)
    call_command("load_reference", stdout=sys.stderr)
    now = timezone.now()
    calendar.store(YearTable(YEAR, (), is_complete=False), now=now)
    follow_calendar(now=now)
    unit = create_unit(bureau_code=BUREAU, code=BUREAU, name="局", kind="bureau", parent=None, by=None, now=now)
    by = User.objects.create(employee_no="B1", name="人", bureau_code=BUREAU, unit=unit, kind="officer")
    rows = []
    for key in KEYS:
        for back in range(60):
            start = ON - timedelta(days=back)
            found = deadlines.compute(key, start)
            if found.due >= ON:
                days = (start, found.due, found.unrolled)
                rule = [key, found.limit.valid_from, start]
                rows.append([*rule, found.due, found.warn_on, min(days), max(days), found.is_estimated])
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO deadlines_clock (id, bureau_code, area_code, record_kind, record_id, record_number, record_title,
                record_url, rule_key, rule_from, name, citation, unit, start_event, start_on, due_on, warn_on, window_first,
                window_last, is_estimated, is_plain, state, started_by_id, started_at, note)
            SELECT gen_random_uuid(), %s, '050101', 'event', gen_random_uuid(), 'SJ' || n, '记录', '/', g.key, g.since, '期限',
                '依据', 'wd', '收到', g.start, g.due, g.warn, g.first, g.last, g.estimated, true, 'running', %s, now(), ''
            FROM generate_series(0, %s) n
            JOIN unnest(%s::text[], %s::date[], %s::date[], %s::date[], %s::date[], %s::date[], %s::date[], %s::bool[])
                WITH ORDINALITY g(key, since, start, due, warn, first, last, estimated, place) ON g.place = 1 + n %% %s
            """,
            [BUREAU, by.pk, count - 1, *(list(column) for column in zip(*rows, strict=True)), len(rows)],
        )
        cursor.execute("VACUUM ANALYZE deadlines_clock")


def looped(start: date, amount: int) -> date:
    """The naive way: day after day, asking chinesecalendar."""
    from chinese_calendar import is_workday

    day = start
    while amount:
        day += timedelta(days=1)
        amount -= is_workday(day)
    return day


def main(count: int) -> dict[str, Any]:
    from chinese_calendar import is_workday
    from django.db import connection
    from django.utils import timezone

    from shijian.core import calendar, deadlines
    from shijian.deadlines.models import Change, Clock
    from shijian.deadlines.services import follow_calendar

    ours = import_module("shijian.deadlines.services.recompute")
    fill(count)
    calendar.store(calendar.shipped()[YEAR], now=timezone.now())
    held = calendar.current()
    days = [date(2004, 1, 1) + timedelta(days=n) for n in range((date(2026, 12, 31) - date(2004, 1, 1)).days + 1)]
    wrong_days = sum(held.is_working(day) != is_workday(day) for day in days)
    amounts = {key: deadlines.limit(key, on=ON).amount for key in KEYS}
    items = list(Clock.objects.order_by("id").values_list("pk", "rule_key", "start_on", "due_on"))

    timed = items[:LOOPED]
    begun = node.processor_ms()
    for _, key, start, _ in timed:
        looped(start, amounts[key])
    loop = (node.processor_ms() - begun) / len(timed) * len(items) / 1000
    known = {pair: looped(pair[1], amounts[pair[0]]) for pair in {(key, start) for _, key, start, _ in items}}
    expected = {pk: known[key, start] for pk, key, start, _ in items}

    begun = node.processor_ms()
    with connection.cursor() as cursor:
        cursor.execute(ours.GROUPS, [date(YEAR, 1, 1), date(YEAR, 12, 31)])
        groups = cursor.fetchall()
    for group in groups:
        ours._worked(held, *group[:4])
    worked = (node.processor_ms() - begun) / 1000

    begun = node.processor_ms()
    outcome = follow_calendar(now=timezone.now())
    whole = (node.processor_ms() - begun) / 1000
    got = dict(Clock.objects.values_list("pk", "due_on"))
    moved = [pk for pk, _, _, before in items if expected[pk] != before]

    begun = node.processor_ms()
    for clock in Clock.objects.filter(pk__in=moved[:SAVED]):
        clock.save()
        Change.objects.create(
            clock=clock, old_due_on=clock.due_on, new_due_on=clock.due_on, why="", days=[], by_id=clock.started_by_id,
            at=clock.started_at,
        )  # fmt: skip
    saving = (node.processor_ms() - begun) / 1000 / max(1, len(moved[:SAVED])) * len(moved)
    return {
        "n": count, "loop": round(loop, 3), "worked": round(worked, 4), "whole": round(whole, 2),
        "saved": round(loop + saving, 2), "groups": len(groups), "touched": sum(group[5] for group in groups),
        "moved": outcome["moved"], "wrong": sum(got[pk] != expected[pk] for pk in expected) + abs(outcome["moved"] - len(moved)),
        "wrong_days": wrong_days, "days": len(days),
    }  # fmt: skip


if __name__ == "__main__":
    import django

    django.setup()
    sys.stdout.write(json.dumps(main(int(sys.argv[1]))) + "\n")
