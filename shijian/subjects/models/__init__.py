from .change import EntityChange
from .check import Check
from .dossier import DossierEntry
from .duplicates import Merger, Pair
from .entity import Entity
from .imports import Import
from .industry import Industry
from .relation import Relation
from .saved import SavedFilter
from .tally import Tally, TallyChange

__all__ = [
    "Check",
    "DossierEntry",
    "Entity",
    "EntityChange",
    "Import",
    "Industry",
    "Merger",
    "Pair",
    "Relation",
    "SavedFilter",
    "Tally",
    "TallyChange",
]
