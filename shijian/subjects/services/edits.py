from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import Refused
from shijian.grid import queries as grid

from ..choices import EntityStatus, LocationSource, Tag, Verb
from ..models import Entity, EntityChange


class NothingToChange(Refused):
    code = "subjects.nothing_to_change"


@transaction.atomic
def edit_entity(entity: Entity, *, changes: dict[str, Any], by: User, now: datetime) -> Entity:
    """Change facts of an entity by hand; what changed is kept with both values."""
    entity = _locked(entity)
    changed = {name: value for name, value in changes.items() if getattr(entity, name) != value}
    if not changed:
        raise NothingToChange("内容没有变化。")
    return _write(entity, changed, Verb.EDITED, by, now)


@transaction.atomic
def change_status(entity: Entity, *, status: str, by: User, now: datetime) -> Entity:
    """Record what was found on the spot: 停业, 查无下落, 恢复经营; the registry's own status comes by import."""
    entity = _locked(entity)
    if entity.status == status:
        raise NothingToChange(f"{entity.name}已是“{EntityStatus(status).label}”。")
    return _write(entity, {"status": status}, Verb.STATUS_CHANGED, by, now, checked_on=localdate(now))


@transaction.atomic
def locate(entity: Entity, *, lon: float, lat: float, by: User, now: datetime) -> Entity:
    """Correct where an entity is (degrees, WGS 84); its grid follows. Later imports leave a corrected place alone."""
    entity = _locked(entity)
    code = grid.code_at(entity.bureau_code, lon, lat, on=localdate(now))
    changed = {"location_wgs84": (lon, lat), "location_source": LocationSource.CORRECTED, "area_code": code}
    return _write(entity, changed, Verb.LOCATED, by, now, checked_on=localdate(now))


@transaction.atomic
def tag_entities(rows: Iterable[Entity], *, tag: str, by: User, now: datetime) -> int:
    """Mark many entities as one key object type."""
    count = 0
    for entity in rows:
        if tag not in entity.tags:
            _write(_locked(entity), {"tags": sorted({*entity.tags, Tag(tag).value})}, Verb.TAGGED, by, now)
            count += 1
    return count


def _locked(entity: Entity) -> Entity:
    return Entity.objects.select_for_update(no_key=True).get(pk=entity.pk)


def _write(
    entity: Entity, changed: dict[str, Any], verb: str, by: User, now: datetime, checked_on: date | None = None
) -> Entity:
    before = {name: _json(getattr(entity, name)) for name in changed}
    after = {name: _json(value) for name, value in changed.items()}
    for name, value in changed.items():
        setattr(entity, name, value)
    entity.updated_at = now
    entity.checked_on = checked_on or entity.checked_on
    entity.save(update_fields=[*changed, "updated_at", "checked_on"])
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


def _json(value: Any) -> Any:
    if isinstance(value, tuple):
        return [f"{each:.6f}" for each in value]
    return value.isoformat() if isinstance(value, date) else value
