from collections.abc import Callable, Iterable
from itertools import groupby
from typing import TypeVar

from django.db import connection, models
from django.db.models import Q, QuerySet

from . import merkle
from .models import Entry, Leaf, Node, TreeHead

STORED = 4  # of the complete subtrees, those of every fourth level are stored: a fifteenth of the leaves
Place = tuple[int, int]
T = TypeVar("T")


def entries_for(row: models.Model) -> QuerySet[Entry]:
    """Everything recorded about a row, newest first."""
    return Entry.objects.filter(object_type=row._meta.label_lower, object_id=str(row.pk))


def frontier(size: int) -> merkle.Frontier:
    """What a tree of this size needs to grow."""
    return with_stored(lambda node: merkle.frontier_at(size, node))


def with_stored(compute: Callable[[merkle.NodeReader], T]) -> T:
    """Run a computation that reads complete subtrees, from the tables with two statements.

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


def _hashes(places: Iterable[Place]) -> dict[Place, bytes]:
    found: dict[Place, bytes] = {}
    asked = {level: [index for _, index in group] for level, group in groupby(sorted(places), key=lambda place: place[0])}
    leaves = asked.pop(0, [])
    for index, digest in Leaf.objects.filter(pk__in=leaves).values_list("index", "hash"):
        found[0, index] = bytes(digest)
    if asked:
        which = Q()
        for level, indexes in asked.items():
            which |= Q(level=level, index__in=indexes)
        for level, index, digest in Node.objects.filter(which).values_list("level", "index", "hash"):
            found[level, index] = bytes(digest)
    return found


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
