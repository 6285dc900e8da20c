"""类案: what was proposed before for the same violation, and whether a sum leaves that range (X-04)."""

from decimal import Decimal

from django.utils.timezone import localdate

from .. import hooks
from ..models import Worksheet

MOST = 20
ENOUGH = 3  # fewer cases make no range to compare with


def similar_to(question: hooks.Question) -> list[hooks.PastCase]:
    """Past cases of the modules above, then the worksheets of this one."""
    found = [case for provider in hooks.similar_cases for case in provider(question)]
    rows = Worksheet.objects.filter(
        bureau_code=question.bureau_code, violation=question.violation, tier=question.tier, party=question.party
    )
    found += [hooks.PastCase(row.number, localdate(row.at), row.chosen) for row in rows.order_by("-at", "-pk")[:MOST]]
    return found[:MOST]


def deviates(chosen: Decimal, past: list[hooks.PastCase]) -> tuple[Decimal, Decimal] | None:
    """The range of the past cases when the sum lies outside it; None inside, or with too few to compare."""
    if len(past) < ENOUGH:
        return None
    low, high = min(case.fine for case in past), max(case.fine for case in past)
    return None if low <= chosen <= high else (low, high)
