"""Personal data sealed in the column: who has the database, its log or a copy of the disk, but not the key file, reads none.

AES-256-GCM under a key derived from `personal_data` in the key folder, bound to the column, so that a sealed value cannot be moved
to another one. Equal values look different; what must be found again has `print_of` beside it. Source: GB/T 22239-2019 8.1.4.8 b;
个人信息保护法 (2021-08-20) art. 51 (3).
"""

import base64
import hmac
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

from .keyfiles import file_key

MARK = "s1:"
NONCE = 12


@lru_cache(maxsize=8)
def _derived(folder: Path | str, use: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"shijian {use}".encode()).derive(
        file_key(Path(folder) / "personal_data")
    )


def _key(use: str) -> bytes:
    return _derived(settings.KEYS_DIR, use)


def seal(text: str, column: str) -> str:
    """The text as it stands in the column; "" stays "", which tells nobody anything."""
    if not text:
        return ""
    nonce = os.urandom(NONCE)
    return MARK + base64.b64encode(nonce + AESGCM(_key("seal")).encrypt(nonce, text.encode(), column.encode())).decode()


def unseal(stored: str, column: str) -> str:
    """Back to the text. What was written before the column was sealed is given as it is.

    Raises cryptography's InvalidTag for what was changed, moved from another column or sealed with another key.
    """
    if not stored.startswith(MARK):
        return stored
    content = base64.b64decode(stored[len(MARK) :])
    return AESGCM(_key("seal")).decrypt(content[:NONCE], content[NONCE:], column.encode()).decode()


def print_of(text: str) -> str:
    """A keyed fingerprint to find equal values by (HMAC-SHA-256, 128 bits); without the key no phone can be tried out."""
    return hmac.digest(_key("print"), text.encode(), "sha256")[:16].hex() if text else ""


class SealedTextField(models.TextField):  # type: ignore[type-arg]
    """A text only the product reads. It cannot be searched or sorted by; "" may be asked for."""

    description = "Sealed text"

    @property
    def column_name(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return text if text is None or text.startswith(MARK) else seal(text, self.column_name)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return None if value is None else unseal(value, self.column_name)


def seal_rows(model: type[models.Model], *names: str) -> None:
    """For migrations: seal what stands in these columns, a thousand rows at a time."""
    keys = list(model._default_manager.order_by().values_list("pk", flat=True))
    for start in range(0, len(keys), 1000):
        rows = list(model._default_manager.filter(pk__in=keys[start : start + 1000]).only("pk", *names))
        model._default_manager.bulk_update([row for row in rows if any(getattr(row, name) for name in names)], names)
