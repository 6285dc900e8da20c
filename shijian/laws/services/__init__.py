from .catalogue import load_catalogue
from .changes import AlreadyHandled, NoOutcome, NotYours, after_import, assign, handle, list_impacts, may_handle
from .guides import load_guides
from .importing import Outcome, import_laws, write_report
from .lists import (
    BOUNDARY_COLUMNS,
    DUTY_COLUMNS,
    POWER_COLUMNS,
    UNIT_DUTY_COLUMNS,
    import_boundaries,
    import_duties,
    import_powers,
    import_unit_duties,
)
from .uploads import Malformed, Preview, drop, load, preview, upload

__all__ = [
    "BOUNDARY_COLUMNS", "DUTY_COLUMNS", "POWER_COLUMNS", "UNIT_DUTY_COLUMNS", "AlreadyHandled", "Malformed", "NoOutcome", "NotYours", "Outcome", "Preview", "after_import",
    "assign", "drop", "handle", "import_boundaries", "import_duties", "import_laws", "import_powers", "import_unit_duties", "list_impacts", "load", "load_catalogue", "load_guides",
    "may_handle", "preview", "upload", "write_report",
]  # fmt: skip
