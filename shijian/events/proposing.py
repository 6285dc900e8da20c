"""Which process the state of an event calls for."""

from datetime import timedelta

from django.utils.timezone import localdate

from shijian.core.records import Record
from shijian.workflow.hooks import Proposal

from .choices import Source
from .models import Event

SOON = timedelta(days=2)
BY_SOURCE = {
    Source.COMPLAINT: Proposal("complaint_handling", "这件事来自投诉，按投诉处理程序办理。"),
    Source.REPORT: Proposal("report_verification", "这件事来自举报，按举报核查程序办理。"),
}
BY_GROUP = {"特种设备": Proposal("equipment_order", "特种设备存在问题的，下达监察指令并复查。")}
ILLEGAL = Proposal("filing", "涉嫌违法的，核查后按程序审批是否立案。")
LATE = Proposal("event_extension", "办理期限快到或者已过，办不完的先申请延期。")


def for_event(record: Record) -> list[Proposal]:
    """At most three, the most particular first; none for an event that is closed."""
    if record.kind != "event":
        return []
    event = Event.objects.open().select_related("kind").filter(pk=record.id).first()
    if event is None:
        return []
    found = [BY_SOURCE.get(Source(event.source)), BY_GROUP.get(event.kind.group)]
    if event.kind.limit_key == "clue_verification":
        found.append(ILLEGAL)
    if event.due_on and event.due_on <= localdate() + SOON:
        found.append(LATE)
    return [each for each in found if each is not None][:3]
