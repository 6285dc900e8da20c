"""What people do with evidence; each act one transaction with its entry in the audit log."""

from .binding import BindingRefused, bind, bind_all, take_back
from .capturing import Capture, EvidenceRefused, OfficerWithoutCertificate, add_note, capture
from .custody import CustodyRefused, accept, alarm, decline, move, release, send, withdraw
from .keeping import set_retention
from .measures import (
    Line,
    MeasureRefused,
    apply_measure,
    carry_out,
    decide_measure,
    end_measure,
    extend,
    handle_good,
    sweep,
)
from .packing import PackageRefused, ask_package, export, make_package, note_download
from .recording import RecordingRefused, attach, candidates, import_recording, set_aside
from .uploading import begin_upload, forget_expired

__all__ = [
    "BindingRefused",
    "Capture",
    "CustodyRefused",
    "EvidenceRefused",
    "Line",
    "MeasureRefused",
    "OfficerWithoutCertificate",
    "PackageRefused",
    "RecordingRefused",
    "accept",
    "add_note",
    "alarm",
    "apply_measure",
    "ask_package",
    "attach",
    "begin_upload",
    "bind",
    "bind_all",
    "candidates",
    "capture",
    "carry_out",
    "decide_measure",
    "decline",
    "end_measure",
    "export",
    "extend",
    "forget_expired",
    "handle_good",
    "import_recording",
    "make_package",
    "move",
    "note_download",
    "release",
    "send",
    "set_aside",
    "set_retention",
    "sweep",
    "take_back",
    "withdraw",
]  # fmt: skip
