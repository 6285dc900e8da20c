"""Where the embedded PostgreSQL of a data folder listens."""

import hashlib
from pathlib import Path

PORT = 6300


def socket_dir(home: Path) -> Path:
    """A short folder of our own per data folder: a socket path must stay under 108 bytes."""
    return Path("/tmp") / f"shijian-{hashlib.sha256(str(home).encode()).hexdigest()[:12]}"  # noqa: S108
