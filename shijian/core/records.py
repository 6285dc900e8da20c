"""Records other modules attach to: papers, evidence, clocks and processes belong to an event, an entity, later a case.

Who may see what is attached is decided by the record's own door, so the attached row needs no scope of its own:

    record = records.record_for(user, "event", key)      # 404 outside the reader's scope
    Paper(record_kind=record.kind, record_id=record.id, bureau_code=record.bureau_code, area_code=record.area_code)
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import Http404

from .pages.timeline import Moment
from .permissions import Permission


@dataclass(frozen=True, slots=True)
class Record:
    """What is attached to. `facts` are those a paper may be filled with, by fact code (documents.md: party_name, uscc, …)."""

    kind: str
    id: UUID
    number: str
    title: str
    url: str
    bureau_code: str
    area_code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordKind:
    """`find(user, id)` is the record within the person's scope, or None; `user=None` asks for the product itself (jobs)."""

    code: str
    name: str
    find: Callable[[Any, UUID], Record | None]


@dataclass(frozen=True, slots=True)
class Tab:
    """A link on the page of every record to what a module has attached."""

    label: str
    icon: str
    url: Callable[[Record], str]
    needs: tuple[Permission, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """What a module adds to the timeline of the whole process of a record (全过程记录); at most MOMENTS_MAX of a sort."""

    name: str
    moments: Callable[[Any, Record], Iterable[Moment]]
    needs: tuple[Permission, ...] = ()


MOMENTS_MAX = 500
kinds: dict[str, RecordKind] = {}
tabs: list[Tab] = []
sources: list[Source] = []


def register(kind: RecordKind) -> None:
    """Called by the module that owns the records, in its `AppConfig.ready`."""
    kinds[kind.code] = kind


def record_for(user: Any, kind: str, key: UUID) -> Record:
    """The record a page or an act names; what the person may not see does not exist (404)."""
    found = kinds[kind].find(user, key) if kind in kinds else None
    if found is None:
        raise Http404
    return found


def tabs_of(record: Record, user: Any) -> list[dict[str, str]]:
    """The tabs this person may follow from the record's page."""
    return [
        {"label": tab.label, "icon": tab.icon, "url": tab.url(record)}
        for tab in tabs
        if not tab.needs or any(user.may(need) for need in tab.needs)
    ]


def process_of(record: Record, user: Any) -> list[tuple[str, Moment]]:
    """All that is on record, from first contact to close, oldest first, each with the name of its source.

    What the person may not see in its own place he does not see here. Source: 行政处罚法 (2021-01-22) art. 47.
    """
    seen = [
        (source.name, moment)
        for source in sources
        if not source.needs or any(user.may(need) for need in source.needs)
        for moment in source.moments(user, record)
    ]
    return sorted(seen, key=lambda each: each[1].at)
