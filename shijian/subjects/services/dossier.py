"""Import of what other systems know of entities: good rows kept, each bad one reported, the same file again writes nothing."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db import connection, transaction
from django.db.models import F
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import InvalidInput

from ..choices import Verb
from ..models import DossierEntry, Entity
from ..permissions import ENTITY_IMPORT
from ..rules.dossier import HEADS, DossierRow, read_dossier_row
from ..rules.rows import Fault, tidy
from . import readers

BATCH, MOST = 2_000, 200_000
LOCK = 20_261_123  # one import at a time
NEEDED = HEADS[:5]
FACTS = ("entity_id", "title", "happened_on", "valid_until", "result")


@dataclass(slots=True)
class Outcome:
    """What came of a file; `faults` are (line, fault)."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    faults: list[tuple[int, Fault]] = field(default_factory=list)


@dataclass(slots=True)
class _Run:
    source: str
    by: User
    now: datetime
    outcome: Outcome = field(default_factory=Outcome)
    seen: dict[tuple[str, str], int] = field(default_factory=dict)

    def reject(self, line: int, faults: list[Fault]) -> None:
        self.outcome.rejected += 1
        self.outcome.faults += [(line, fault) for fault in faults]


@transaction.atomic
def import_dossier(path: Path, *, file_name: str, source: str, by: User, now: datetime) -> Outcome:
    """Carry one file out. Raises InvalidInput when the file as a whole cannot be used; then nothing is kept."""
    if not (source := tidy(source)[:60]):
        raise InvalidInput("没有写明数据来源", field="source", remedy="请写明数据出自哪个系统。")
    run = _Run(source, by, now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    table = readers.open_table(path)
    with closing(table):
        heads = [tidy(str(head or "")) for head in table.header]
        if missing := [head for head in NEEDED if head not in heads]:
            raise InvalidInput(f"缺少“{'”“'.join(missing)}”列", remedy=f"第一行应为列名：{'、'.join(HEADS)}。")
        at = {head: heads.index(head) for head in HEADS if head in heads}
        good = _good(run, table, at)
        while rows := list(islice(good, BATCH)):
            _merge(run, rows)
    run.outcome.faults.sort(key=lambda each: each[0])
    names = ("read", "created", "updated", "unchanged", "rejected")
    audit.record(
        by=by, verb=Verb.DOSSIER_IMPORTED, on=("subjects.dossier", by.bureau_code, source), at=now,
        bureau_code=by.bureau_code,
        detail={"file": file_name, **{name: getattr(run.outcome, name) for name in names}},
    )  # fmt: skip
    return run.outcome


def _good(run: _Run, table: readers.Table, at: dict[str, int]) -> Iterator[tuple[int, DossierRow]]:
    """Good rows, each number of a kind once; the others are reported."""
    today = localdate(run.now)
    for line, cells in table.rows:
        run.outcome.read += 1
        if run.outcome.read > MOST:
            raise InvalidInput(f"超过 {MOST:,} 行", remedy="请分成几个文件导入。")
        row = read_dossier_row({head: cells[n] for head, n in at.items() if n < len(cells)}, today=today)
        if not isinstance(row, DossierRow):
            run.reject(line, row)
        elif (first := run.seen.setdefault((row.kind, row.number), line)) != line:
            run.reject(line, [Fault("编号", row.number, f"与第 {first} 行类别、编号相同，只保留先出现的一行")])
        else:
            yield line, row


def _merge(run: _Run, rows: list[tuple[int, DossierRow]]) -> None:
    """Write a batch: what is new and what differs, nothing else."""
    within = Entity.objects.within(run.by.scope(ENTITY_IMPORT)).filter(
        credit_code__in={row.credit_code for _, row in rows}
    )
    entities = dict(
        within.order_by(F("merged_into").desc(nulls_last=True)).values_list("credit_code", "pk")
    )  # the kept of two comes last
    known = {
        (entry.kind, entry.number): entry
        for entry in DossierEntry.objects.filter(
            bureau_code=run.by.bureau_code, source=run.source, number__in=[row.number for _, row in rows]
        )
    }
    fresh, changed = [], []
    for line, row in rows:
        if (entity := entities.get(row.credit_code)) is None:
            run.reject(line, [Fault("统一社会信用代码", row.credit_code, "本局主体库中没有这一户，请先导入主体")])
            continue
        facts = dict(zip(FACTS, (entity, row.title, row.happened_on, row.valid_until, row.result), strict=True))
        entry = known.get((row.kind, row.number))
        if entry is None:
            key = {"bureau_code": run.by.bureau_code, "kind": row.kind, "number": row.number, "source": run.source}
            fresh.append(DossierEntry(**key, **facts, imported_at=run.now))
        elif any(getattr(entry, name) != value for name, value in facts.items()):
            for name, value in facts.items():
                setattr(entry, name, value)
            entry.imported_at = run.now
            changed.append(entry)
        else:
            run.outcome.unchanged += 1
    DossierEntry.objects.bulk_create(fresh)
    DossierEntry.objects.bulk_update(changed, ["entity", *FACTS[1:], "imported_at"])
    run.outcome.created += len(fresh)
    run.outcome.updated += len(changed)
