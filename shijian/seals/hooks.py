"""What modules above are told: a seal was pressed, a paper was signed by all. Called in the transaction of the act."""

from collections.abc import Callable

from .models import SignatureRequest, Use

pressed: list[Callable[[Use, bytes], None]] = []
signed: list[Callable[[SignatureRequest, bytes], None]] = []

# Where the paper of these bytes (SHA-256) is at home, for the pages of seals and signatures: (label, address) or None.
homes: list[Callable[[str], tuple[str, str] | None]] = []


def home_of(digest: str) -> tuple[str, str] | None:
    return next((found for home in homes if (found := home(digest))), None)
