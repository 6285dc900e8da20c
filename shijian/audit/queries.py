from django.db import models
from django.db.models import QuerySet

from . import merkle
from .models import Entry, Leaf, Node


def entries_for(row: models.Model) -> QuerySet[Entry]:
    """Everything recorded about a row, newest first."""
    return Entry.objects.filter(object_type=row._meta.label_lower, object_id=str(row.pk))


def stored_node(level: int, index: int) -> bytes:
    """The hash of a complete subtree, from the tables."""
    if level == 0:
        return bytes(Leaf.objects.values_list("hash", flat=True).get(pk=index))
    return bytes(Node.objects.values_list("hash", flat=True).get(level=level, index=index))


def frontier(size: int) -> merkle.Frontier:
    return merkle.frontier_at(size, stored_node)
