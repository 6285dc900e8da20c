from .catalogue import load_catalogue
from .changes import AlreadyHandled, NoOutcome, NotYours, after_import, assign, handle, list_impacts, may_handle
from .guides import load_guides
from .importing import Outcome, import_laws, write_report
from .lists import DUTY_COLUMNS, POWER_COLUMNS, import_duties, import_powers
from .uploads import Malformed, Preview, drop, load, preview, upload

__all__ = [
    "DUTY_COLUMNS", "POWER_COLUMNS", "AlreadyHandled", "Malformed", "NoOutcome", "NotYours", "Outcome", "Preview", "after_import",
    "assign", "drop", "handle", "import_duties", "import_laws", "import_powers", "list_impacts", "load", "load_catalogue", "load_guides",
    "may_handle", "preview", "upload", "write_report",
]  # fmt: skip
