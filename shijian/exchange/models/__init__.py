from .answer import Answer
from .sheet import Sheet, SheetFilling
from .token import Token

__all__ = ["Answer", "Sheet", "SheetFilling", "Token"]
