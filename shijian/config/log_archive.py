"""Where PostgreSQL's own log is kept beside the node, and what makes the embedded server keep it (R9)."""

import shlex
from pathlib import Path

from . import environment
from .embedded import Cluster

EVERY_SECONDS = 60  # so much work is lost at most when computer and disk are lost together


def folder() -> Path | None:
    told = environment.text("ARCHIVE_DIR")
    return Path(told).resolve() if told else None


def server_settings() -> dict[str, str]:
    """What makes the embedded server keep its log; nothing where no folder is named."""
    if (place := folder()) is None:
        return {}
    wal = shlex.quote(str(place / "wal"))
    # A file is there whole or not at all, and one that is there already is only compared.
    command = f"if test -f {wal}/%f; then cmp -s %p {wal}/%f; else cp %p {wal}/%f.part && sync {wal}/%f.part && mv {wal}/%f.part {wal}/%f; fi"
    return {"archive_mode": "on", "archive_timeout": str(EVERY_SECONDS), "archive_command": shlex.quote(command)}


def prepare(server: Cluster) -> None:
    """The folder as the server's account needs it, before the server starts."""
    if place := folder():
        place.mkdir(parents=True, exist_ok=True)
        server.own(place / "wal")
