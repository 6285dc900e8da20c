"""What a token and a repeated request may do. Pure."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

SECRET_PREFIX = "sj_"  # noqa: S105 - lets scanners for leaked secrets recognise ours
KEPT = timedelta(days=30)  # a phone or a gateway may be offline for a week; answers are kept well beyond that


def secret_hash(secret: str) -> str:
    """What is kept of a secret. It has 256 random bits, so a plain hash cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_usable(*, revoked_at: datetime | None, expires_at: datetime, now: datetime) -> bool:
    """Whether a token opens the door: not revoked, and before the instant it expires."""
    return revoked_at is None and now < expires_at


def request_hash(body: bytes) -> str:
    """Two requests are the same when their bodies are equal byte by byte."""
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def event_id(token_id: UUID, key: str) -> UUID:
    """The id of an event whose sender made none: the same for the same token and Idempotency-Key (a UUIDv8)."""
    digest = bytearray(hashlib.blake2b(token_id.bytes + key.encode(), digest_size=16).digest())
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    return UUID(bytes=bytes(digest))
