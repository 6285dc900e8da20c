from collections.abc import Callable, Collection
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models import Q, QuerySet
from django.utils.timezone import make_aware

from . import merkle
from .models import Entry, Leaf, TreeHead
from .permissions import ENTRY_VIEW

STORED = 4  # of the complete subtrees, those of every fourth level are stored: a fifteenth of the leaves
Place = tuple[int, int]
HASHES = """
    SELECT level, index, hash FROM unnest(%s::int[], %s::bigint[]) AS wanted(level, index)
    JOIN audit_node node USING (level, index)
    UNION ALL SELECT 0, leaf.index, hash FROM unnest(%s::int[], %s::bigint[]) AS wanted(level, index)
    JOIN audit_leaf leaf ON level = 0 AND leaf.index = wanted.index
"""
# The highest transaction number there can be now, on the scale of the log; the own one may lie above the snapshot.
HIGHEST_XID = (
    "greatest(pg_snapshot_xmax(pg_current_snapshot()), pg_current_xact_id_if_assigned())::text::bigint"
    " + audit_xid_offset()"
)
T = TypeVar("T")


def entries_for(row: models.Model) -> QuerySet[Entry]:
    """Everything recorded about a row, newest first."""
    return Entry.objects.filter(object_type=row._meta.label_lower, object_id=str(row.pk))


def visible_to(user: Any) -> QuerySet[Entry]:
    """The entries a person may see: those within his scope, and, with the whole bureau, those of no bureau."""
    scope = user.scope(ENTRY_VIEW)
    common = Q(bureau_code="") if "" in scope.prefixes else Q(pk__in=[])
    return Entry.objects.filter(scope.area_q() | common)


def between(rows: QuerySet[Entry], days: tuple[date | None, date | None]) -> QuerySet[Entry]:
    """Entries from the first to the last of two local days, either of which may be open."""
    first, last = days
    if first:
        rows = rows.filter(at__gte=make_aware(datetime.combine(first, time())))
    if last and last < date.max:
        rows = rows.filter(at__lt=make_aware(datetime.combine(last + timedelta(days=1), time())))
    return rows


def frontier(size: int) -> merkle.Frontier:
    """What a tree of this size needs to grow."""
    return with_stored(lambda node: merkle.frontier_at(size, node))


def with_stored(compute: Callable[[merkle.NodeReader], T]) -> T:
    """Run a computation that reads complete subtrees, from the tables with one statement.

    It runs twice: the first time on empty hashes, only to learn which subtrees it reads.
    """
    wanted: set[Place] = set()

    def note(level: int, index: int) -> bytes:
        wanted.update(_stored_below(level, index))
        return b""

    compute(note)
    found = _hashes(wanted)
    return compute(lambda level, index: merkle.root_of([found[place] for place in _stored_below(level, index)]))


def _stored_below(level: int, index: int) -> list[Place]:
    """The stored subtrees this one consists of."""
    above = level % STORED
    return [(level - above, (index << above) + at) for at in range(1 << above)]


def _hashes(places: Collection[Place]) -> dict[Place, bytes]:
    with connection.cursor() as cursor:
        cursor.execute(HASHES, [list(side) for side in zip(*places, strict=True)] * 2 if places else [[], []] * 2)
        return {(level, index): bytes(digest) for level, index, digest in cursor.fetchall()}


def last_leaf() -> Leaf | None:
    return Leaf.objects.order_by("-index").first()


def last_head() -> TreeHead | None:
    return TreeHead.objects.order_by("-size").first()


def unsealed() -> int:
    """How many entries wait for the next sealing."""
    last = last_leaf()
    with connection.cursor() as cursor:
        sql = "SELECT count(*) FROM audit_entry WHERE (xid, id) > (%s, %s)"
        cursor.execute(sql, [last.xid, last.entry_id] if last else [0, 0])
        return int(cursor.fetchone()[0])


def acts_since(employee_no: str, verb: str, since: datetime) -> int:
    """How often a person did something since then; for quotas."""
    return Entry.objects.filter(employee_no=employee_no, verb=verb, at__gte=since).count()
