"""The keys of the log, made at first use and kept in the data folder, readable by its owner only.

`audit_ed25519` signs tree heads: only the sealing job needs it. `audit_entry` marks entries as written by the product:
every process that records needs it, so several servers share it.
"""

import base64
import hmac
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from shijian.core.keyfiles import file_key


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
