"""What a process will not do, each with the sentence that says what to do instead."""

from shijian.core.errors import Refused

from ..rules.duties import Fault


class NotAllowed(Refused):
    """The separation of duties, a certificate, a qualification, a role or a permission stands against it."""

    code = "workflow.not_allowed"

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.text, article=fault.article)
        self.fault = fault.code


class NotOpen(Refused):
    code = "workflow.not_open"


class TakenAlready(Refused):
    code = "workflow.taken_already"


class NotYours(Refused):
    code = "workflow.not_yours"


class NoReason(Refused):
    code = "workflow.no_reason"


class BadOutcome(Refused):
    code = "workflow.bad_outcome"


class NotFilled(Refused):
    code = "workflow.not_filled"


class NoWayBack(Refused):
    code = "workflow.no_way_back"


class OpenedAlready(Refused):
    code = "workflow.opened_already"


class AddedAlready(Refused):
    code = "workflow.added_already"


class NotAwaited(Refused):
    code = "workflow.not_awaited"


class RunsAlready(Refused):
    code = "workflow.runs_already"


class NotPublished(Refused):
    code = "workflow.not_published"


class NotPublishable(Refused):
    code = "workflow.not_publishable"


class NotChangeable(Refused):
    code = "workflow.not_changeable"


class NobodyToAct(Refused):
    code = "workflow.nobody_to_act"


def needs_reason(reason: str) -> None:
    if not reason.strip():
        raise NoReason("请写明理由。")
