"""The installation's secret key: made once, kept in the data folder, never in the repository."""

import os
import secrets
from pathlib import Path


def key(home: Path, given: str, *, testing: bool) -> str:
    """The key given by the environment, else the one in the data folder, made at the first start."""
    if given:
        return given
    if testing:
        return "a key for tests only, never used to sign anything that matters"
    path = home / "keys" / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        try:
            os.link(fresh, path)  # whoever comes first wins; nobody reads a half-written key
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()
