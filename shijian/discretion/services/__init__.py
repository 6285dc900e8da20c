from .benchmarks import approve, propose, return_, submit
from .importing import import_benchmarks
from .reference import load_shipped
from .worksheets import save_worksheet

__all__ = ["approve", "import_benchmarks", "load_shipped", "propose", "return_", "save_worksheet", "submit"]
