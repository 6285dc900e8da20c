from .binding import Binding
from .custody import CustodyEntry
from .item import Item, Note
from .measure import Good, Measure
from .package import Package
from .recording import Recording
from .retention import Keeping, RetentionClass
from .upload import Upload

__all__ = [
    "Binding", "CustodyEntry", "Good", "Item", "Keeping", "Measure", "Note", "Package", "Recording", "RetentionClass", "Upload",
]  # fmt: skip
