"""The door to entities, and numbers per grid."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404
from django.urls import reverse

from shijian.accounts.models import User
from shijian.core.permissions import Permission

from ..models import Entity
from ..models.entity import EntityQuerySet
from ..permissions import ENTITY_VIEW


def visible_to(user: User) -> EntityQuerySet:
    return Entity.objects.within(user.scope(ENTITY_VIEW))


def entity_for(user: User, key: Any, *, may: Permission = ENTITY_VIEW) -> Entity:
    """The door to an entity: outside the scope it does not exist (404), inside but not allowed is 403."""
    entity = visible_to(user).filter(pk=key).first()
    if entity is None:
        raise Http404
    if not user.may(may, entity):
        raise PermissionDenied
    return entity


def count_by_area(bureau_code: str, prefix: str) -> dict[str, int]:
    rows = Entity.objects.active().filter(bureau_code=bureau_code, area_code__startswith=prefix).exclude(area_code="")
    return dict(rows.order_by().values_list("area_code").annotate(Count("pk")))


def coverage(bureau_code: str) -> tuple[int, int]:
    """(bound, all) of the active entities."""
    rows = Entity.objects.active().filter(bureau_code=bureau_code)
    unbound = Count("pk", filter=Q(area_code=""))
    numbers = rows.order_by().aggregate(all=Count("pk"), unbound=unbound)
    return numbers["all"] - numbers["unbound"], numbers["all"]


def list_url(area_code: str) -> str:
    address = reverse("subjects:list")
    return f"{address}?unbound=1" if area_code == "-" else f"{address}?area={area_code}&active=1"
