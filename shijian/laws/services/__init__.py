from .catalogue import load_catalogue
from .changes import AlreadyHandled, NoOutcome, after_import, handle, list_impacts
from .guides import load_guides
from .importing import Outcome, import_laws, write_report
from .lists import DUTY_COLUMNS, POWER_COLUMNS, import_duties, import_powers

__all__ = [
    "DUTY_COLUMNS", "POWER_COLUMNS", "AlreadyHandled", "NoOutcome", "Outcome", "after_import", "handle", "import_duties",
    "import_laws", "import_powers", "list_impacts", "load_catalogue", "load_guides", "write_report",
]  # fmt: skip
