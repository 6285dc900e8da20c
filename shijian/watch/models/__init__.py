from .hit import Handling, Hit
from .setting import Run, Setting

__all__ = ["Handling", "Hit", "Run", "Setting"]
