"""An entity as a record that papers, evidence and processes are attached to."""

from typing import Any
from uuid import UUID

from django.urls import reverse

from shijian.accounts.models import User
from shijian.core.records import Record

from ..models import Entity
from .registry import visible_to


def record_of_entity(user: User | None, key: UUID) -> Record | None:
    rows = Entity.objects.all() if user is None else visible_to(user)
    entity = rows.filter(pk=key).first()
    return as_record(entity) if entity else None


def as_record(entity: Entity) -> Record:
    return Record(
        kind="entity",
        id=entity.pk,
        number=entity.credit_code or entity.registration_no,
        title=entity.name,
        url=reverse("subjects:entity", args=[entity.pk]),
        bureau_code=entity.bureau_code,
        area_code=entity.area_code,
        facts=party_facts(entity),
    )


def party_facts(entity: Entity) -> dict[str, Any]:
    """The party block of a paper (当事人) as far as the registry knows it."""
    return {
        "party_name": entity.name,
        "party_credit_code": entity.credit_code or entity.registration_no,
        "party_address": entity.address,
    }
