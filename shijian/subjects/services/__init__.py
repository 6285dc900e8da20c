"""Acts on entities."""

from .checks import record_check
from .dossier import import_dossier
from .edits import edit_entity, locate, tag_entities
from .filters import delete_filter, save_filter
from .relations import end_relation, relate

__all__ = [
    "delete_filter",
    "edit_entity",
    "end_relation",
    "import_dossier",
    "locate",
    "record_check",
    "relate",
    "save_filter",
    "tag_entities",
]
