"""How a clock's date is reached, from what is stored of it."""

from datetime import date

from shijian.core import calendar, deadlines
from shijian.core.rules.kinds import Unit

from ..models import Clock


def working_of(clock: Clock, *, today: date) -> deadlines.Deadline:
    """The due date with every step. A span still going on counts as lasting until today."""
    rule = deadlines.limit(clock.rule_key, on=clock.rule_from)
    spans = [
        deadlines.Span(
            span.first, span.last or max(today, span.first), span.kind, span.start_document, span.end_document
        )
        for span in clock.spans.all()
        if span.removed_at is None
    ]
    extensions = [
        deadlines.Extension(each.amount, Unit(each.unit), each.approver, each.document)
        for each in clock.extensions.all()
    ]
    return deadlines.compute_limit(
        rule,
        clock.start_at or clock.start_on,
        calendar.current(),
        spans=spans,
        extensions=extensions,
        amount=clock.amount,
    )
