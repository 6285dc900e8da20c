"""Taking evidence in."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import Refused
from shijian.core.records import Record

from ..choices import CustodyAct, Verb
from ..models import Item, Keeping, Note, RetentionClass
from ..models.attached import attached_to
from ..rules import capture as rules
from ..sealing import Sealed
from .chain import add_entry

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
USUAL_RETENTION, RECORDER_RETENTION = "case", "recorder"


class EvidenceRefused(Refused):
    """`fields` tells a form which sentence belongs to which field."""

    code = "evidence.not_as_it_must_be"

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__("".join(fields.values()))
        self.fields = fields


class OfficerWithoutCertificate(Refused):
    code = "evidence.officer_without_certificate"
    article = "行政处罚法第四十二条、第五十五条"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """What is said of a piece of evidence when it is taken in."""

    kind: str
    way: str
    medium: str
    title: str
    purpose: str
    officer: User
    taken_at: datetime
    second_officer: User | None = None
    source: str = ""
    is_original: bool = True
    copy_note: str = ""
    taken_place: str = ""
    lon_wgs84: float | None = None
    lat_wgs84: float | None = None
    accuracy_m: int | None = None
    storage: str = ""
    device_at: datetime | None = None
    task_id: UUID | None = None
    task_number: str = ""


@transaction.atomic
def capture(record: Record, said: Capture, sealed: Sealed | None, *, by: User, now: datetime) -> Item:
    """Put a piece of evidence on the record: numbered, hashed, its chain of custody begun. `sealed` None = a thing.

    Raises EvidenceRefused with the fields that are wrong, OfficerWithoutCertificate for an act of investigation by
    somebody without a certificate that day.
    """
    wrong = rules.faults(
        rules.Particulars(
            way=said.way,
            officer=str(said.officer.pk),
            second_officer=str(said.second_officer.pk) if said.second_officer else "",
            taken_at=said.taken_at,
            received_at=now,
            source=said.source,
            is_original=said.is_original,
            copy_note=said.copy_note,
            medium=said.medium,
            has_file=sealed is not None,
        )
    )
    if wrong:
        raise EvidenceRefused(wrong)
    _require_certificates(said)
    with connection.cursor() as cursor:  # numbers of one record are given one after the other
        cursor.execute(LOCK, [f"evidence:{record.kind}:{record.id}"])
    rows = Item.objects.filter(record_kind=record.kind, record_id=record.id)
    last = rows.order_by("-number").values_list("number", flat=True).first()
    facts = {field: getattr(said, field) for field in Capture.__dataclass_fields__}
    item = Item(
        **attached_to(record),
        **{**facts, "title": said.title.strip() or (sealed.name if sealed else ""), "purpose": said.purpose.strip()},
        number=(last or 0) + 1,
        first_keeper=by,
        captured_at=now,
        captured_by=by,
        **_of_file(sealed),
    )
    item.content_hash = content_hash(item)
    item.save(force_insert=True)
    first = add_entry(
        item, CustodyAct.CAPTURED, to=by, place=said.storage or said.taken_place, note=item.content_hash, by=by, now=now
    )
    code = RECORDER_RETENTION if said.way == "recorder" else USUAL_RETENTION
    Keeping.objects.create(item=item, retention=RetentionClass.objects.get(pk=code), by=by, at=now)
    audit.record(
        by=by,
        verb=Verb.CAPTURED,
        on=item,
        at=now,
        detail={"content": item.content_hash, "sha256": item.sha256, "sm3": item.sm3, "custody": first.hash},
        bureau_code=item.bureau_code,
        area_code=item.area_code,
    )
    return item


@transaction.atomic
def add_note(item: Item, text: str, *, by: User, now: datetime) -> Note:
    """Correct or complete what an item says; the item itself stays as it was captured."""
    if not text.strip():
        raise EvidenceRefused({"text": "请写明更正或补充的内容。"})
    note = Note.objects.create(item=item, text=text.strip(), by=by, at=now)
    audit.record(
        by=by,
        verb=Verb.NOTED,
        on=item,
        at=now,
        detail={"note": note.pk, "text": sha256(note.text.encode()).hexdigest()},
        bureau_code=item.bureau_code,
        area_code=item.area_code,
    )
    return note


def content_hash(item: Item) -> str:
    """SHA-256 of everything the item says of itself, as in the evidence package."""
    text = json.dumps(particulars(item), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def particulars(item: Item) -> dict[str, Any]:
    """What an item says, as JSON values; persons by number and by the name they had."""
    instant = {
        name: value.astimezone(UTC).isoformat(timespec="microseconds") if value else None
        for name in ("taken_at", "captured_at", "device_at")
        for value in [getattr(item, name)]
    }
    persons = {
        name: person.employee_no if person else None
        for name in ("officer", "second_officer", "first_keeper", "captured_by")
        for person in [getattr(item, name)]
    }
    plain = (
        "number", "record_kind", "record_number", "bureau_code", "kind", "way", "medium", "title", "purpose", "source",
        "is_original", "copy_note", "taken_place", "lon_wgs84", "lat_wgs84", "accuracy_m", "storage", "file_name", "size",
        "media_type", "dangers", "sha256", "sm3",
    )  # fmt: skip
    task = {"task": item.task_number} if item.task_number else {}  # items from before tasks were named keep their form
    return {
        "id": str(item.pk),
        "record_id": str(item.record_id),
        **{name: getattr(item, name) for name in plain},
        **instant,
        **persons,
        **task,
    }


def _of_file(sealed: Sealed | None) -> dict[str, Any]:
    if sealed is None:
        return {}
    return {
        "file": sealed.file,
        "file_name": sealed.name,
        "size": sealed.file.size,
        "media_type": sealed.found.media_type,
        "shows": sealed.found.shows,
        "dangers": sealed.found.dangers,
        "sha256": sealed.file.sha256,
        "sm3": sealed.sm3,
    }


def _require_certificates(said: Capture) -> None:
    if not rules.needs_two_officers(said.way):
        return
    for officer in (said.officer, said.second_officer):
        if officer and not officer.has_certificate(localdate(said.taken_at)):
            raise OfficerWithoutCertificate(
                f"{officer.name}在取得证据当日没有有效的执法证，不能作为执法人员取证。请换人，或改选“当事人提供”等方式。"
            )
