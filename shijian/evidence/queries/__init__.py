"""Reads, and the doors: what is attached to a record is reached through the record's own door."""

from .door import good_for, item_for, items_visible_to, measure_for, record_of, upload_for
from .items import custody_moments, item_page, items_of, kept, thing_holder, waiting_for
from .people import colleague, officers_near

__all__ = [
    "colleague", "custody_moments", "good_for", "item_for", "item_page", "items_of", "items_visible_to", "kept",
    "measure_for", "officers_near", "record_of", "thing_holder", "upload_for", "waiting_for",
]  # fmt: skip
