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

__all__ = [
    "NotADraft",
    "NotAllowed",
    "NotComplete",
    "OfficeMissing",
    "ReasonMissing",
    "SamePerson",
    "approve",
    "begin",
    "drop",
    "load_forms",
    "revise",
    "set_office",
    "take_over",
    "void",
    "write",
]
