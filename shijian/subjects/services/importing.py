"""Import of a registry file: good rows kept, each bad one reported, the same file again changes nothing.

Batches of rows are copied to a temporary table and merged by one statement each, in a transaction of its own: an import
that is cut off has kept whole batches, and running it again finishes the work.
"""

import csv
import os
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import pyarrow.parquet as pq
import shapely
from django.conf import settings
from django.db import connection, transaction
from django.utils.timezone import localdate
from django.utils.timezone import now as clock
from numpy.typing import NDArray
from procrastinate.contrib.django import app

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import InvalidInput, Refused
from shijian.core.files import safe_name
from shijian.core.ids import new_id
from shijian.core.pages.exports import harmless
from shijian.grid import queries as grid
from shijian.grid.rules.datum import NAMES, Datum, suspect_datum_of_points, to_wgs84

from ..choices import ImportState, Verb
from ..models import Import, Industry
from ..rules.rows import Row, columns, read_row
from . import readers

BATCH = 5_000
COLUMNS = (
    "id, identity, kind, name, credit_code, registration_no, industry_code, status, address, location_wgs84, "
    "area_code, tags, established_on, scope_text, content_hash"
)
STAGE = f"""
    CREATE TEMP TABLE IF NOT EXISTS subjects_staging AS
    SELECT {COLUMNS} FROM subjects_entity WITH NO DATA
"""  # noqa: S608 - a constant
CHANGED = """
    INSERT INTO subjects_entitychange (entity_id, at, source, by_name, before, after)
    SELECT e.id, %(now)s, %(source)s, '', d.before, d.after
    FROM subjects_staging s
    JOIN subjects_entity e ON e.bureau_code = %(bureau)s AND e.identity = s.identity
    CROSS JOIN LATERAL (
        SELECT jsonb_object_agg(key, old) AS before, jsonb_object_agg(key, new) AS after
        FROM (VALUES ('name', e.name, s.name), ('status', e.status, s.status), ('address', e.address, s.address),
                     ('kind', e.kind, s.kind), ('industry_code', e.industry_code, s.industry_code),
                     ('credit_code', e.credit_code, s.credit_code), ('scope_text', e.scope_text, s.scope_text)
             ) AS v(key, old, new) WHERE old IS DISTINCT FROM new
    ) d
    WHERE e.content_hash <> s.content_hash AND d.after IS NOT NULL
"""
MERGE = f"""
    INSERT INTO subjects_entity ({COLUMNS}, bureau_code, source, location_source, updated_at)
    SELECT {COLUMNS}, %(bureau)s, %(source)s,
           CASE WHEN location_wgs84 IS NULL THEN 'none' ELSE 'imported' END, %(now)s
    FROM subjects_staging
    ON CONFLICT (bureau_code, identity) DO UPDATE SET
        kind = excluded.kind, name = excluded.name, credit_code = excluded.credit_code,
        registration_no = excluded.registration_no, industry_code = excluded.industry_code, status = excluded.status,
        address = excluded.address, established_on = excluded.established_on, scope_text = excluded.scope_text,
        content_hash = excluded.content_hash, source = excluded.source, updated_at = excluded.updated_at,
        tags = ARRAY(SELECT DISTINCT unnest(subjects_entity.tags || excluded.tags) ORDER BY 1),
        location_wgs84 = CASE WHEN subjects_entity.location_source = 'corrected' THEN subjects_entity.location_wgs84
                              ELSE coalesce(excluded.location_wgs84, subjects_entity.location_wgs84) END,
        location_source = CASE WHEN subjects_entity.location_source = 'corrected' OR excluded.location_wgs84 IS NULL
                               THEN subjects_entity.location_source ELSE 'imported' END,
        area_code = CASE WHEN subjects_entity.location_source = 'corrected' OR excluded.location_wgs84 IS NULL
                         THEN subjects_entity.area_code ELSE excluded.area_code END
    WHERE subjects_entity.content_hash <> excluded.content_hash
    RETURNING (xmax = 0)
"""  # noqa: S608 - a constant


class Cancelled(Refused):
    code = "subjects.import_cancelled"


def start_import(path: Path, *, file_name: str, source: str, datum: Datum, by: User, now: datetime) -> Import:
    """Register a run; `run_import` does the work, in a job or at once."""
    return Import.objects.create(
        bureau_code=by.bureau_code,
        file_name=safe_name(file_name),
        file_path=str(path),
        datum=datum.value,
        source=source[:60],
        by=by,
        started_at=now,
    )


def queue(run: Import) -> None:
    """Let a worker carry the import out; in the transaction that registers it."""
    app.configure_task("shijian.subjects.jobs.import_entities", queue="imports").defer(run_id=str(run.pk))


def run_import(run: Import) -> Import:
    """Carry an import out, from the beginning: rows that are there already cost a comparison and no write.

    Raises InvalidInput when the file as a whole cannot be used; the run then says why.
    """
    Import.objects.filter(pk=run.pk).update(state=ImportState.RUNNING)
    report = Path(settings.HOME) / "reports" / f"import-{run.pk}.csv"
    report.parent.mkdir(parents=True, exist_ok=True)
    run.report_path = str(report)
    run.read = run.created = run.updated = run.unchanged = run.rejected = 0
    try:
        with report.open("w", encoding="utf-8-sig", newline="") as out:
            _run(run, out)
    except Refused as refusal:
        cancelled = isinstance(refusal, Cancelled)
        run.state = ImportState.CANCELLED if cancelled else ImportState.FAILED
        run.message = refusal.message[:300]
        _save(run, ended_at=clock())
        if not cancelled:
            raise
        return run
    run.state = ImportState.DONE
    with transaction.atomic():
        _save(run, ended_at=clock())
        audit.record(
            by=run.by,
            verb=Verb.IMPORTED,
            on=run,
            at=clock(),
            bureau_code=run.bureau_code,
            detail={
                name: getattr(run, name) for name in ("read", "created", "updated", "unchanged", "rejected", "source")
            },
        )
    return run


def _run(run: Import, out: TextIO) -> None:
    path = Path(run.file_path)
    with closing(readers.open_table(path)) as table:
        run.total = _estimate(path)
        _read(run, table, out)


def _read(run: Import, table: readers.Table, out: TextIO) -> None:
    where = columns(table.header)
    if "name" not in where:
        heads = "、".join(str(head)[:20] for head in table.header[:8])
        raise InvalidInput(f"没有“名称”列（现有：{heads}）", field=run.file_name, row=1, remedy="第一行应为列名。")
    industries = set(Industry.objects.values_list("code", flat=True))
    faults = csv.writer(out)
    faults.writerow(["line", "field", "value", "reason"])
    seen: dict[str, int] = {}
    batch: list[Row] = []
    for line, values in _lines(table.rows):
        run.read += 1
        cells = {name: values[at] if at < len(values) else None for name, at in where.items()}
        row = read_row(cells, source=run.source, industries=industries)
        if isinstance(row, Row) and (first := seen.setdefault(row.identity, line)) != line:
            faults.writerow([line, "识别号", row.identity, f"与第 {first} 行是同一主体，只保留先出现的一行"])
            run.rejected += 1
        elif isinstance(row, Row):
            batch.append(row)
        else:
            faults.writerows([line, fault.field, harmless(fault.value), fault.reason] for fault in row)
            run.rejected += 1
        if len(batch) >= BATCH:
            _merge(run, batch)
            batch = []
    _merge(run, batch)


def _lines(lines: Iterator[tuple[int, list[Any]]]) -> Iterator[tuple[int, list[Any]]]:
    """The rows, with a file that breaks off in the middle said in words."""
    try:
        yield from lines
    except (OSError, ValueError, EOFError) as error:
        raise InvalidInput(
            "文件在读取中途损坏，之前的行已经导入", remedy="请重新导出后再次导入，已有的行不会重复。"
        ) from error


@transaction.atomic
def _merge(run: Import, batch: list[Row]) -> None:
    state = Import.objects.select_for_update().values_list("state", flat=True).get(pk=run.pk)
    if state == ImportState.CANCELLED:
        raise Cancelled("已取消；取消前的行已经导入。")
    if batch:
        records = list(_records(run, batch))  # made first: an open COPY leaves the connection to nothing else
        with connection.cursor() as cursor:
            cursor.execute(STAGE)
            cursor.execute("TRUNCATE subjects_staging")
            with cursor.copy(f"COPY subjects_staging ({COLUMNS}) FROM STDIN") as copy:
                for record in records:
                    copy.write_row(record)
            names: dict[str, Any] = {"bureau": run.bureau_code, "source": run.source, "now": clock()}
            cursor.execute(CHANGED, names)
            cursor.execute(MERGE, names)
            fresh = [created for (created,) in cursor.fetchall()]
        run.created += sum(fresh)
        run.updated += len(fresh) - sum(fresh)
        run.unchanged += len(batch) - len(fresh)
    _save(run)


def _records(run: Import, batch: list[Row]) -> Iterator[tuple[Any, ...]]:
    at = [index for index, row in enumerate(batch) if row.lon is not None]
    places: list[tuple[float, float] | None] = [None] * len(batch)
    codes = [""] * len(batch)
    if at:
        given = np.array([(batch[index].lon, batch[index].lat) for index in at])
        _doubt_datum(run, given)
        lonlat = to_wgs84(given, Datum(run.datum))
        found = grid.assign(run.bureau_code, lonlat, on=localdate())
        for index, (lon, lat), code in zip(at, lonlat.tolist(), found, strict=True):
            places[index], codes[index] = (lon, lat), code
    for row, place, code in zip(batch, places, codes, strict=True):
        point = f"({place[0]!r},{place[1]!r})" if place else None
        yield (
            new_id(), row.identity, row.kind, row.name, row.credit_code, row.registration_no, row.industry_code,
            row.status, row.address, point, code, row.tags, row.established_on, row.scope_text, row.content_hash(run.datum),
        )  # fmt: skip


def _doubt_datum(run: Import, given: NDArray[np.float64]) -> None:
    """Say it when the places would lie inside the bureau far more often in another datum than the declared one."""
    if run.message or not (outlines := grid.shapes(run.bureau_code, on=localdate(), depth=1)):
        return
    whole = shapely.union_all(list(outlines.values()))
    if likely := suspect_datum_of_points(given, whole, Datum(run.datum)):
        told = NAMES[Datum(run.datum)]
        run.message = f"坐标像是 {NAMES[likely]}，而不是所选的 {told}：请核对坐标系后重新导入，已有的行会随之更正。"


def _save(run: Import, *, ended_at: datetime | None = None) -> None:
    run.ended_at = ended_at
    fields = ["read", "created", "updated", "unchanged", "rejected", "message", "report_path", "total", "ended_at"]
    if ended_at:
        fields.append("state")
    run.save(update_fields=fields)


def _estimate(path: Path) -> int:
    """About how many rows a file has, for the progress bar: lines of text, or by size."""
    if path.suffix.lower() == ".parquet":
        return int(pq.read_metadata(path).num_rows)
    if path.suffix.lower() == ".xlsx":
        return max(1, os.path.getsize(path) // 60)
    with path.open("rb") as file:
        return max(1, sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(2**20), b"")) - 1)
