from .casefile import CaseFile
from .delivery import WAYS, Delivery
from .form import Form, FormVersion
from .office import Office
from .paper import IN_FORCE, Paper, PaperNumber
from .proposal import FormProposal

__all__ = [
    "IN_FORCE",
    "WAYS",
    "CaseFile",
    "Delivery",
    "Form",
    "FormProposal",
    "FormVersion",
    "Office",
    "Paper",
    "PaperNumber",
]
