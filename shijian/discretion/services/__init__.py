from .benchmarks import approve, propose, return_, submit
from .importing import import_benchmarks
from .reference import load_shipped
from .violations import propose_violation
from .worksheets import save_worksheet

__all__ = [
    "approve",
    "import_benchmarks",
    "load_shipped",
    "propose",
    "propose_violation",
    "return_",
    "save_worksheet",
    "submit",
]
