"""Import of a registry file: good rows kept, each bad one reported, the same file again changes nothing.

While the database merges one batch, in a transaction of its own, a thread reads the next. An import that is cut off has kept
whole batches, and running it again finishes the work. Rows that are as they were are recognised by their fingerprint.
"""

import csv
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import pyarrow.parquet as pq
import shapely
from django.conf import settings
from django.db import transaction
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
from shijian.core.sealed import print_of
from shijian.grid import queries as grid
from shijian.grid.rules.datum import NAMES, Datum, suspect_datum_of_points, to_wgs84

from ..choices import ImportState, Verb
from ..models import Import, Industry
from ..rules.rows import Fault, Row, columns, read_row
from . import fingerprints, readers, staging
from .fingerprints import Known
from .staging import Clean

BATCH = 10_000
DUPLICATE = "与第 {} 行是同一主体，只保留先出现的一行"


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
    run.message = ""
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


@dataclass(slots=True)
class _Batch:
    """Some rows of the file: those met unchanged, and the others as clean rows or as faults."""

    read: int
    met: list[tuple[int, int, list[Any]]]  # line, fingerprint, cells
    good: list[Clean]
    faults: list[tuple[int, list[Fault]]]


class _Reading:
    """Turns the rows of a file into batches, ahead of the database and in a thread of its own: plain Python, no queries."""

    def __init__(self, run: Import, table: readers.Table, known: Known) -> None:
        self.run, self.table, self.known = run, table, known
        self.where = columns(table.header)
        self.industries = set(Industry.objects.values_list("code", flat=True))
        self.salt = fingerprints.salt_of(table.header, source=run.source, datum=run.datum, keyed="phone" in self.where)
        self.odd_phones = 0
        self.lines = _lines(table.rows)

    def clean(self, line: int, row_print: int, cells: list[Any]) -> Clean | list[Fault]:
        count = len(cells)
        values = {name: cells[at] if at < count else None for name, at in self.where.items()}
        row = read_row(values, source=self.run.source, industries=self.industries)
        if not isinstance(row, Row):
            return row
        self.odd_phones += row.odd_phone
        phone_print = print_of(row.phone)
        return Clean(line, row_print, row, row.content_hash(self.run.datum, phone_print), phone_print=phone_print)

    def batch(self) -> _Batch | None:
        """The next batch, None at the end of the file."""
        rows = list(islice(self.lines, BATCH))
        if not rows:
            return None
        prints = fingerprints.prints_of([cells for _, cells in rows], self.salt)
        known = self.known.meet(prints, [line for line, _ in rows])
        made = _Batch(len(rows), [], [], [])
        for (line, cells), row_print, is_known in zip(rows, prints.tolist(), known.tolist(), strict=True):
            if is_known:
                made.met.append((line, row_print, cells))
            elif isinstance(clean := self.clean(line, row_print, cells), Clean):
                made.good.append(clean)
            else:
                made.faults.append((line, clean))
        return made


def _run(run: Import, out: TextIO) -> None:
    path = run.source_file
    with closing(readers.open_table(path)) as table:
        if "name" not in columns(table.header):
            heads = "、".join(str(head)[:20] for head in table.header[:8])
            raise InvalidInput(f"没有“名称”列（现有：{heads}）", field=run.file_name, row=1, remedy="第一行应为列名。")
        run.total = _estimate(path)
        reading = _Reading(run, table, Known.of(run.bureau_code, expected_rows=run.total))
        faults = csv.writer(out)
        faults.writerow(["line", "field", "value", "reason"])
        seen: dict[int, int] = {}
        with ThreadPoolExecutor(1) as reader:
            coming = reader.submit(reading.batch)
            while batch := coming.result():
                coming = reader.submit(reading.batch)
                try:
                    _merge(run, reading, batch, seen, faults)
                except BaseException:
                    coming.cancel()
                    raise
        if reading.odd_phones:
            run.message = f"{run.message}{reading.odd_phones} 行的联系电话不是电话号码，未存入，其余内容照常导入。"[
                :300
            ]
        out.flush()


def _lines(lines: Iterator[tuple[int, list[Any]]]) -> Iterator[tuple[int, list[Any]]]:
    """The rows, with a file that breaks off in the middle said in words."""
    try:
        yield from lines
    except (OSError, ValueError, EOFError) as error:
        raise InvalidInput(
            "文件在读取中途损坏，之前的行已经导入", remedy="请重新导出后再次导入，已有的行不会重复。"
        ) from error


@transaction.atomic
def _merge(run: Import, reading: _Reading, batch: _Batch, seen: dict[int, int], faults: Any) -> None:
    state = Import.objects.select_for_update().values_list("state", flat=True).get(pk=run.pk)
    if state == ImportState.CANCELLED:
        raise Cancelled("已取消；取消前的行已经导入。")
    bad = dict(batch.faults)
    good = list(_first_ones(batch.good, seen, bad))
    unchanged = 0
    if good:
        _place(run, good)
        staging.stage(good, [new_id() for _ in good])
        twice = {}
        for line, row_print, changes in staging.present(run.bureau_code):
            met = reading.known.line_of(row_print)
            if met and met < line:
                twice[line] = met
            elif changes or met:
                reading.known.forget(row_print)  # a later row with the old facts is the second one
        if twice:
            staging.drop(list(twice))
            bad |= {each.line: [_duplicate(each.row.identity, twice[each.line])] for each in good if each.line in twice}
        created, updated = staging.merge(run.bureau_code, run.source, clock())
        run.created, run.updated = run.created + created, run.updated + updated
        unchanged = len(good) - len(twice) - created - updated
    unchanged += _still_unchanged(batch, reading, seen, bad)
    for line in sorted(bad):
        faults.writerows([line, fault.field, harmless(fault.value), fault.reason] for fault in bad[line])
    run.read, run.unchanged, run.rejected = run.read + batch.read, run.unchanged + unchanged, run.rejected + len(bad)
    _save(run)


def _first_ones(rows: list[Clean], seen: dict[int, int], bad: dict[int, list[Fault]]) -> Iterator[Clean]:
    """Rows of entities not yet met in this file; the others become faults."""
    for each in rows:
        identity = each.row.identity
        first = seen.setdefault(hash(identity), each.line)
        if first == each.line:
            yield each
        else:
            bad[each.line] = [_duplicate(identity, first)]


def _still_unchanged(batch: _Batch, reading: _Reading, seen: dict[int, int], bad: dict[int, list[Fault]]) -> int:
    """How many of the rows met are unchanged after what the batch before changed."""
    count = 0
    for line, row_print, cells in batch.met:
        if reading.known.line_of(row_print) == line:
            count += 1
        elif isinstance(clean := reading.clean(line, row_print, cells), Clean):
            bad[line] = [_duplicate(clean.row.identity, seen.get(hash(clean.row.identity), 0))]
    return count


def _duplicate(identity: str, first: int) -> Fault:
    return Fault("识别号", identity, DUPLICATE.format(first))


def _place(run: Import, rows: list[Clean]) -> None:
    """Give the rows that have coordinates their place in WGS 84 and their grid."""
    located = [each for each in rows if each.row.lon is not None]
    if not located:
        return
    given = np.array([(each.row.lon, each.row.lat) for each in located])
    _doubt_datum(run, given)
    lonlat = to_wgs84(given, Datum(run.datum))
    codes = grid.assign(run.bureau_code, lonlat, on=localdate())
    for each, (lon, lat), code in zip(located, lonlat.tolist(), codes, strict=True):
        each.place, each.area_code = (lon, lat), code


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
