from .catalogue import load_catalogue
from .changes import AlreadyHandled, NoOutcome, after_import, handle, list_impacts
from .importing import Outcome, import_laws, write_report

__all__ = [
    "AlreadyHandled", "NoOutcome", "Outcome", "after_import", "handle", "import_laws", "list_impacts", "load_catalogue",
    "write_report",
]  # fmt: skip
