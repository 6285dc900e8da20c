"""What other systems know of an entity and of those merged into it. Behind the entity's own door."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from ..choices import DossierKind
from ..models import DossierEntry, Entity


def dossier_of(key: Any) -> QuerySet[DossierEntry]:
    """By the key of the entity, or where a query finds it."""
    return DossierEntry.objects.filter(entity__in=Entity.objects.filter(Q(pk=key) | Q(merged_into=key)).values("pk"))


def dossier_counts(key: Any) -> QuerySet[DossierEntry, Any]:
    """{kind, rows} of those there are."""
    return dossier_of(key).order_by().values("kind").annotate(rows=Count("pk"))


def dossier_tabs(entity: Entity, counted: Iterable[Mapping[str, Any]]) -> list[tuple[str, str, int, str]]:
    """(label, address, rows, kind) of all five, whether there are rows or not."""
    address, counts = reverse("subjects:dossier", args=[entity.pk]), {each["kind"]: each["rows"] for each in counted}
    return [(str(kind.label), f"{address}?kind={kind}", counts.get(kind, 0), kind.value) for kind in DossierKind]
