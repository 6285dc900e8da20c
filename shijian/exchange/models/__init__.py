from .answer import Answer
from .token import Token

__all__ = ["Answer", "Token"]
