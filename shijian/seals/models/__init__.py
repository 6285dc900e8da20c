"""Tables of seals and signatures, one file per noun."""

from .issuer import Issuer
from .seal import Seal, SealKey
from .signing import Signature, SignatureRequest, Slot
from .use import Use

__all__ = ["Issuer", "Seal", "SealKey", "Signature", "SignatureRequest", "Slot", "Use"]
