"""Reads of the registry."""

from .places import map_features, metres, nearby  # noqa: I001
from .registry import count_by_area, coverage, entity_for, list_url, pairs_for, relations_of, twins_of, visible_to
from .finding import matching, search

__all__ = [
    "count_by_area",
    "coverage",
    "entity_for",
    "list_url",
    "map_features",
    "matching",
    "metres",
    "nearby",
    "pairs_for",
    "relations_of",
    "search",
    "twins_of",
    "visible_to",
]
