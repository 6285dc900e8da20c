"""The door to entities, and numbers per grid."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject
from django.http import Http404
from django.urls import reverse

from shijian.accounts.models import User
from shijian.core.permissions import Permission

from ..choices import ChainLink, PairState
from ..models import Entity, Industry, Merger, Pair, Relation
from ..models.entity import EntityQuerySet
from ..permissions import ENTITY_MERGE, ENTITY_VIEW
from . import tally
from .dossier import dossier_counts


def visible_to(user: User) -> EntityQuerySet:
    return Entity.objects.within(user.scope(ENTITY_VIEW)).shown()


def entity_for(user: User, key: Any, *, may: Permission = ENTITY_VIEW, beside: bool = False) -> Entity:
    """The door to an entity: outside the scope it does not exist (404), inside but not allowed is 403.

    With it come `industry_name` and `industry_link`, "" and "none" for a code nobody knows; with `beside` also the
    `dossier_counts`, and whether there are mergers, twins and relations to ask for: most entities have none.
    """
    industry = Industry.objects.filter(pk=OuterRef("industry_code"))
    told: dict[str, Any] = {
        "industry_name": Coalesce(Subquery(industry.values("name")), Value("")),
        "industry_link": Coalesce(Subquery(industry.values("chain_link")), Value(ChainLink.NONE.value)),
    }
    if beside:
        of = OuterRef("pk")
        told["has_mergers"] = Exists(Merger.objects.filter(kept=of))
        told["has_twins"] = Exists(_pairs_of(of))
        told["has_relations"] = Exists(_relations_of(of))
        told["dossier_counts"] = ArraySubquery(
            dossier_counts(OuterRef(of)).values(row=JSONObject(kind="kind", rows="rows"))
        )
    rows = Entity.objects.within(user.scope(ENTITY_VIEW)).select_related("merged_into")
    entity = rows.annotate(**told).filter(pk=key).first()
    if entity is None:
        raise Http404
    if not user.may(may, entity):
        raise PermissionDenied
    return entity


def pairs_for(user: User) -> QuerySet[Pair]:
    """Pairs of entities that may be one, both within the person's scope for merging."""
    scope = user.scope(ENTITY_MERGE)
    both = scope.area_q("first__area_code") & scope.area_q("second__area_code")
    return Pair.objects.filter(both).select_related("first", "second", "decided_by")


def twins_of(entity: Entity) -> QuerySet[Pair]:
    """Undecided pairs this entity is one of."""
    return _pairs_of(entity).select_related("first", "second")


def _pairs_of(entity: Any) -> QuerySet[Pair]:
    return Pair.objects.filter(Q(first=entity) | Q(second=entity), state=PairState.PROPOSED)


def relations_of(entity: Entity, user: User) -> list[Relation]:
    """Relations that hold, in either direction, with entities the person may see."""
    rows = _relations_of(entity)
    for end in ("entity", "other"):
        inside = user.scope(ENTITY_VIEW).area_q(f"{end}__area_code", f"{end}__bureau_code") & Q(
            **{f"{end}__merged_into": None}
        )
        rows = rows.filter(inside | Q(**{end: entity}))
    return list(rows.select_related("entity", "other"))


def _relations_of(entity: Any) -> QuerySet[Relation]:
    return Relation.objects.filter(Q(entity=entity) | Q(other=entity), ended_at=None)


def count_by_area(bureau_code: str, prefix: str) -> dict[str, int]:
    """Active entities per grid; those outside every grid are left out."""
    return {code: number for code, number in tally.by_area(bureau_code, prefix).items() if code}


def coverage(bureau_code: str) -> tuple[int, int]:
    """(bound, all) of the active entities."""
    numbers = tally.by_area(bureau_code)
    return sum(numbers.values()) - numbers.get("", 0), sum(numbers.values())


def count_active(user: User) -> int:
    """How many active entities a person may see."""
    scope = user.scope(ENTITY_VIEW)
    numbers = tally.by_area(scope.bureau_code)
    return sum(number for code, number in numbers.items() if code.startswith(scope.prefixes))


def list_url(area_code: str) -> str:
    address = reverse("subjects:list")
    return f"{address}?unbound=1" if area_code == "-" else f"{address}?area={area_code}&active=1"
