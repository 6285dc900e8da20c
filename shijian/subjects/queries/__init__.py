"""Reads of the registry."""

from .chain import links_by_area
from .dossier import dossier_counts, dossier_of, dossier_tabs
from .finding import matching, search
from .geocoding import places_of
from .places import MAP_FEATURES, map_cells, map_features, metres, nearby
from .record import as_record, party_facts, record_of_entity
from .registry import (
    count_active,
    count_by_area,
    coverage,
    entity_for,
    list_url,
    pairs_for,
    relations_of,
    twins_of,
    visible_to,
)

__all__ = [
    "MAP_FEATURES",
    "as_record",
    "count_active",
    "count_by_area",
    "coverage",
    "dossier_counts",
    "dossier_of",
    "dossier_tabs",
    "entity_for",
    "links_by_area",
    "list_url",
    "map_cells",
    "map_features",
    "matching",
    "metres",
    "nearby",
    "pairs_for",
    "party_facts",
    "places_of",
    "record_of_entity",
    "relations_of",
    "search",
    "twins_of",
    "visible_to",
]
