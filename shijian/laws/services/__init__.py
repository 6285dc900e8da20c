from .catalogue import load_catalogue
from .importing import Outcome, import_laws, write_report

__all__ = ["Outcome", "import_laws", "load_catalogue", "write_report"]
