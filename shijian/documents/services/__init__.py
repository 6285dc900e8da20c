from .forms import load_forms
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
    "take_over",
    "void",
    "write",
]
