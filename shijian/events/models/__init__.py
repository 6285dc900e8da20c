from .event import Event
from .kind import Kind
from .merge import Merge
from .step import Attachment, Handover, Step

__all__ = ["Attachment", "Event", "Handover", "Kind", "Merge", "Step"]
