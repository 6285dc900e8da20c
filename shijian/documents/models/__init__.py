from .form import Form, FormVersion
from .office import Office
from .paper import Paper, PaperNumber

__all__ = ["Form", "FormVersion", "Office", "Paper", "PaperNumber"]
