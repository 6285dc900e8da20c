"""Acts of the interface: issuing and revoking tokens, taking an event in exactly once."""

from .intake import forget_answers, submit_event
from .tokens import issue_token, revoke_token

__all__ = ["forget_answers", "issue_token", "revoke_token", "submit_event"]
