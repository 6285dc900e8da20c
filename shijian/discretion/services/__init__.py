from .benchmarks import approve, propose, return_, submit
from .importing import import_benchmarks
from .reference import load_shipped
from .standards import COLUMNS as STANDARD_COLUMNS
from .standards import decide_standard, import_standard
from .violations import propose_violation
from .worksheets import save_worksheet

__all__ = [
    "STANDARD_COLUMNS",
    "approve",
    "decide_standard",
    "import_benchmarks",
    "import_standard",
    "load_shipped",
    "propose",
    "propose_violation",
    "return_",
    "save_worksheet",
    "submit",
]
