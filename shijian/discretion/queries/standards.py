"""Local standards of a bureau's regions, and the clauses that speak of a violation."""

from datetime import date

from django.db.models import Count, Q, QuerySet

from ..choices import State
from ..models import LocalStandard, StandardClause
from .catalogue import regions_of


def standards_of(bureau_code: str) -> QuerySet[LocalStandard]:
    rows = LocalStandard.objects.filter(region_code__in=regions_of(bureau_code)[:-1])
    return rows.annotate(count=Count("clauses")).select_related("proposed_by", "decided_by")


def clauses_for(violation: str, *, bureau_code: str, on: date, tier: str = "") -> list[StandardClause]:
    """The clauses in force on a day that speak of a violation, of one tier when it is asked."""
    rows = StandardClause.objects.filter(
        Q(standard__valid_until=None) | Q(standard__valid_until__gte=on), violation=violation, standard__state=State.APPROVED,
        standard__valid_from__lte=on, standard__region_code__in=regions_of(bureau_code)[:-1],
    )  # fmt: skip
    if tier:
        rows = rows.filter(tier=tier)
    return list(rows.select_related("standard").order_by("-standard__region_code", "standard__number", "position"))
