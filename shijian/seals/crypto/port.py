"""The port: whoever holds a private key signs what he is given and shows a certificate; the key stays with him."""

from typing import Protocol

from shijian.core.errors import Refused


class KeyTrouble(Refused):
    """A key or its certificate cannot be used; the sentence says which and what to do."""

    code = "seals.key_trouble"


class Holder(Protocol):
    """`algorithm` is "rsa", "ec" or "sm2"; `certificate` and `chain` are DER, the chain without the root."""

    algorithm: str
    certificate: bytes
    chain: tuple[bytes, ...]

    def sign(self, data: bytes, digest: str) -> bytes:
        """The signature over `data`, hashed by the holder with `digest` ("sha256", for SM2 "sm3")."""
        ...
