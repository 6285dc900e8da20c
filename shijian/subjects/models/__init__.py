from .change import EntityChange
from .entity import Entity
from .imports import Import
from .industry import Industry

__all__ = ["Entity", "EntityChange", "Import", "Industry"]
