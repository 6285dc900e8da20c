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


def former_keys(home: Path, given: list[str], *, testing: bool) -> list[str]:
    """Keys that no longer sign but still open: those of the environment, else those `rotate` kept in the data folder."""
    path = home / "keys" / "secret_key_former"
    if given or testing or not path.exists():
        return given
    return path.read_text().split()


def rotate(home: Path) -> None:
    """Make a new key; the present one opens on. Whatever is killed in between, the key in use is never lost."""
    present, former = home / "keys" / "secret_key", home / "keys" / "secret_key_former"
    older = former.read_text().split() if former.exists() else []
    _write(former, "\n".join([present.read_text().strip(), *older]))
    _write(present, secrets.token_urlsafe(48))


def forget(home: Path) -> None:
    """Let the former keys go, once nothing is sealed with them."""
    (home / "keys" / "secret_key_former").unlink(missing_ok=True)


def _write(path: Path, text: str) -> None:
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_text(text)
    fresh.rename(path)
