from .event import Event
from .kind import Kind
from .ladder import LadderRung
from .lead import Lead
from .media import MediaExposure
from .merge import Merge
from .message import Message, Reader
from .phrase import Phrase
from .step import Attachment, Handover, Step
from .study import Study
from .supervision import Supervision
from .tally import Tally, TallyChange
from .task import FieldTask
from .watch import Watch

__all__ = [
    "Attachment",
    "Event",
    "FieldTask",
    "Handover",
    "Kind",
    "LadderRung",
    "Lead",
    "MediaExposure",
    "Merge",
    "Message",
    "Phrase",
    "Reader",
    "Step",
    "Study",
    "Supervision",
    "Tally",
    "TallyChange",
    "Watch",
]
