from datetime import datetime

from django.db import transaction

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import Refused

from ..choices import RelationKind, Verb
from ..models import Entity, Relation


class AlreadyRelated(Refused):
    code = "subjects.already_related"


@transaction.atomic
def relate(entity: Entity, other: Entity, *, kind: str, by: User, now: datetime) -> Relation:
    """Put on record how one entity stands to another."""
    if entity.pk == other.pk:
        raise AlreadyRelated("请选择另一户主体。")
    relation, made = Relation.objects.get_or_create(
        entity=entity, other=other, kind=RelationKind(kind), ended_at=None, defaults={"by": by, "at": now}
    )
    if not made:
        raise AlreadyRelated(f"与{other.name}的这一关系已经登记。")
    _record(Verb.RELATED, relation, by, now)
    return relation


@transaction.atomic
def end_relation(relation: Relation, *, by: User, now: datetime) -> Relation:
    """The relation no longer holds; that it did stays on record."""
    relation = Relation.objects.select_for_update(of=("self",)).select_related("entity", "other").get(pk=relation.pk)
    if relation.ended_at is None:
        relation.ended_at = now
        relation.save(update_fields=["ended_at"])
        _record(Verb.UNRELATED, relation, by, now)
    return relation


def _record(verb: str, relation: Relation, by: User, now: datetime) -> None:
    entity = relation.entity
    detail = {"kind": relation.kind, "other": str(relation.other_id), "name": relation.other.name}
    place = {"bureau_code": entity.bureau_code, "area_code": entity.area_code}
    audit.record(by=by, verb=verb, on=entity, at=now, detail=detail, **place)
