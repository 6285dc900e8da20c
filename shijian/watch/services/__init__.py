from .handling import handle
from .running import run, run_all
from .settings import change_rule

__all__ = ["change_rule", "handle", "run", "run_all"]
