"""Receipts: what was committed and is not yet sealed, kept outside the database.

After the commit of an act its entry's id and leaf go to `committed.bin` beside the witness: one small write, no wait
for the disk. The sealing job clears the file; a receipt without an entry shows that somebody deleted or changed an
entry before it was sealed. A process killed between commit and write leaves no receipt, which is no alarm.
"""

import os
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from django.db import transaction

from . import witness
from .models import Entry, Leaf

Receipt = tuple[int, bytes]
BATCH = 5000


def keep(entries: Sequence[Entry]) -> None:
    """Write the receipts of these entries once the transaction is committed."""
    transaction.on_commit(partial(_keep, entries), robust=True)


def clear() -> None:
    """Drop the receipts of what is sealed by now; those that match nothing go to `lost.bin` for good.

    Works on the file that was set aside the time before: by now nobody writes to it any more.
    """
    now, aside = _path("committed.bin"), _path("committed.old")
    if aside.exists():
        lost = []
        for some in _batches(aside):
            waiting, gone = _unsealed(some)
            _append("committed.bin", waiting)
            lost += gone
        _append("lost.bin", lost)
        aside.unlink()
    if now.exists():
        now.rename(aside)


def pending() -> list[Receipt]:
    """All receipts there are: the few of the last seconds, and the lost ones."""
    files = (_path(name) for name in ("lost.bin", "committed.old", "committed.bin"))
    return list(dict.fromkeys(receipt for file in files for some in _batches(file) for receipt in some))


def unmatched(receipts: Sequence[Receipt]) -> Iterator[int]:
    """Ids of entries that were committed and are no longer there, or no longer as they were."""
    for begin in range(0, len(receipts), BATCH):
        for entry_id, _ in _unsealed(receipts[begin : begin + BATCH])[1]:
            yield entry_id


def _keep(entries: Sequence[Entry]) -> None:
    _write("committed.bin", b"".join(witness.pack(entry.pk, bytes(entry.leaf_hash)) for entry in entries))


def _unsealed(receipts: Sequence[Receipt]) -> tuple[list[Receipt], list[Receipt]]:
    """The receipts whose entries still wait for their seal, and those that match nothing."""
    ids = [entry_id for entry_id, _ in receipts]
    sealed = {(key, bytes(leaf)) for key, leaf in Leaf.objects.filter(entry_id__in=ids).values_list("entry_id", "hash")}
    left = [receipt for receipt in receipts if receipt not in sealed]
    rows = Entry.objects.filter(pk__in=[entry_id for entry_id, _ in left]).values_list("pk", "leaf_hash")
    there = {(key, bytes(leaf)) for key, leaf in rows}
    return [each for each in left if each in there], [each for each in left if each not in there]


def _path(name: str) -> Path:
    return witness.folder() / name


def _write(name: str, packed: bytes) -> None:
    """One write to the end of the file, which the system keeps whole."""
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, packed)
    finally:
        os.close(file)


def _append(name: str, receipts: Sequence[Receipt]) -> None:
    if receipts:
        _write(name, b"".join(witness.pack(*receipt) for receipt in receipts))


def _batches(path: Path) -> Iterator[list[Receipt]]:
    if path.exists():
        with path.open("rb") as file:
            while packed := file.read(witness.WIDTH * BATCH):
                yield witness.unpack(packed)
