"""B12: a registry file with 1 % bad rows imported: checks, de-duplication, grid, history, error report. Opponents: COPY of
the same clean rows into a table with the same indexes (and into a bare one), and Django's bulk_create."""

import csv
import io
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from . import areas, firms, node

OF_COPY, OF_BULK, AGAIN, BAD = 0.20, 5.0, 0.10, 100


def run(quick: bool = False) -> list[dict[str, Any]]:
    sizes = [3_000, 10_000, 30_000] if quick else [30_000, 100_000, 300_000]
    measured = [node.measure("bench.imports", size, 3) for size in sizes]
    small, large = measured[0], measured[-1]
    n, first = large["n"], large["first"]
    right = all(each["right"] for each in measured)
    growth = (first / n) / (small["first"] / small["n"])
    return [
        {
            "name": "B12 import", "ours": round(n / first), "peer": round(n / large["copy"]), "unit": "rows/s",
            "ratio": round(large["copy"] / first, 2), "target": OF_COPY, "ok": right and large["copy"] / first >= OF_COPY,
            "n": n, "rejected": large["rejected"], "rounds": large["rounds"], "peer_is": "COPY into the table with its indexes",
            "bare_copy_rows_s": round(n / large["bare"]), "of_bare_copy": round(large["bare"] / first, 3),
        },
        {
            "name": "B12 bulk_create", "ours": round(n / first), "peer": round(n / large["bulk"]), "unit": "rows/s",
            "ratio": round(large["bulk"] / first, 2), "target": OF_BULK, "ok": right and large["bulk"] / first >= OF_BULK,
            "n": n, "peer_is": "bulk_create of clean rows into the table with its indexes: no checks, no report",
        },
        {
            "name": "B12 unchanged again", "ours": round(large["again"], 2), "peer": round(first, 2), "unit": "s",
            "ratio": round(large["again"] / first, 3), "target": AGAIN, "ok": right and large["again"] / first <= AGAIN,
            "n": n, "peer_is": "first import",
        },
        {
            "name": "B12 nightly delta", "ours": round(large["delta"], 2), "peer": round(first, 2), "unit": "s",
            "ratio": round(large["delta"] / first, 3), "target": 0.05, "ok": right and large["delta"] / first <= 0.05,
            "n": n // 100, "whole_file_with_1_percent_changed_s": round(large["changed"], 2), "peer_is": "first import",
        },
        {
            "name": "B12 growth", "ours": round(first / n * 1e6, 1), "peer": round(small["first"] / small["n"] * 1e6, 1),
            "unit": "µs a row", "ratio": round(growth, 2), "target": 1.3, "ok": growth <= 1.3, "n": sizes,
            "peer_is": f"{sizes[0]:,} rows",
            "plot": {
                "name": "imports", "title": "B12: a registry file", "unit": "seconds",
                "series": {
                    "first import": [(each["n"], each["first"]) for each in measured],
                    "unchanged again": [(each["n"], each["again"]) for each in measured],
                    "COPY, same indexes": [(each["n"], each["copy"]) for each in measured],
                },
            },
        },
    ]  # fmt: skip


def write(path: Path, count: int, *, changed: int = 0, only_changed: bool = False) -> None:
    """A registry file; every hundredth row has a wrong check character, every `changed`-th another address."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(firms.HEADERS)
        at = 0
        for columns in firms.columns(count):
            for row in map(list, zip(*columns, strict=True)):
                at += 1
                if at % BAD == 0:
                    row[1] = row[1][:-1] + ("0" if row[1][-1] != "0" else "1")
                is_changed = bool(changed) and at % changed == 1
                if is_changed:
                    row[5] += "新址"
                if is_changed or not only_changed:
                    writer.writerow(row)


def grid(by: Any) -> None:
    """Fifty wiggly grids that cover every firm."""
    import shapely
    from django.utils.timezone import localdate, now

    from shijian.accounts.testing import BUREAU
    from shijian.grid import services

    levels = [("area", "管理片区", "片区长", 2), ("unit", "管理单元", "单元长", 2), ("grid", "管理网格", "网格长", 2)]
    services.define_levels(BUREAU, levels)
    cells = areas.cells(50, enclaves=0)
    whole = shapely.union_all(cells)
    outlines = {"05": whole, "0501": whole} | {f"0501{at:02d}": cell for at, cell in enumerate(cells, 1)}
    nodes: dict[str, Any] = {}
    for code, outline in outlines.items():
        facts = {"name": code, "code": code, "unit": None, "in_sequence": False}
        parent = nodes.get(code[:-2])
        made = services.propose_node(bureau_code=BUREAU, parent=parent, by=by, now=now(), **facts)  # type: ignore[arg-type]
        nodes[code] = services.approve_node(made, by=by, now=now())
        services.set_boundary(nodes[code], outline, valid_from=localdate(), source="测量", by=by, now=now())


def main(count: int, rounds: int) -> dict[str, Any]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.utils.timezone import now

    from shijian.accounts.services import sync_roles
    from shijian.accounts.testing import build_cast
    from shijian.config.roles import ROLES
    from shijian.grid.rules.datum import Datum
    from shijian.subjects.models import Entity
    from shijian.subjects.services import importing

    with Path(os.devnull).open("w") as quiet:
        for name in ("migrate", "load_reference", "load_industries"):
            call_command(name, stdout=quiet, stderr=quiet)
    sync_roles(ROLES)
    cast = build_cast()
    grid(cast.grid_office)
    cursor = connection.cursor()

    def timed_import(path: Path) -> tuple[float, Any]:
        run = importing.start_import(
            path, file_name=path.name, source="登记", datum=Datum.WGS84, by=cast.clerk, now=now()
        )
        start = time.perf_counter()
        run = importing.run_import(run)
        return time.perf_counter() - start, run

    def timed_copy(table: str, text: bytes) -> float:
        start = time.perf_counter()
        with cursor.copy(f"COPY {table} ({NAMES}) FROM STDIN") as copy:
            for at in range(0, len(text), 2**18):
                copy.write(text[at : at + 2**18])
        return time.perf_counter() - start

    took: dict[str, list[float]] = {name: [] for name in ("first", "copy", "bare", "again", "changed", "delta", "bulk")}
    right, rejected = True, 0
    with tempfile.TemporaryDirectory() as folder:
        files = {name: Path(folder) / f"{name}.csv" for name in ("first", "changed", "delta")}
        write(files["first"], count)
        write(files["changed"], count, changed=100)
        write(files["delta"], count, changed=100, only_changed=True)
        for _ in range(rounds):
            cursor.execute("TRUNCATE subjects_entity CASCADE")
            seconds, run = timed_import(files["first"])
            took["first"].append(seconds)
            rejected = run.rejected
            right &= run.created == count - count // BAD and run.rejected == count // BAD
            right &= Entity.objects.filter(area_code="").count() == 0
            cursor.execute("VACUUM ANALYZE subjects_entity")
            text = io.BytesIO()
            with cursor.copy(f"COPY subjects_entity ({NAMES}) TO STDOUT") as copy:
                for part in copy:
                    text.write(part)
            cursor.execute("CREATE TABLE indexed (LIKE subjects_entity INCLUDING ALL)")
            took["copy"].append(timed_copy("indexed", text.getvalue()))
            cursor.execute("CREATE TABLE bare (LIKE subjects_entity)")
            took["bare"].append(timed_copy("bare", text.getvalue()))
            some = min(count, 10_000)
            cursor.execute("TRUNCATE indexed")
            took["bulk"].append(bulk_create(some) * count / some)
            cursor.execute("DROP TABLE indexed, bare")
            seconds, run = timed_import(files["first"])
            took["again"].append(seconds)
            right &= (run.created, run.updated, run.unchanged) == (0, 0, count - count // BAD)
            seconds, run = timed_import(files["changed"])
            took["changed"].append(seconds)
            right &= (run.created, run.updated) == (0, count // 100)
            timed_import(files["first"])
            seconds, run = timed_import(files["delta"])
            took["delta"].append(seconds)
            right &= (run.read, run.updated) == (count // 100, count // 100)
    answer = {name: median(each) for name, each in took.items()}
    return {**answer, "n": count, "right": right, "rejected": rejected, "rounds": rounds}


NAMES = (
    "id, bureau_code, area_code, identity, kind, name, credit_code, registration_no, industry_code, status, address,"
    " location_wgs84, location_source, tags, established_on, scope_text, source, content_hash, row_print, updated_at, checked_on"
)


def bulk_create(count: int) -> float:
    """Seconds to bulk_create `count` of the entities there are, as ready objects, into the table `indexed`."""
    from shijian.core.ids import new_id
    from shijian.subjects.models import Entity

    rows = list(Entity.objects.all()[:count])
    for row in rows:
        row.id = new_id()
    table = Entity._meta.db_table
    Entity._meta.db_table = "indexed"
    try:
        start = time.perf_counter()
        Entity.objects.bulk_create(rows, batch_size=1000)
        return time.perf_counter() - start
    finally:
        Entity._meta.db_table = table


if __name__ == "__main__":
    print(json.dumps(main(*map(int, sys.argv[1:]))))
