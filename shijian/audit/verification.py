"""Checking the whole log: every entry, leaf, node and head against each other and against the witness.

The log is read once, in order, a chunk of leaves at a time; PostgreSQL writes the canonical text of the entries, we
hash it. Only a chunk in which something does not fit is read again row by row, to say which row.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.db.models import Q

from . import keys, merkle, proof, queries, receipts, witness
from .models import Entry, Leaf, Node, TreeHead

LEVEL = 12
CHUNK = 1 << LEVEL  # leaves read at a time
WITHIN = range(queries.STORED, LEVEL + 1, queries.STORED)  # levels of stored nodes inside a chunk
SHOWN = 1000  # faults listed one by one
NOTHING = bytes(merkle.HASH_BYTES)

# One row a chunk: its leaves, their hashes, whether the entries carry the same, the canonical texts, nodes, heads.
# The text equals `proof.canonical`; where it does not, the entry is computed again in Python before it is accused.
NODES = " OR ".join(
    f"level = {at} AND index >= chunk << {LEVEL - at} AND index < (chunk + 1) << {LEVEL - at}" for at in WITHIN
)
CHUNKS = f"""
    COPY (
        SELECT chunk, leaves.*, nodes.*, heads.*
        FROM generate_series(0, (SELECT greatest(
            (SELECT max(index) FROM audit_leaf), (SELECT max(size) - 1 FROM audit_treehead)) / {CHUNK})) chunk,
        LATERAL (
            SELECT string_agg(int8send(index) || int8send(leaf_xid) || int8send(entry_id), ''), string_agg(hash, ''),
                   bool_and(leaf_hash IS NOT DISTINCT FROM hash AND xid IS NOT DISTINCT FROM leaf_xid),
                   convert_to(string_agg(coalesce(content, ''), E'\\n'), 'UTF8')
            FROM (
                SELECT l.index, l.xid AS leaf_xid, l.entry_id, l.hash, e.leaf_hash, e.xid,
                       CASE WHEN e.id IS NOT NULL THEN json_build_array({proof.VERSION}, e.uid, e.at,
                           e.actor_id, e.employee_no, e.actor_name, e.verb, e.object_type, e.object_id, e.object_label,
                           e.bureau_code, e.area_code, e.detail, e.mac)::text END AS content
                FROM audit_leaf l LEFT JOIN audit_entry e ON e.id = l.entry_id
                WHERE l.index >= chunk * {CHUNK} AND l.index < (chunk + 1) * {CHUNK} ORDER BY l.index
            ) rows
        ) leaves,
        LATERAL (
            SELECT string_agg(hash, '' ORDER BY level, index) FROM audit_node
            WHERE {NODES}
        ) nodes,
        LATERAL (
            SELECT convert_to(string_agg(json_build_array(
                size, encode(root, 'hex'), (extract(epoch FROM at) * 1000000)::bigint, encode(signature, 'hex'), key_id
            )::text, E'\\n' ORDER BY size), 'UTF8')
            FROM audit_treehead WHERE size > chunk * {CHUNK} AND size <= (chunk + 1) * {CHUNK}
        ) heads
        ORDER BY chunk
    ) TO STDOUT (FORMAT binary)
"""  # noqa: S608 - numbers of ours only
BEYOND = f"e.xid > {queries.HIGHEST_XID}"
STRAYS = f"""
    SELECT e.id FROM audit_entry e WHERE NOT EXISTS (SELECT FROM audit_leaf l WHERE l.entry_id = e.id)
    AND ((e.xid, e.id) <= (%s, %s) OR {BEYOND}) ORDER BY e.id LIMIT %s
"""  # noqa: S608 - constants
# The whole log is read by key, in order: with any other plan a log of ten million would be sorted first.
PLANS = ("enable_hashjoin", "enable_mergejoin", "enable_seqscan")
PLAN = "; ".join(["SET LOCAL timezone = 'UTC'", *(f"SET LOCAL {name} = off" for name in PLANS)])
NORMAL = "; ".join(f"SET LOCAL {name} = on" for name in PLANS)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KINDS = {
    "changed": "内容被改动",
    "deleted": "被删除",
    "inserted": "事后插入，或不是由本系统写入",
    "reordered": "次序被改动",
    "truncated": "末尾被截断",
    "leaf_changed": "叶节点被改动",
    "node_changed": "树的中间节点被改动",
    "head_forged": "树根签名无效，或与内容不符",
    "witness_differs": "与库外见证不符：数据库被整体改写，或见证文件被改动",
    "witness_missing": "库外见证缺失",
    "more": "其余问题不再逐条列出",
}


@dataclass
class Report:
    """What a verification found: `entries` sealed, `root` recomputed from them (hex), `unsealed` still waiting."""

    entries: int = 0
    root: str = ""
    unsealed: int = 0
    heads: int = 0
    faults: list[dict[str, Any]] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.faults

    def add(self, entry: Any, kind: str) -> None:
        if len(self.faults) < SHOWN:
            self.faults.append({"entry": entry, "kind": kind, "text": KINDS[kind]})
        elif len(self.faults) == SHOWN:
            self.faults.append({"entry": "", "kind": "more", "text": KINDS["more"]})

    def as_json(self) -> dict[str, Any]:
        return {
            "ok": self.ok,
            "entries": self.entries,
            "root": self.root,
            "unsealed": self.unsealed,
            "heads": self.heads,
            "faults": self.faults,
        }


def verify() -> Report:
    """Recompute everything from the entries upwards. Reads the log once, in order, with bounded memory."""
    check = _Check()  # counts the witness before the snapshot: what is sealed meanwhile is not missing from it
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if is_outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute(PLAN)
        with cursor.copy(CHUNKS) as copy:
            copy.set_types(["int8", "bytea", "bytea", "bool", "bytea", "bytea", "bytea"])
            for row in copy.rows():
                check.chunk(*row)
        cursor.execute(NORMAL)
        return check.finish()


class _Check:
    """The state of one verification: the tree so far, and which chunks need a second look."""

    def __init__(self) -> None:
        self.report = Report()
        self.kept = witness.Leaves()
        self.kept_heads = _KeptHeads()
        self.receipts = receipts.pending()
        self.key = keys.public_key()
        self.frontier = merkle.Frontier()
        self.last = (0, 0)  # (xid, entry id) of the last leaf
        self.found = 0  # leaves with an entry
        self.next_index = 0
        self.last_head = 0
        self.suspects: list[int] = []
        self.node_suspects: list[tuple[int, list[Sequence[bytes]]]] = []
        self.upper: dict[tuple[int, int], bytes] = {}

    def chunk(
        self,
        number: int,
        places: bytes | None,
        hashes: bytes | None,
        agree: bool | None,
        contents: bytes | None,
        nodes: bytes | None,
        heads: bytes | None,
    ) -> None:
        """Take the next chunk of leaves into the tree and note whether everything about it fits."""
        begin = number << LEVEL
        rows = np.frombuffer(places or b"", ">i8").reshape(-1, 3)
        texts = (contents or b"").split(b"\n") if len(rows) else []
        leaves: Sequence[bytes] = [sha256(b"\x00" + text).digest() for text in texts]
        self.found += len(texts) - texts.count(b"")
        kept = self.kept.run(begin, begin + CHUNK)
        is_dense = len(rows) > 0 and begin == rows[0, 0] and rows[-1, 0] - begin == len(rows) - 1
        fits = is_dense and agree and b"".join(leaves) == hashes and self._in_order(rows) and _same(rows, leaves, kept)
        if self.next_index < begin or not fits:
            self.suspects.append(begin)
            leaves = _likely(begin, rows, leaves, hashes or b"", kept)
        if len(rows):
            self.last, self.next_index = (int(rows[-1, 1]), int(rows[-1, 2])), int(rows[-1, 0]) + 1
        levels = merkle.subtrees(leaves)
        if b"".join(b"".join(levels[level]) for level in WITHIN if level < len(levels)) != (nodes or b""):
            self.node_suspects.append((begin, levels))
        self._heads(begin, levels, len(leaves), heads or b"")
        if len(leaves) == CHUNK:
            for level, index, digest in self.frontier.append(levels[LEVEL][0], LEVEL):
                if level % queries.STORED == 0:
                    self.upper[level, index] = digest
        elif leaves:
            self.frontier = self.frontier.grown(levels, len(leaves))

    def finish(self) -> Report:
        """Say what does not fit, row by row, once the whole log was read."""
        report = self.report
        for begin in self.suspects:
            _locate(report, begin, self.next_index, self.kept)
        for begin, levels in self.node_suspects:
            self._locate_nodes(begin, levels)
        self._upper_nodes()
        for begin in range(max(self.next_index, self.frontier.size), self.kept.count, CHUNK):
            for entry_id, _ in witness.unpack(self.kept.run(begin, begin + CHUNK)):
                report.add(entry_id, "truncated")
        for head in self.kept_heads.rest():
            report.add(f"树根 {head.get('size')}", "deleted" if _is_signed(head, self.key) else "witness_differs")
        if self.last_head < self.next_index:
            report.add(f"树根 {self.next_index}", "deleted")
        if not witness.exists() and self.next_index:
            report.add("见证", "witness_missing")
        elif self.kept_heads.last_size > self.kept.count:
            report.add("见证", "witness_differs")
        self._outside_the_tree()
        report.entries, report.root = self.next_index, self.frontier.root().hex()
        return report

    def _in_order(self, rows: np.ndarray[Any, Any]) -> bool:
        places = np.vstack([np.array([self.last]), rows[:, 1:]]).astype(np.int64)
        step, tie = np.diff(places[:, 0]), np.diff(places[:, 1])
        return bool(np.all((step > 0) | ((step == 0) & (tie > 0))))

    def _heads(self, begin: int, levels: Sequence[Sequence[bytes]], count: int, lines: bytes) -> None:
        for head in _heads_of(lines):
            size = head["size"]
            self.last_head = size
            self.report.heads += 1
            kept = self.kept_heads.at(size, self.report, self.key)
            if size - begin > count:
                self.report.add(f"树根 {size}", "truncated")
                continue
            root = self.frontier.grown(levels, size - begin).root() if size - begin < CHUNK else self._whole(levels)
            if root.hex() != head["root"] or head["key_id"] != keys.key_id() or not _is_signed(head, self.key):
                self.report.add(f"树根 {size}", "head_forged")
            elif kept is None and size <= self.kept_heads.last_size:
                self.report.add(f"树根 {size}", "inserted")
            elif kept is not None and kept != head:
                self.report.add(f"树根 {size}", "witness_differs")

    def _whole(self, levels: Sequence[Sequence[bytes]]) -> bytes:
        tree = merkle.Frontier(self.frontier.size, self.frontier.roots)
        tree.append(levels[LEVEL][0], LEVEL)
        return tree.root()

    def _locate_nodes(self, begin: int, levels: Sequence[Sequence[bytes]]) -> None:
        for level in WITHIN:
            first, width = begin >> level, CHUNK >> level
            stored = Node.objects.filter(level=level, index__gte=first, index__lt=first + width)
            there = {index: bytes(digest) for index, digest in stored.values_list("index", "hash")}
            right = dict(enumerate(levels[level] if level < len(levels) else [], first))
            for index in sorted({*there, *right}):
                if there.get(index) != right.get(index):
                    self.report.add(f"节点 {level}/{index}", "node_changed")

    def _upper_nodes(self) -> None:
        """The nodes above the chunks, and those where no chunk is."""
        end = -(-self.next_index // CHUNK) << LEVEL
        beyond = Q(level__in=range(LEVEL + queries.STORED, 64, queries.STORED))
        for level in WITHIN:
            beyond |= Q(level=level, index__gte=end >> level)
        stored = Node.objects.filter(beyond).values_list("level", "index", "hash")
        there = {(level, index): bytes(digest) for level, index, digest in stored}
        for level, index in sorted({*there, *self.upper}):
            if there.get((level, index)) != self.upper.get((level, index)):
                self.report.add(f"节点 {level}/{index}", "node_changed")

    def _outside_the_tree(self) -> None:
        """Entries without a leaf: those that wait must be ours, those that came too late for their place are not."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM audit_entry WHERE (xid, id) <= (%s, %s)", self.last)
            is_more = cursor.fetchone()[0] != self.found
            cursor.execute(f"SELECT EXISTS (SELECT FROM audit_entry e WHERE {BEYOND})")  # noqa: S608 - a constant
            if cursor.fetchone()[0] or is_more:
                cursor.execute(STRAYS, [*self.last, SHOWN + 1])
                for (entry_id,) in cursor.fetchall():
                    self.report.add(entry_id, "inserted")
        waiting = Entry.objects.raw("SELECT * FROM audit_entry WHERE (xid, id) > (%s, %s) ORDER BY xid, id", self.last)
        accused = {fault["entry"] for fault in self.report.faults}
        for entry in waiting.iterator():
            self.report.unsealed += 1
            if not entry.is_ours() and entry.pk not in accused:
                self.report.add(entry.pk, "inserted")
        accused = {fault["entry"] for fault in self.report.faults}
        for entry_id in receipts.unmatched(self.receipts):
            if entry_id not in accused:
                self.report.add(entry_id, "deleted")


class _KeptHeads:
    """The heads of the witness, read in step with those of the database."""

    def __init__(self) -> None:
        last = witness.last_head()
        self.last_size = last["size"] if last else 0
        self._heads = witness.heads()
        self._next = next(self._heads, None)

    def at(self, size: int, report: Report, key: str) -> dict[str, Any] | None:
        """The kept head of this size; one the database has lost on the way to it is reported."""
        while self._next is not None and self._next.get("size", 0) < size:
            kind = "deleted" if _is_signed(self._next, key) else "witness_differs"
            report.add(f"树根 {self._next.get('size')}", kind)
            self._next = next(self._heads, None)
        if self._next is None or self._next["size"] != size:
            return None
        found, self._next = self._next, next(self._heads, None)
        return found

    def rest(self) -> Iterator[dict[str, Any]]:
        """The heads beyond the last one of the database, up to what the witness had when we began."""
        while self._next is not None and self._next.get("size", 0) <= self.last_size:
            yield self._next
            self._next = next(self._heads, None)


def _likely(begin: int, rows: Any, contents: Sequence[bytes], hashes: bytes, kept: bytes) -> list[bytes]:
    """The leaves of a chunk that does not fit: what two of entry, leaf and witness agree on, else the leaf's."""
    known = [digest for _, digest in witness.unpack(kept)]
    end = max(len(known), int(rows[-1, 0]) - begin + 1 if len(rows) else 0)
    leaves = [known[at] if at < len(known) else NOTHING for at in range(end)]
    for place, (index, _, _) in enumerate(rows):
        at, leaf = int(index) - begin, hashes[place * 32 : place * 32 + 32]
        if contents[place] != leaves[at]:
            leaves[at] = leaf
    return leaves


def _same(rows: Any, leaves: Sequence[bytes], kept: bytes) -> bool:
    """Whether the witness has these leaves of these entries, as far as it goes."""
    said = np.frombuffer(kept, np.uint8).reshape(-1, witness.WIDTH)
    if len(said) > len(rows):
        return False
    ids = np.ascontiguousarray(said[:, :8]).view(">i8").ravel()
    return bool(np.array_equal(ids, rows[: len(said), 2])) and said[:, 8:].tobytes() == b"".join(leaves[: len(said)])


def _locate(report: Report, begin: int, end: int, kept: witness.Leaves) -> None:
    """Accuse row by row within one chunk. `end` is the index after the last leaf of the database."""
    known = dict(enumerate(witness.unpack(kept.run(begin, begin + CHUNK)), begin))
    leaves = {leaf.index: leaf for leaf in Leaf.objects.filter(index__gte=begin, index__lt=begin + CHUNK)}
    ids = {leaf.entry_id for leaf in leaves.values()} | {entry_id for entry_id, _ in known.values()}
    entries = Entry.objects.in_bulk(ids)
    said = {key: bytes(leaf.hash) for key, leaf in leaves.items()} | {key: digest for key, (_, digest) in known.items()}
    right = set(said.values())
    before = Leaf.objects.filter(index__lt=begin).order_by("-index").first()
    last = (before.xid, before.entry_id) if before else (0, 0)
    for index in range(begin, min(begin + CHUNK, max(end, kept.count))):
        leaf, (kept_id, _) = leaves.get(index), known.get(index, (None, b""))
        if leaf is None:
            name = kept_id if kept_id is not None else f"叶 {index}"
            report.add(name, "truncated" if index >= end else "leaf_changed" if kept_id in entries else "deleted")
            continue
        entry, place = entries.get(leaf.entry_id), (leaf.xid, leaf.entry_id)
        if kept_id is not None and kept_id != leaf.entry_id:
            report.add(kept_id, "reordered" if kept_id in entries else "deleted")
        elif entry is None:
            report.add(leaf.entry_id, "deleted")
        elif kind := _fault_of(entry, leaf, said[index], right, place <= last):
            report.add(leaf.entry_id, kind)
        last = place


def _fault_of(entry: Entry, leaf: Leaf, said: bytes, right: set[bytes], is_late: bool) -> str:
    content, own, stored = entry.digest(), bytes(entry.leaf_hash), bytes(leaf.hash)
    if content == own == stored != said:
        return "witness_differs"
    if content != said:
        return "reordered" if content in right else "changed"
    if own != said:
        return "changed"
    if stored != said:
        return "leaf_changed"
    return "reordered" if entry.xid != leaf.xid or is_late else ""


def _heads_of(lines: bytes) -> Iterator[dict[str, Any]]:
    for line in lines.splitlines():
        size, root, micros, signature, key_id = json.loads(line)
        at = EPOCH + timedelta(microseconds=micros)
        head = TreeHead(size=size, root=bytes.fromhex(root), at=at, signature=bytes.fromhex(signature), key_id=key_id)
        yield witness.as_json(head)


def _is_signed(head: dict[str, Any], key: str) -> bool:
    try:
        return proof.is_signed(head, key)
    except (KeyError, TypeError, ValueError):
        return False
