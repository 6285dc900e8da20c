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

__all__ = [
    "NotADraft",
    "NotAllowed",
    "NotComplete",
    "OfficeMissing",
    "ReasonMissing",
    "SamePerson",
    "approve",
    "ask_seal",
    "begin",
    "drop",
    "load_forms",
    "revise",
    "set_office",
    "take_over",
    "take_sealed",
    "void",
    "write",
]
