"""Telling people: one inbox for all modules, and circulars to many."""

from .circulars import Draft, addressees, confirm, open_circular, remind, send, withdraw
from .inbox import CHANNEL, mark_all_read, mark_read, notify, unread_count

__all__ = [
    "CHANNEL",
    "Draft",
    "addressees",
    "confirm",
    "mark_all_read",
    "mark_read",
    "notify",
    "open_circular",
    "remind",
    "send",
    "unread_count",
    "withdraw",
]
