"""The witness: what the log said, kept outside the database, so that rewriting the database is found and located.

`leaves.bin` holds the hash of every leaf, 32 bytes each; `heads.jsonl` every signed head. Copy both to another computer
(see docs/operations/audit.md): whoever can rewrite the database and this folder alike is caught only by that copy.
"""

import base64
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from .models import TreeHead

WIDTH = 32


def folder() -> Path:
    return Path(settings.HOME) / "witness"


def leaf_count() -> int:
    path = folder() / "leaves.bin"
    return path.stat().st_size // WIDTH if path.exists() else 0


def append(leaves: Sequence[bytes], head: TreeHead) -> None:
    """Write leaves and a head through to the disk; a half-written leaf of a crash is cut off first."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder() / "leaves.bin").open("ab") as file:
        file.truncate(leaf_count() * WIDTH)
        file.write(b"".join(leaves))
        file.flush()
        os.fsync(file.fileno())
    with (folder() / "heads.jsonl").open("a") as lines:
        lines.write(json.dumps(as_json(head)) + "\n")
        lines.flush()
        os.fsync(lines.fileno())


def as_json(head: TreeHead) -> dict[str, Any]:
    return {
        "size": head.size,
        "root": bytes(head.root).hex(),
        "at": head.at.isoformat(timespec="microseconds"),
        "signature": base64.b64encode(bytes(head.signature)).decode(),
        "key_id": head.key_id,
    }


def heads() -> Iterator[dict[str, Any]]:
    path = folder() / "heads.jsonl"
    if path.exists():
        with path.open() as lines:
            for line in lines:
                if line.endswith("\n"):
                    yield json.loads(line)


def leaves() -> Iterator[bytes]:
    path = folder() / "leaves.bin"
    if path.exists():
        with path.open("rb") as file:
            while len(leaf := file.read(WIDTH)) == WIDTH:
                yield leaf
