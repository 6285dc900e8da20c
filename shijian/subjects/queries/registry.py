"""The door to entities, and numbers per grid."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import Http404
from django.urls import reverse

from shijian.accounts.models import User
from shijian.core.permissions import Permission

from ..choices import ChainLink, PairState
from ..models import Entity, Industry, Pair, Relation
from ..models.entity import EntityQuerySet
from ..permissions import ENTITY_MERGE, ENTITY_VIEW
from . import tally


def visible_to(user: User) -> EntityQuerySet:
    return Entity.objects.within(user.scope(ENTITY_VIEW)).shown()


def entity_for(user: User, key: Any, *, may: Permission = ENTITY_VIEW) -> Entity:
    """The door to an entity: outside the scope it does not exist (404), inside but not allowed is 403.

    With it come `industry_name` and `industry_link`, "" and "none" for a code nobody knows.
    """
    industry = Industry.objects.filter(pk=OuterRef("industry_code"))
    told = {
        "industry_name": Coalesce(Subquery(industry.values("name")), Value("")),
        "industry_link": Coalesce(Subquery(industry.values("chain_link")), Value(ChainLink.NONE.value)),
    }
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
    pairs = Pair.objects.filter(Q(first=entity) | Q(second=entity), state=PairState.PROPOSED)
    return pairs.select_related("first", "second")


def relations_of(entity: Entity, user: User) -> list[Relation]:
    """Relations that hold, in either direction, with entities the person may see."""
    related = Q(entity=entity) | Q(other=entity)
    rows = list(Relation.objects.filter(related, ended_at=None).select_related("entity", "other"))
    if not rows:
        return []
    seen = visible_to(user).filter(pk__in={key for row in rows for key in (row.entity_id, row.other_id)})
    keys = set(seen.values_list("pk", flat=True)) | {entity.pk}
    return [row for row in rows if {row.entity_id, row.other_id} <= keys]


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
