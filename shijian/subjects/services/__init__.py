"""Acts on entities."""

from .edits import change_status, edit_entity, locate, tag_entities

__all__ = ["change_status", "edit_entity", "locate", "tag_entities"]
