"""Acts of the module. The engine is known to this package alone."""

from ..rules.checking import Finding
from .adding import add
from .doing import claim, complete, delegate, open_task, outcomes_of, release
from .going_back import return_fault, send_back, ways_back, withdraw, withdrawal_fault
from .messages import awaited, deliver_message, register_message
from .migrating import dry_run, migrate
from .publishing import check, create_process, publish, save_draft
from .qualifying import QualificationUnusable, change_qualification, register_qualification
from .refusals import NotAllowed, NotChangeable, NotPublished
from .simulating import walk
from .starting import cancel, start
from .timers import fire_due

__all__ = [
    "Finding", "NotAllowed", "NotChangeable", "NotPublished", "QualificationUnusable", "add", "awaited", "cancel", "change_qualification", "check", "claim", "complete", "create_process", "delegate", "deliver_message", "dry_run", "fire_due", "migrate",
    "open_task", "outcomes_of", "publish", "register_message", "register_qualification", "release", "return_fault", "save_draft", "send_back", "start", "walk", "ways_back", "withdraw", "withdrawal_fault",
]  # fmt: skip
