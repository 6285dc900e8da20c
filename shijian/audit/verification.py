"""Checking the whole log against its leaves, its heads and the witness; every fault is located."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Any

from cryptography.exceptions import InvalidSignature
from django.db import connection, transaction

from . import keys, merkle, proof, witness
from .models import Entry, Leaf, TreeHead

LEAVES = """
    SELECT l.index, l.entry_id, l.xid, l.hash, e.id, e.xid, e.uid, e.at, e.actor_id, e.employee_no, e.actor_name,
           e.verb, e.object_type, e.object_id, e.object_label, e.bureau_code, e.area_code, e.detail::text, e.leaf_hash
    FROM audit_leaf l LEFT JOIN audit_entry e ON e.id = l.entry_id ORDER BY l.index
"""
STRAYS = """
    SELECT e.id FROM audit_entry e LEFT JOIN audit_leaf l ON l.entry_id = e.id
    WHERE l.index IS NULL AND (e.xid, e.id) <= (%s, %s) ORDER BY e.id
"""
KINDS = {
    "changed": "内容被改动",
    "deleted": "记录被删除",
    "inserted": "事后插入",
    "reordered": "次序被改动",
    "truncated": "末尾被截断",
    "leaf_changed": "叶节点被改动",
    "head_forged": "树根签名无效或与内容不符",
    "witness_differs": "与库外见证不符",
    "witness_missing": "库外见证缺失",
}


@dataclass
class Report:
    """What a verification found. `entries` are the sealed ones, `root` is the recomputed root in hex."""

    entries: int = 0
    root: str = ""
    unsealed: int = 0
    faults: list[dict[str, Any]] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.faults

    def add(self, entry: Any, kind: str) -> None:
        self.faults.append({"entry": entry, "kind": kind, "text": KINDS[kind]})

    def as_json(self) -> dict[str, Any]:
        return {
            "ok": self.ok,
            "entries": self.entries,
            "root": self.root,
            "unsealed": self.unsealed,
            "faults": self.faults,
        }


def verify() -> Report:
    """Recompute everything from the entries upwards. Reads the log once, in order, with bounded memory."""
    report = Report()
    with transaction.atomic():
        heads = {head.size: head for head in TreeHead.objects.order_by("size")}
        frontier, last, expected = merkle.Frontier(), (0, 0), 0
        for row, kept in zip_longest(_leaves(), witness.leaves()):
            if row is None:
                report.add(f"叶 {expected} 起", "truncated")
                break
            index, entry_id, leaf_xid, leaf = row[0], row[1], row[2], bytes(row[3])
            if index != expected:
                report.add(f"叶 {expected}–{index - 1}", "deleted")
                expected = index
            found = len(report.faults)
            if row[4] is None:
                report.add(entry_id, "deleted")
            elif merkle.leaf_hash(_content(row)) != leaf or bytes(row[18]) != leaf:
                report.add(entry_id, "changed")
            elif row[5] != leaf_xid or (leaf_xid, entry_id) <= last:
                report.add(entry_id, "reordered")
            if kept is not None and kept != leaf and len(report.faults) == found:
                report.add(entry_id, "witness_differs")
            last, expected = (leaf_xid, entry_id), expected + 1
            frontier.append(leaf)
            if (head := heads.pop(frontier.size, None)) and not _head_holds(head, frontier.root()):
                report.add(f"树根 {head.size}", "head_forged")
        report.entries, report.root = frontier.size, frontier.root().hex()
        for head in heads.values():
            report.add(f"树根 {head.size}", "truncated")
        _check_witness(report)
        with connection.cursor() as cursor:
            cursor.execute(STRAYS, last)
            for (entry_id,) in cursor.fetchall():
                report.add(entry_id, "inserted")
        report.unsealed = Entry.objects.count() - Leaf.objects.count() if not report.faults else 0
    return report


def _leaves() -> Iterator[Any]:
    with connection.chunked_cursor() as cursor:
        cursor.itersize = 5000
        cursor.execute(LEAVES)
        yield from cursor


def _content(row: Any) -> bytes:
    return Entry(
        uid=row[6],
        at=row[7],
        actor_id=row[8],
        employee_no=row[9],
        actor_name=row[10],
        verb=row[11],
        object_type=row[12],
        object_id=row[13],
        object_label=row[14],
        bureau_code=row[15],
        area_code=row[16],
        detail=json.loads(row[17]),
    ).content_bytes()


def _head_holds(head: TreeHead, root: bytes) -> bool:
    return bytes(head.root) == root and _signed(proof.head_message(head.size, root, head.at), bytes(head.signature))


def _signed(message: bytes, signature: bytes) -> bool:
    try:
        keys.signing_key().public_key().verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _check_witness(report: Report) -> None:
    """The last head outside must be signed by us, and be the root of the leaves kept with it."""
    outside = list(witness.heads())
    if not outside:
        if report.entries:
            report.add("见证", "witness_missing")
        return
    newest = outside[-1]
    root, at = bytes.fromhex(newest["root"]), datetime.fromisoformat(newest["at"])
    signed = _signed(proof.head_message(newest["size"], root, at), base64.b64decode(newest["signature"]))
    whole = witness.leaf_count() >= newest["size"]
    same = newest["size"] != report.entries or newest["root"] == report.root
    if not signed or not whole or (report.ok and not same):
        report.add("见证", "witness_differs")
