"""What people do with evidence; each act one transaction with its entry in the audit log."""

from .capturing import Capture, EvidenceRefused, OfficerWithoutCertificate, add_note, capture
from .custody import CustodyRefused, accept, decline, move, release, send, withdraw
from .keeping import set_retention
from .uploading import begin_upload, forget_expired

__all__ = [
    "Capture", "CustodyRefused", "EvidenceRefused", "OfficerWithoutCertificate", "accept", "add_note", "begin_upload",
    "capture", "decline", "forget_expired", "move", "release", "send", "set_retention", "withdraw",
]  # fmt: skip
