"""What is already known when a paper is begun: of the bureau, the person, the record, and its earlier papers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localtime

from shijian.accounts.choices import UnitKind
from shijian.accounts.models import Unit, User
from shijian.core.records import Record

from .. import hooks
from ..choices import State
from ..models import Office, Paper
from ..rules import schema, wording
from ..rules.schema import Field

# What belongs to one paper only: it is never offered in the next.
OWN = {"issued_on", "copies_total", "copies_served", "copies_other", "head_opinion", "leader_opinion", "reading_back"}
EARLIER = 30  # papers of the record that are looked through


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that is no longer what the draft took over."""

    field: Field
    taken: Any
    now: Any


def office_facts(bureau_code: str) -> dict[str, str]:
    """The bureau's particulars; until it sets them, its name and what follows from it."""
    office = Office.objects.filter(bureau_code=bureau_code).first()
    if office:
        return office.facts()
    unit = Unit.objects.filter(bureau_code=bureau_code, kind=UnitKind.BUREAU).order_by("path").first()
    name = unit.name if unit else ""
    return {
        "bureau_name": name, "short_name": wording.short_name(name), "government": "", "court": "", "bank": "",
        "office_address": "", "office_phone": "", "office_postcode": "",
    }  # fmt: skip


def known_facts(
    record: Record, *, on: date, by: User | None = None, office: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Facts by field code, the surest last: the office, the person, earlier papers, the record itself, the hooks."""
    office = office if office is not None else office_facts(record.bureau_code)
    found: dict[str, Any] = {"issued_on": on.isoformat(), "registered_on": on.isoformat()}
    found |= {"copies_total": "2", "copies_served": "1"}
    found["contact_address"] = office.get("office_address", "")
    found["contact_phone"] = office.get("office_phone", "")
    if by is not None:
        found |= {"contact_person": by.name, "registrar": by.name}
        if certificate := by.certificates.filter(valid_from__lte=on, valid_until__gte=on, status="valid").first():
            found["officers"] = [[by.name, certificate.number], ["", ""]]
    for earlier in reversed(_earlier(record)):
        found |= {code: value for code, value in earlier.items() if code not in OWN and not schema.is_empty(value)}
    return found | record_facts(record)


def record_facts(record: Record) -> dict[str, Any]:
    """What the record itself and the modules above know of it."""
    found = {code: plain(value) for code, value in record.facts.items() if value not in (None, "")}
    for provider in hooks.facts:
        found |= {code: plain(value) for code, value in provider(record).items() if value not in (None, "")}
    return found


def _earlier(record: Record) -> list[dict[str, Any]]:
    rows = Paper.objects.filter(record_kind=record.kind, record_id=record.id).exclude(state=State.VOID)
    return list(rows.order_by("-changed_at").values_list("data", flat=True)[:EARLIER])


def plain(value: Any) -> Any:
    """A fact as a paper keeps it: local times and dates as text."""
    if isinstance(value, datetime):
        return localtime(value).strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, list | bool) else str(value)


def changes(paper: Paper, fields: Iterable[Field], facts: Mapping[str, Any]) -> list[Change]:
    """Which facts of the record changed since the draft took them; a value somebody typed over stays his."""
    if not paper.is_draft:
        return []
    return [
        Change(field, paper.data.get(field.code), facts[field.code])
        for field in fields
        if field.code in paper.offered
        and field.code in facts
        and facts[field.code] != paper.offered[field.code]
        and facts[field.code] != paper.data.get(field.code)
    ]
