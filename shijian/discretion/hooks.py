"""What modules above add: past cases to compare a proposal with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Question:
    """What is sought: the same violation and tier for the same kind of party, of one bureau."""

    bureau_code: str
    violation: str
    tier: str
    party: str


@dataclass(frozen=True, slots=True)
class PastCase:
    """A case already decided. `number` and `url` lead to it; `url` is "" where the reader may not follow."""

    number: str
    on: date
    fine: Decimal
    url: str = ""


# (question) -> past cases, newest first; asked in turn
similar_cases: list[Callable[[Question], Sequence[PastCase]]] = []
