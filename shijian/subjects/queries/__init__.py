"""Reads of the registry."""

from .finding import matching, search
from .geocoding import places_of
from .places import map_features, metres, nearby
from .registry import count_by_area, coverage, entity_for, list_url, pairs_for, relations_of, twins_of, visible_to

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
    "places_of",
    "relations_of",
    "search",
    "twins_of",
    "visible_to",
]
