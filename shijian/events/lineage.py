"""What the reporting of an event asks for, and what of it is known (W9)."""

from shijian.core.facts import Fact, fact, form
from shijian.grid import lineage as grid  # its facts come first
from shijian.subjects import lineage as subjects

fact(
    Fact("event_found_at", "发现时间", "上报时由系统记下", "事件", "文书、时限起算、统计"),
    Fact("event_finding", "情况说明", "上报人写一次", "事件", "文书、案件线索、台账"),
    Fact("event_basis", "事项的法律依据、期限", "事项库维护一次", "事项库", "派遣、办理时限、文书"),
)
REPORT = form(
    "events.report", "事件上报",
    kind="", description="", photos="", source="", entity="party_name", address="party_address", place="party_place",
)  # fmt: skip
LEAD = form(
    "events.lead", "违法线索移交",
    suspected="event_basis", party="party_name", facts_text="event_finding", found_on="event_found_at", to_unit="",
)  # fmt: skip
TASK = form(
    "events.task", "执法任务登记",
    kind="", title="event_basis", place="party_address", basis="event_basis", begins_on="today", ends_on="today", officers="officer",
)  # fmt: skip
__all__ = ["LEAD", "REPORT", "TASK", "grid", "subjects"]
