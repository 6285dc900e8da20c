from .archiving import FilingRefused, assemble, check_file
from .delivering import DeliveryRefused, Told, deliver, end_delivery, make_receipt
from .forms import load_forms
from .office import set_office
from .papers import (
    NotADraft,
    NotAllowed,
    NotComplete,
    OfficeMissing,
    ReasonMissing,
    SamePerson,
    approve,
    begin,
    drop,
    revise,
    take_over,
    void,
    write,
)
from .sealing import ask_seal, take_sealed
from .signing import ask_signers, take_signed
from .submitting import recall, send_back, settle, submit

__all__ = [
    "DeliveryRefused",
    "FilingRefused",
    "NotADraft",
    "NotAllowed",
    "NotComplete",
    "OfficeMissing",
    "ReasonMissing",
    "SamePerson",
    "Told",
    "approve",
    "ask_seal",
    "ask_signers",
    "assemble",
    "begin",
    "check_file",
    "deliver",
    "drop",
    "end_delivery",
    "load_forms",
    "make_receipt",
    "recall",
    "revise",
    "send_back",
    "set_office",
    "settle",
    "submit",
    "take_over",
    "take_sealed",
    "take_signed",
    "void",
    "write",
]
