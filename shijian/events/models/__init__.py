from .event import Event
from .kind import Kind
from .step import Attachment, Handover, Step

__all__ = ["Attachment", "Event", "Handover", "Kind", "Step"]
