from .circular import Attachment, Circular, Receipt
from .notice import Notice

__all__ = ["Attachment", "Circular", "Notice", "Receipt"]
