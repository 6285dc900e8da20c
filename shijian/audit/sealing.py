"""Sealing: giving the entries of finished transactions their places in the tree, and signing its head."""

from datetime import datetime

from django.db import connection, transaction
from django.utils.timezone import now as clock

from . import keys, merkle, proof, queries, witness
from .models import Entry, Leaf, Node, TreeHead

LOCK = 0x5348_4A41  # one sealer at a time
BATCH = 20_000
# Every transaction below the snapshot's xmin has ended, so nothing can come in before what is sealed now.
FINISHED = """
    SELECT id, xid, leaf_hash FROM audit_entry
    WHERE (xid, id) > (%s, %s) AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    ORDER BY xid, id LIMIT %s
"""


def seal(*, now: datetime | None = None, batch: int = BATCH) -> int:
    """Seal all entries of finished transactions; returns how many. Harmless to call at any time, from anywhere."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
    try:
        sealed = 0
        while count := _seal_batch(now or clock(), batch):
            sealed += count
        _catch_up()
        return sealed
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


@transaction.atomic
def _seal_batch(now: datetime, batch: int) -> int:
    last = Leaf.objects.order_by("-index").first()
    size = last.index + 1 if last else 0
    with connection.cursor() as cursor:
        cursor.execute(FINISHED, [last.xid if last else 0, last.entry_id if last else 0, batch])
        rows = cursor.fetchall()
    if not rows:
        return 0
    frontier = queries.frontier(size)
    leaves, nodes = [], []
    for index, (entry_id, xid, digest) in enumerate(rows, size):
        leaves.append(Leaf(index=index, entry_id=entry_id, xid=xid, hash=bytes(digest)))
        nodes += [Node(level=level, index=at, hash=made) for level, at, made in frontier.append(bytes(digest))]
    Leaf.objects.bulk_create(leaves, batch_size=5000)
    Node.objects.bulk_create(nodes, batch_size=5000)
    _sign(frontier, now).save(force_insert=True)
    return len(rows)


def _sign(frontier: merkle.Frontier, now: datetime) -> TreeHead:
    message = proof.head_message(frontier.size, frontier.root(), now)
    signature = keys.signing_key().sign(message)
    return TreeHead(size=frontier.size, root=frontier.root(), at=now, signature=signature, key_id=keys.key_id())


def _catch_up() -> None:
    """Bring the witness to the latest head: after each commit, and after a crash between commit and file."""
    head, known = TreeHead.objects.order_by("-size").first(), witness.leaf_count()
    if head and known < head.size:
        rows = Leaf.objects.filter(index__gte=known, index__lt=head.size).order_by("index")
        witness.append([bytes(digest) for digest in rows.values_list("hash", flat=True)], head)


def unsealed() -> int:
    """How many entries wait for the next sealing."""
    last = Leaf.objects.order_by("-index").first()
    if last is None:
        return Entry.objects.count()
    with connection.cursor() as cursor:
        sql = "SELECT count(*) FROM audit_entry WHERE (xid, id) > (%s, %s)"
        cursor.execute(sql, [last.xid, last.entry_id])
        return int(cursor.fetchone()[0])
