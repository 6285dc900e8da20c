"""Acts of the interface: issuing and revoking tokens, taking an event in exactly once."""

from .intake import forget_answers, submit_event
from .sheets import add_sheet, fill_sheet, map_sheet, retire_sheet
from .tokens import issue_token, revoke_token

__all__ = [
    "add_sheet",
    "fill_sheet",
    "forget_answers",
    "issue_token",
    "map_sheet",
    "retire_sheet",
    "revoke_token",
    "submit_event",
]
