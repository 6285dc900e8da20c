"""Sealing: giving the entries of finished transactions their places in the tree, and signing its head."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import now as clock

from . import keys, merkle, proof, queries, receipts, witness
from .models import Entry, TreeHead

LOCK = 0x5348_4A41  # one sealer at a time
BATCH = 20_000
# All transactions of this database below the horizon have ended, so nothing can come in before what is sealed now.
# `pg_snapshot_xmin` would not do: transactions of other databases on the server count in it and would hold us back.
# A transaction is passed over only on proof that it is of another database: its lock and the database of its process,
# read after the snapshot. Our own transaction is not in the snapshot's list and is added.
HORIZON = """
    SELECT least(
        pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
        pg_current_xact_id_if_assigned()::text::bigint,
        (SELECT min(running::text::bigint) FROM pg_snapshot_xip(pg_current_snapshot()) running
         WHERE NOT EXISTS (
            SELECT FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
            WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND a.datname <> current_database()
            AND l.transactionid::text::bigint = running::text::bigint & 4294967295))
    ) + audit_xid_offset()
"""
FINISHED = "SELECT * FROM audit_entry WHERE (xid, id) > (%s, %s) AND xid < %s ORDER BY xid, id LIMIT %s"
MOVED = f"SELECT max(xid) FROM audit_entry HAVING max(xid) > {queries.HIGHEST_XID}"  # noqa: S608 - a constant


class TreeBroken(Exception):
    """The stored tree is no longer what its last head says: nothing is added to it."""


def seal(*, now: datetime | None = None, batch: int = BATCH) -> int:
    """Seal all entries of finished transactions; returns how many. Harmless to call at any time, from anywhere.

    An entry that does not bear our mark gets no place: the verification reports it. Raises TreeBroken or
    WitnessDiffers when somebody changed what was sealed; acts go on being recorded, unsealed, until it is cleared up.
    """
    with _alone() as alone:
        if not alone:
            return 0
        sealed = 0
        last = queries.last_leaf()
        after = (last.xid, last.entry_id) if last else (0, 0)
        with connection.cursor() as cursor:
            cursor.execute(HORIZON)
            (horizon,) = cursor.fetchone()
        while rows := list(Entry.objects.raw(FINISHED, [*after, horizon, batch])):
            sealed += _add([entry for entry in rows if entry.is_ours()], now or clock())
            after = (rows[-1].xid, rows[-1].pk)
        witness.catch_up()
        receipts.clear()
        return sealed


def seal_if_whole(*, now: datetime | None = None) -> str:
    """Seal what waits before a verification; where somebody broke the log, say so instead of raising."""
    try:
        seal(now=now)
    except (TreeBroken, witness.WitnessDiffers) as error:
        return str(error)
    return ""


@transaction.atomic
def _add(entries: Sequence[Entry], now: datetime) -> int:
    if not entries:
        return 0
    head = queries.last_head()
    frontier = queries.frontier(head.size) if head else merkle.Frontier()
    if head and frontier.root() != bytes(head.root):
        raise TreeBroken(f"数据库中的树与树根 {head.size} 不符，请运行 audit verify。")
    nodes: list[tuple[int, int, bytes]] = []
    with connection.cursor() as cursor:
        with cursor.copy("COPY audit_leaf (index, entry_id, xid, hash) FROM STDIN") as leaves:
            for index, entry in enumerate(entries, frontier.size):
                leaf = bytes(entry.leaf_hash)
                leaves.write_row((index, entry.pk, entry.xid, leaf))
                nodes += [made for made in frontier.append(leaf) if made[0] % queries.STORED == 0]
        with cursor.copy("COPY audit_node (level, index, hash) FROM STDIN") as rows:
            for node in nodes:
                rows.write_row(node)
    _sign(frontier, now).save(force_insert=True)
    return len(entries)


def _sign(frontier: merkle.Frontier, now: datetime) -> TreeHead:
    message = proof.head_message(frontier.size, frontier.root(), now)
    signature = keys.signing_key().sign(message)
    return TreeHead(size=frontier.size, root=frontier.root(), at=now, signature=signature, key_id=keys.key_id())


@contextmanager
def _alone() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        alone = bool(cursor.fetchone()[0])
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


@transaction.atomic
def settle(**signal: Any) -> None:
    """After a dump was restored elsewhere: let the order go on above the old transaction numbers.

    Runs after every migration, before anybody writes; does nothing where transaction numbers simply went on.
    """
    with connection.cursor() as cursor:
        cursor.execute(MOVED)
        if highest := cursor.fetchone():
            body = f"SELECT {int(highest[0]) + 1}::bigint"
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION audit_xid_offset() RETURNS bigint LANGUAGE sql IMMUTABLE AS '{body}'"
            )
