from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import Refused
from shijian.core.personal import mask_phone
from shijian.grid import queries as grid

from ..choices import LocationSource, Tag, Verb
from ..models import Entity, EntityChange


class NothingToChange(Refused):
    code = "subjects.nothing_to_change"


@transaction.atomic
def edit_entity(entity: Entity, *, changes: dict[str, Any], by: User, now: datetime) -> Entity:
    """Change facts of an entity by hand; what changed is kept with both values."""
    entity = lock_entity(entity)
    changed = {name: value for name, value in changes.items() if getattr(entity, name) != value}
    if not changed:
        raise NothingToChange("内容没有变化。")
    return write_changes(entity, changed, Verb.EDITED, by, now)


@transaction.atomic
def locate(entity: Entity, *, lon: float, lat: float, by: User, now: datetime) -> Entity:
    """Correct where an entity is (degrees, WGS 84); its grid follows. Later imports leave a corrected place alone."""
    entity = lock_entity(entity)
    code = grid.code_at(entity.bureau_code, lon, lat, on=localdate(now))
    changed = {"location_wgs84": (lon, lat), "location_source": LocationSource.CORRECTED, "area_code": code}
    return write_changes(entity, changed, Verb.LOCATED, by, now, checked_on=localdate(now))


@transaction.atomic
def tag_entities(rows: Iterable[Entity], *, tag: str, by: User, now: datetime) -> int:
    """Mark many entities as one key object type."""
    count = 0
    for entity in rows:
        if tag not in entity.tags:
            write_changes(lock_entity(entity), {"tags": sorted({*entity.tags, Tag(tag).value})}, Verb.TAGGED, by, now)
            count += 1
    return count


def lock_entity(entity: Entity) -> Entity:
    """The row as it is now, locked against other acts on it."""
    return Entity.objects.select_for_update(no_key=True).get(pk=entity.pk)


def write_changes(
    entity: Entity, changed: dict[str, Any], verb: str, by: User, now: datetime, checked_on: date | None = None
) -> Entity:
    """Write changed facts of a locked entity with its history and its audit entry."""
    before, after = told({name: getattr(entity, name) for name in changed}), told(changed)
    for name, value in changed.items():
        setattr(entity, name, value)
    entity.updated_at = now
    entity.checked_on = checked_on or entity.checked_on
    entity.save(update_fields=[*changed, "updated_at", "checked_on"])
    if changed:
        EntityChange.objects.create(
            entity=entity, at=now, source=Verb(verb).label, by_name=by.name, before=before, after=after
        )
    audit.record(
        by=by,
        verb=verb,
        on=entity,
        at=now,
        bureau_code=entity.bureau_code,
        area_code=entity.area_code,
        detail={"before": before, "after": after},
    )
    return entity


def told(values: dict[str, Any]) -> dict[str, Any]:
    """Facts as history and audit keep them: a phone only masked."""
    return {name: mask_phone(value) if name == "phone" else json_value(value) for name, value in values.items()}


def json_value(value: Any) -> Any:
    """A field's value as JSON has it."""
    if isinstance(value, tuple):
        return [f"{each:.6f}" for each in value]
    return value.isoformat() if isinstance(value, date) else value
