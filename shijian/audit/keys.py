"""The keys of the log, made at first use and kept in the data folder, readable by its owner only.

`audit_ed25519` signs tree heads: only the sealing job needs it. `audit_entry` marks entries as written by the product:
every process that records needs it, so several servers share it.
"""

import base64
import hmac
import os
import secrets
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings


def signing_key() -> Ed25519PrivateKey:
    return _signing_key(file_key(Path(settings.KEYS_DIR) / "audit_ed25519"))


def public_key() -> str:
    """The public key, base64 of its 32 bytes: give it to whoever shall be able to check proofs."""
    return base64.b64encode(signing_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def key_id() -> str:
    return sha256(base64.b64decode(public_key())).hexdigest()[:16]


def mac(content: bytes) -> str:
    """The mark of an entry: whoever writes to the database but has no key cannot make one."""
    return hmac.digest(file_key(Path(settings.KEYS_DIR) / "audit_entry"), content, "sha256").hex()


@lru_cache(maxsize=4)
def _signing_key(secret: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(secret)


@lru_cache(maxsize=4)
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
