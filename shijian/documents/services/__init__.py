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
    "NotADraft",
    "NotAllowed",
    "NotComplete",
    "OfficeMissing",
    "ReasonMissing",
    "SamePerson",
    "approve",
    "ask_seal",
    "ask_signers",
    "begin",
    "drop",
    "load_forms",
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
