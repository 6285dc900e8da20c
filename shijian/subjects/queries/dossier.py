"""What other systems know of an entity and of those merged into it. Behind the entity's own door."""

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from ..choices import DossierKind
from ..models import DossierEntry, Entity


def dossier_of(entity: Entity) -> QuerySet[DossierEntry]:
    merged = Entity.objects.filter(merged_into=entity).values("pk")
    return DossierEntry.objects.filter(Q(entity=entity) | Q(entity__in=merged))


def dossier_tabs(entity: Entity) -> list[tuple[str, str, int, str]]:
    """(label, address, rows, kind) of all five, whether there are rows or not."""
    address = reverse("subjects:dossier", args=[entity.pk])
    counts = dict(dossier_of(entity).values_list("kind").annotate(Count("pk")))
    return [(str(kind.label), f"{address}?kind={kind}", counts.get(kind, 0), kind.value) for kind in DossierKind]
