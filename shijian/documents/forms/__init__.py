from .casefiles import FilingForm, TransferForm
from .deliveries import DeliveryEndForm, DeliveryForm
from .editor import DecisionForm, FormEditor, FormFileForm, NewFormForm
from .office import OfficeForm
from .papers import FileForm, PaperForm, ReturnForm, SignersForm, VoidForm

__all__ = [
    "DecisionForm",
    "DeliveryEndForm",
    "DeliveryForm",
    "FileForm",
    "FilingForm",
    "FormEditor",
    "FormFileForm",
    "NewFormForm",
    "OfficeForm",
    "PaperForm",
    "ReturnForm",
    "SignersForm",
    "TransferForm",
    "VoidForm",
]
