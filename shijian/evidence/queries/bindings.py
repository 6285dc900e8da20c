"""Recordings and the papers they support, from either side."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from shijian.core.records import Record

from .. import hooks
from ..models import Binding, Item
from ..rules.filming import SHOWS


@dataclass(frozen=True, slots=True)
class Bound:
    """A binding with its paper as it is today; `paper` None where the reader's product no longer has it."""

    binding: Binding
    paper: hooks.Paper | None

    @property
    def is_changed(self) -> bool:
        """Whether the paper's final text is another than the one bound."""
        return self.paper is not None and self.paper.sha256 != self.binding.paper_sha256


def papers_of(record: Record) -> list[hooks.Paper]:
    """The papers of a record with a final text; those made on the spot first."""
    found = [paper for told in hooks.papers for paper in told(record)]
    return sorted(found, key=lambda paper: not paper.is_on_site)


def bound_papers(item: Item, record: Record) -> list[Bound]:
    """The papers an item supports, those taken back too."""
    bindings = list(item.bindings.select_related("by", "correction__by"))
    if not bindings:
        return []
    papers = {paper.key: paper for paper in papers_of(record)}
    return [Bound(binding, papers.get(binding.paper_id)) for binding in bindings]


def bound_recordings(paper: UUID) -> QuerySet[Binding]:
    """The recordings of a paper that hold today."""
    rows = Binding.objects.filter(paper_id=paper, correction=None)
    return rows.select_related("item__file", "by").order_by("item__taken_at", "pk")


def bindable(record: Record) -> QuerySet[Item]:
    """What of a record's evidence can support a paper: sounds, films and pictures, the films first."""
    rows = Item.objects.filter(record_kind=record.kind, record_id=record.id, medium__in=SHOWS, file__isnull=False)
    return rows.select_related("officer").order_by("-taken_at")


def bindings_of(items: Iterable[Item]) -> QuerySet[Binding]:
    """Every binding of these items, for a package."""
    return Binding.objects.filter(item__in=list(items)).select_related("by", "correction__by").order_by("at", "pk")
