from .event import Event
from .kind import Kind
from .merge import Merge
from .step import Attachment, Handover, Step
from .supervision import Supervision

__all__ = ["Attachment", "Event", "Handover", "Kind", "Merge", "Step", "Supervision"]
