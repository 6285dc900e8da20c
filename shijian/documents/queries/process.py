"""What the papers of a record and their delivery add to the timeline of the whole process."""

from collections.abc import Iterator
from typing import Any

from shijian.core.pages import Moment
from shijian.core.records import MOMENTS_MAX, Record

from ..choices import Outcome
from ..models import Delivery, Paper


def moments_of(user: Any, record: Record) -> Iterator[Moment]:
    """Papers drafted, approved, sealed and made void: one statement."""
    papers = Paper.objects.filter(record_kind=record.kind, record_id=record.id).defer("text", "data", "offered")
    for paper in papers.select_related("form_version", "drafted_by", "approved_by", "voided_by")[:MOMENTS_MAX]:
        name = paper.form_version.name + (f"（第 {paper.version} 版）" if paper.version > 1 else "")
        yield Moment(paper.drafted_at, f"制作文书：{name}", by=paper.drafted_by.name, icon="file-text")
        if paper.approved_at and paper.approved_by:
            yield Moment(
                paper.approved_at, f"审批文书：{name}", by=paper.approved_by.name, text=paper.number, icon="checkbox"
            )
        if paper.sealed_at:
            yield Moment(paper.sealed_at, f"文书盖章：{name}", text=paper.number, icon="rubber-stamp", tone="green")
        if paper.voided_at and paper.voided_by:
            yield Moment(
                paper.voided_at,
                f"文书作废：{name}",
                by=paper.voided_by.name,
                text=f"{paper.number} {paper.void_reason}".strip(),
                icon="file-x",
                tone="red",
            )


def deliveries_of(user: Any, record: Record) -> Iterator[Moment]:
    """Every attempt to serve a paper, and its result where that came later: one statement."""
    rows = Delivery.objects.filter(paper__record_kind=record.kind, paper__record_id=record.id)
    for row in rows.select_related("paper__form_version", "entered_by")[:MOMENTS_MAX]:
        name, who = f"{row.get_way_display()}：{row.paper.form_version.name}", row.entered_by.name
        icon, tone = {Outcome.SERVED: ("mail-check", "green"), Outcome.FAILED: ("mail-x", "red")}.get(
            Outcome(row.outcome), ("mail", "")
        )
        text = "，".join(filter(None, [row.paper.number, row.recipient, row.reason]))
        if row.served_at and row.served_at != row.began_at:
            yield Moment(row.began_at, name, by=who, text=text, place=row.place, icon="mail")
            text = "，".join(filter(None, [row.paper.number, row.ended_note]))
            yield Moment(row.served_at, f"已送达，{name}", by=who, text=text, icon=icon, tone=tone)
        else:
            failed = "未能送达，" if row.outcome == Outcome.FAILED else ""
            yield Moment(row.began_at, failed + name, by=who, text=text, place=row.place, icon=icon, tone=tone)
