"""The witness: what the log said, kept outside the database, so that rewriting the database is found and located.

`leaves.bin` holds the entry id (8 bytes) and hash (32 bytes) of every leaf, `heads.jsonl` every signed head. Copy both
to another computer (docs/algorithms/audit-log.md): whoever can rewrite database and this folder alike is caught only by
that copy.
"""

import base64
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from .models import Leaf, TreeHead

WIDTH = 40
LAST_LINE = 4096  # more than a line of heads.jsonl takes


class WitnessDiffers(Exception):
    """The witness does not say what the database says: it is left as it is, as evidence."""


def folder() -> Path:
    return Path(settings.HOME) / "witness"


def pack(entry_id: int, leaf: bytes) -> bytes:
    return entry_id.to_bytes(8, "big", signed=True) + leaf


def unpack(packed: bytes) -> list[tuple[int, bytes]]:
    """Whole records only; what a crash left of a last one is not counted."""
    whole = range(0, len(packed) - WIDTH + 1, WIDTH)
    return [(int.from_bytes(packed[at : at + 8], "big", signed=True), packed[at + 8 : at + WIDTH]) for at in whole]


def exists() -> bool:
    return (folder() / "heads.jsonl").exists()


def leaf_count() -> int:
    path = folder() / "leaves.bin"
    return path.stat().st_size // WIDTH if path.exists() else 0


def last_head() -> dict[str, Any] | None:
    path = folder() / "heads.jsonl"
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - LAST_LINE, 0))
        whole = file.read().rpartition(b"\n")[0]
    return json.loads(whole.rpartition(b"\n")[2]) if whole else None


def catch_up() -> None:
    """Bring the witness to the latest head: after each sealing, and after a crash between commit and file.

    Raises WitnessDiffers when the database has no longer the last head the witness has.
    """
    known, last = leaf_count(), last_head()
    if last:
        head = TreeHead.objects.filter(pk=last["size"]).first()
        if head is None or as_json(head) != last or known < last["size"]:
            raise WitnessDiffers(f"见证中的树根 {last['size']} 与数据库不符，请运行 audit verify。")
    heads = TreeHead.objects.filter(size__gt=last["size"] if last else 0).order_by("size")
    newest = heads.last()
    if newest is None:
        return
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder() / "leaves.bin").open("ab") as file:
        file.truncate(known * WIDTH)
        rows = Leaf.objects.filter(index__gte=known, index__lt=newest.size).order_by("index")
        for entry_id, leaf in rows.values_list("entry_id", "hash").iterator(chunk_size=5000):
            file.write(pack(entry_id, bytes(leaf)))
        file.flush()
        os.fsync(file.fileno())
    with (folder() / "heads.jsonl").open("ab") as lines:
        _cut_half_line(folder() / "heads.jsonl")
        for head in heads.iterator(chunk_size=5000):
            lines.write(json.dumps(as_json(head)).encode() + b"\n")
        lines.flush()
        os.fsync(lines.fileno())


def cut(size: int) -> None:
    """Go back to the head of that size: for a node restored as it was then. What came later is in the archive's witness.

    Receipts of the last seconds before the copy speak of what comes later as well, and go.
    """
    if not exists():
        return
    for name in ("committed.bin", "committed.old"):
        (folder() / name).unlink(missing_ok=True)
    kept = [head for head in heads() if head.get("size", size + 1) <= size]
    (folder() / "heads.jsonl").write_bytes(b"".join(json.dumps(head).encode() + b"\n" for head in kept))
    with (folder() / "leaves.bin").open("rb+") as file:
        file.truncate(min(leaf_count(), size) * WIDTH)


def as_json(head: TreeHead) -> dict[str, Any]:
    return {
        "size": head.size,
        "root": bytes(head.root).hex(),
        "at": head.at.isoformat(timespec="microseconds"),
        "signature": base64.b64encode(bytes(head.signature)).decode(),
        "key_id": head.key_id,
    }


def heads() -> Iterator[dict[str, Any]]:
    """All heads in order; a line that cannot be read is given as {}, the half line of a crash not at all."""
    path = folder() / "heads.jsonl"
    if path.exists():
        with path.open("rb") as lines:
            for line in lines:
                if line.endswith(b"\n"):
                    try:
                        head = json.loads(line)
                    except ValueError:
                        head = {}
                    yield head if isinstance(head, dict) else {}


class Leaves:
    """The leaves the witness had when this was made."""

    def __init__(self) -> None:
        self.count = leaf_count()

    def run(self, begin: int, end: int) -> bytes:
        """The packed records from leaf `begin` up to leaf `end`, fewer where the witness ends."""
        width = min(end, self.count) - begin
        if width <= 0:
            return b""
        with (folder() / "leaves.bin").open("rb") as file:
            file.seek(begin * WIDTH)
            return file.read(width * WIDTH)


def _cut_half_line(path: Path) -> None:
    content_end = path.stat().st_size
    if content_end:
        with path.open("rb+") as file:
            file.seek(max(content_end - LAST_LINE, 0))
            tail = file.read()
            file.truncate(content_end - len(tail) + tail.rfind(b"\n") + 1)
