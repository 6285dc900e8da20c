"""What modules above are told: a seal was pressed, a paper was signed by all. Called in the transaction of the act."""

from collections.abc import Callable

from .models import SignatureRequest, Use

pressed: list[Callable[[Use, bytes], None]] = []
signed: list[Callable[[SignatureRequest, bytes], None]] = []
