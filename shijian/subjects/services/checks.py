from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.core import files
from shijian.core.errors import Refused

from ..choices import EntityStatus, Verb
from ..models import Check, Entity
from .edits import lock_entity, write_changes

PHOTOS_MAX = 9


class PhotoMissing(Refused):
    code = "subjects.photo_missing"


def record_check(
    entity: Entity,
    *,
    id: UUID,
    status: str,
    by: User,
    now: datetime,
    photos: Sequence[files.Upload] = (),
    note: str = "",
) -> Check:
    """Record what was found on the spot; the same `id` again gives the record there is.

    An unchanged status counts as well: it refreshes the record. A changed one needs a photo, for it decides whether the
    entity is supervised further. The registry's own status comes by import.
    """
    kept = [files.store(each, now=now, images_only=True) for each in photos[:PHOTOS_MAX]]
    with transaction.atomic():
        entity = lock_entity(entity)
        if known := Check.objects.filter(pk=id, entity=entity).first():
            return known
        if status != entity.status and not kept:
            raise PhotoMissing(f"由“{entity.get_status_display()}”改为“{EntityStatus(status).label}”，请附现场照片。")
        check = Check.objects.create(
            id=id,
            bureau_code=entity.bureau_code,
            area_code=entity.area_code,
            entity=entity,
            before=entity.status,
            found=status,
            note=note.strip()[:500],
            by=by,
            at=now,
        )
        check.photos.set(kept)
        changed = {"status": status} if status != entity.status else {}
        write_changes(entity, changed, Verb.CHECKED, by, now, checked_on=localdate(now))
    return check
