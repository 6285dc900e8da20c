"""Keys of the installation as files in the data folder, made at first use, readable by their owner only."""

import os
import secrets
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=8)
def file_key(path: Path) -> bytes:
    """The 32 bytes of a key file. Several may make it at once: one wins, all read the winner's."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        fresh = path.with_suffix(f".{secrets.token_hex(8)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_bytes()
