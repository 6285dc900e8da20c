"""What the clocks of a record add to the timeline of the whole process."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from django.utils.timezone import make_aware

from shijian.core.pages import Moment
from shijian.core.records import MOMENTS_MAX, Record

from ..models import Change, Clock


def moments_of(user: Any, record: Record) -> Iterator[Moment]:
    """Limits that began, moved and ended: one statement, for every clock has its first change."""
    changes = Change.objects.filter(clock__record_kind=record.kind, clock__record_id=record.id)
    for change in changes.select_related("clock__started_by", "clock__ended_by", "by").order_by("at", "pk")[
        :MOMENTS_MAX
    ]:
        if change.old_due_on is None:
            yield from _begun_and_ended(change.clock)
        else:
            yield Moment(
                change.at,
                f"期限变动：{change.clock.name}",
                by=change.by.name,
                text=f"{change.old_due_on} 改为 {change.new_due_on}：{change.why}",
                icon="calendar-time",
                tone="amber",
            )


def _begun_and_ended(clock: Clock) -> Iterator[Moment]:
    yield Moment(
        clock.started_at,
        f"开始计时：{clock.name}",
        by=clock.started_by.name,
        text=f"{clock.start_event}（{clock.start_on}）起算，期限 {clock.due_on}。依据：{clock.citation}",
        icon="hourglass",
    )
    if clock.ended_on:
        yield Moment(
            max(make_aware(datetime.combine(clock.ended_on, time())), clock.started_at),
            f"{clock.get_state_display()}：{clock.name}" + ("（超期）" if clock.is_late else ""),
            by=clock.ended_by.name if clock.ended_by else "",
            text=clock.note,
            icon="hourglass-off",
            tone="red" if clock.is_late else "green",
        )
