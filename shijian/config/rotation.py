"""Log files that stay bounded. The processes keep them open for appending, so a full one is copied and emptied."""

import os
import shutil
from pathlib import Path

LIMIT = 20 * 2**20
KEPT = 10


def rotate(folder: Path, *, limit: int = LIMIT, kept: int = KEPT) -> None:
    """Move each log that is full to `….1`, the former `….1` to `….2`, and so on; the oldest goes.

    A line written between copy and emptying is lost: what must not be lost is in the audit log.
    """
    for path in folder.glob("*.log"):
        if path.stat().st_size < limit:
            continue
        for number in range(kept - 1, 0, -1):
            older = path.with_name(f"{path.name}.{number}")
            if older.exists():
                older.replace(path.with_name(f"{path.name}.{number + 1}"))
        shutil.copyfile(path, path.with_name(f"{path.name}.1"))
        os.truncate(path, 0)
        path.with_name(f"{path.name}.{kept + 1}").unlink(missing_ok=True)
