"""What people do with evidence; each act one transaction with its entry in the audit log."""

from .capturing import Capture, EvidenceRefused, OfficerWithoutCertificate, add_note, capture
from .custody import CustodyRefused, accept, decline, move, release, send, withdraw
from .keeping import set_retention
from .packing import PackageRefused, ask_package, export, make_package, note_download
from .uploading import begin_upload, forget_expired

__all__ = [
    "Capture",
    "CustodyRefused",
    "EvidenceRefused",
    "OfficerWithoutCertificate",
    "PackageRefused",
    "accept",
    "add_note",
    "ask_package",
    "begin_upload",
    "capture",
    "decline",
    "export",
    "forget_expired",
    "make_package",
    "move",
    "note_download",
    "release",
    "send",
    "set_retention",
    "withdraw",
]  # fmt: skip
