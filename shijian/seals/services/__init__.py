"""Acts with seals and signatures."""

from .registering import (
    add_key,
    add_sm2_key,
    change_state,
    make_demo_authority,
    register_issuer,
    register_seal,
    trust_issuer,
)
from .signing import ask_signatures, record_refusal, record_signature, withdraw_request
from .using import apply_for_use, approve, press, reject, withdraw

__all__ = [
    "add_key",
    "add_sm2_key",
    "apply_for_use",
    "approve",
    "ask_signatures",
    "change_state",
    "make_demo_authority",
    "press",
    "record_refusal",
    "record_signature",
    "register_issuer",
    "register_seal",
    "reject",
    "trust_issuer",
    "withdraw",
    "withdraw_request",
]
