"""What the evidence of a record adds to the timeline of the whole process."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from django.db.models import Q
from django.utils.timezone import make_aware

from shijian.core.pages import Moment
from shijian.core.records import MOMENTS_MAX, Record

from ..models import Binding, CustodyEntry, Item, Measure
from ..rules.filming import may_be_bound


def moments_of(user: Any, record: Record) -> Iterator[Moment]:
    """Pieces of evidence and goods with their hand-overs, bindings to papers, and measures: three statements."""
    of_record = Q(item__record_kind=record.kind, item__record_id=record.id) | Q(
        good__measure__record_kind=record.kind, good__measure__record_id=record.id
    )
    chain = CustodyEntry.objects.filter(of_record).select_related(
        "by", "to", "item__officer", "item__second_officer", "good"
    )
    recordings = []
    for entry in chain.order_by("at", "seq")[:MOMENTS_MAX]:
        if entry.item and entry.seq == 1:
            yield _taken(entry.item)
            recordings += [entry.item_id] if may_be_bound(entry.item.medium) else []
        elif entry.seq > 1:  # that a good was taken is said by its measure
            yield _moved(entry)
    if recordings:
        bindings = Binding.objects.filter(item__in=recordings).select_related("by", "item", "correction__by")
        for binding in bindings[:MOMENTS_MAX]:
            yield from _of_binding(binding)
    measures = Measure.objects.filter(record_kind=record.kind, record_id=record.id)
    for measure in measures.select_related("applied_by", "decided_by", "officer", "clock")[:MOMENTS_MAX]:
        yield from _of_measure(measure)


def _taken(item: Item) -> Moment:
    task = f"，执法任务 {item.task_number}" if item.task_number else ""
    return Moment(
        item.taken_at,
        f"取得证据 {item.number}：{item.title}",
        by="、".join(person.name for person in (item.officer, item.second_officer) if person),
        text=f"{item.get_kind_display()}，{item.get_way_display()}{task}。{item.purpose}",
        place=item.taken_place,
        icon="camera",
    )


def _moved(entry: CustodyEntry) -> Moment:
    thing = f"证据 {entry.item.number}" if entry.item else f"物品 {entry.good.name}" if entry.good else ""
    to = entry.to.name if entry.to else entry.outside
    return Moment(
        entry.at,
        f"{thing} {entry.get_act_display()}" + (f"：{to}" if to else ""),
        by=entry.by.name,
        text=entry.note,
        place=entry.place,
        icon="transfer",
    )


def _of_binding(binding: Binding) -> Iterator[Moment]:
    name = f"证据 {binding.item.number}"
    text = "；".join(part for part in (binding.span and f"第 {binding.span}", binding.remark) if part)
    title = f"{name} 绑定为{binding.paper_label}的录音录像"
    yield Moment(binding.at, title[:120], by=binding.by.name, text=text, icon="paperclip")
    if note := getattr(binding, "correction", None):
        yield Moment(note.at, f"{name} 解除绑定", by=note.by.name, text=note.text, icon="paperclip", tone="amber")


def _of_measure(measure: Measure) -> Iterator[Moment]:
    name = f"{measure.get_kind_display()} {measure.number}"
    urgent = "，情况紧急当场实施" if measure.is_urgent else ""
    begun = measure.applied_at if measure.is_urgent or not measure.decided_at else measure.decided_at
    yield Moment(
        measure.applied_at,
        f"申请{name}",
        by=measure.applied_by.name,
        text=f"{measure.reason.rstrip('。')}{urgent}",
        icon="lock",
    )
    if measure.decided_at and measure.decided_by:
        yield Moment(
            measure.decided_at, f"审批{name}", by=measure.decided_by.name, text=measure.opinion, icon="checkbox"
        )
    if measure.started_on:
        yield Moment(
            max(_morning(measure.started_on), begun),
            f"实施{name}",
            by=measure.officer.name,
            text=f"期限至 {measure.due_on}",
            place=measure.place,
            icon="lock",
            tone="amber",
        )
    if measure.extension_reason and measure.clock:
        for longer in measure.clock.extensions.all():
            text = f"{longer}，理由：{measure.extension_reason}"
            yield Moment(longer.at, f"延长{name}", text=text, icon="calendar-plus", tone="amber")
    if measure.ended_at:
        yield Moment(measure.ended_at, f"结束{name}", text=measure.ended_why, icon="lock-open", tone="green")


def _morning(day: Any) -> datetime:
    """Days without a time of day stand at their beginning, but not before what led to them."""
    return make_aware(datetime.combine(day, time()))
