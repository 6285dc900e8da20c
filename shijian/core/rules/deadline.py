"""From a limit and a start to a due date that shows its working (时限推演)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ..errors import Refused
from . import explanation as say
from .citations import articles, counting_for
from .kinds import Approver, Bearer, Direction, RollOver, Unit
from .limits import Extension, Limit
from .period import Deduction, advanced, last_day, last_instant
from .spans import Interval, Span, merged, refuse_unlisted
from .working_days import WorkCalendar, estimate_warning

DAY = timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
# 程序规定 art. 64: after the first extension only this limit may be extended again, by collective discussion.
EXTENDED_AGAIN = "程序规定 64"


class NoFixedAmount(Refused):
    code = "core.time_limit_needs_amount"


class NeedsInstant(Refused):
    code = "core.time_limit_needs_instant"


class NotExtensible(Refused):
    code = "core.time_limit_not_extensible"


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a period ends, and how that was reached.

    `unrolled` is the last day as counted, `due` after roll-over: the hard limit. `to_the_letter` is the first day
    after the statutory holiday only, as the text of art. 80 reads. `warn_on` is the day reminders aim at: the
    unrolled one for the bureau unless the act is due before it, the due one for a party (rules CAL-03).
    `first_day_after` is the first working day on which what depends on the end of the period may be done. For hours
    and minutes `due_at` and `unrolled_at` are the instants and the days are theirs.
    """

    limit: Limit
    start: date | datetime
    unrolled: date
    due: date
    to_the_letter: date
    first_day_after: date
    steps: tuple[say.Step, ...]
    due_at: datetime | None = None
    unrolled_at: datetime | None = None
    excluded: tuple[Interval, ...] = ()
    days_excluded: int = 0
    warning: str = ""

    @property
    def is_estimated(self) -> bool:
        return bool(self.warning)

    @property
    def warn_on(self) -> date:
        return min(self.unrolled, self.due) if self.limit.bears is Bearer.BUREAU else self.due

    @property
    def citations(self) -> tuple[str, ...]:
        return say.citations(self.steps)

    def as_json(self) -> dict[str, Any]:
        """The shape of `deadline explain --json`."""
        return {
            "rule": self.limit.key,
            "rule_id": self.limit.rule_id,
            "name": self.limit.name,
            "version": {
                "valid_from": self.limit.valid_from.isoformat(),
                "valid_until": self.limit.valid_until.isoformat() if self.limit.valid_until else None,
                "verified": self.limit.verified,
            },
            "from": self.start.isoformat(),
            "due": (self.due_at or self.due).isoformat(),
            "unrolled": (self.unrolled_at or self.unrolled).isoformat(),
            "to_the_letter": self.to_the_letter.isoformat(),
            "warn_on": self.warn_on.isoformat(),
            "first_day_after": self.first_day_after.isoformat(),
            "days_excluded": self.days_excluded,
            "excluded": [
                {"from": each.first.isoformat(), "to": each.last.isoformat(), "kinds": list(each.kinds)}
                for each in self.excluded
            ],
            "estimated": self.is_estimated,
            "warning": self.warning,
            "steps": [step.as_json() for step in self.steps],
            "citations": list(self.citations),
        }


def compute(
    limit: Limit,
    start: date | datetime,
    calendar: WorkCalendar,
    *,
    spans: Sequence[Span] = (),
    extensions: Sequence[Extension] = (),
    amount: int | None = None,
) -> Deadline:
    """When the period of `limit` that starts on `start` ends, with every step and article.

    The start day is not counted. `spans` are merged and deducted, `extensions` run on from the last day before
    them, a last day that is no working day rolls over as the limit says. `amount` is for limits without a fixed
    number. Days come from a date, or the Shanghai day of an instant; hours and minutes need an aware instant.
    Raises `NoFixedAmount`, `NeedsInstant`, `NotExtensible`, `SpanRefused` or `OutOfCalendar`.

    Source: 程序规定 (2022-09-29) art. 80; 投诉举报处理办法 (2025-12-30) art. 45; 民法典 art. 201 to 203;
    rules CAL-01 to CAL-15.
    """
    if isinstance(start, datetime) and start.tzinfo is None:
        raise ValueError("an instant must be aware of its zone")
    number = limit.amount if limit.amount is not None else amount
    unit = limit.unit or Unit.CALENDAR_DAYS
    if number is None:
        raise NoFixedAmount(f"“{limit.name}”没有法定的天数，由批准决定确定。请填写批准的天数。", article=limit.citation)
    refuse_unlisted(spans, limit.excluded_spans, limit.name, limit.citation)
    _refuse_extensions(limit, extensions)
    if unit.is_clock:
        return _on_the_clock(limit, start, number, unit, calendar)
    day = start.astimezone(SHANGHAI).date() if isinstance(start, datetime) else start
    if limit.direction is Direction.BEFORE:
        return _before(limit, day, number, unit, calendar)
    return _after(limit, day, number, unit, calendar, merged(spans, limit.span_ends), extensions)


def _after(
    limit: Limit,
    start: date,
    amount: int,
    unit: Unit,
    calendar: WorkCalendar,
    intervals: Sequence[Interval],
    extensions: Sequence[Extension],
) -> Deadline:
    counting = counting_for(limit.citation)
    plain = advanced(calendar, start, amount, unit)
    last, deductions = last_day(calendar, start, amount, unit, intervals)
    steps = [
        say.basis(limit),
        say.started(limit, start, counting.start),
        say.counted(limit, start, plain, amount, unit, calendar),
        *say.deducted(limit, deductions, plain, unit),
    ]
    for extension in extensions:
        previous = last
        plain = advanced(calendar, previous, extension.amount, extension.unit)
        last, more = last_day(calendar, previous, extension.amount, extension.unit, intervals)
        steps.append(say.extended(limit, extension, previous, plain))
        steps += say.deducted(limit, more, plain, extension.unit)
        deductions += more
    due = rolled_over(last, limit.roll_over, calendar)
    to_the_letter = rolled_over(last, RollOver.STATUTORY, calendar)
    if due != last:
        steps.append(say.rolled(limit, last, due, to_the_letter, calendar, counting.roll))
    elif limit.roll_over is RollOver.NONE:
        to_the_letter = last
        steps.append(say.not_rolled())
    warning = _warning(limit, unit, calendar, start if unit is Unit.WORKING_DAYS else last, due)
    return _concluded(limit, start, last, due, to_the_letter, calendar, steps, warning, deductions)


def rolled_over(last: date, roll_over: RollOver, calendar: WorkCalendar) -> date:
    """Where a last day moves when it is no day for acting.

    The articles say 法定节假日 (程序规定 art. 80; 投诉举报处理办法 art. 45) or 法定休假日 (民法典 art. 203;
    民事诉讼法 (2023) art. 85), so weekends and arranged rest days roll over by setting (rules CAL-03).
    """
    if roll_over is RollOver.NONE:
        return last
    return calendar.next_working(last) if roll_over is RollOver.WORKING else calendar.after_statutory_holiday(last)


def _before(limit: Limit, start: date, amount: int, unit: Unit, calendar: WorkCalendar) -> Deadline:
    """Counted backwards from a day that is itself not counted: the last day on which the act is still in time.

    A last day that is no working day moves to the working day before it, never later.
    """
    last = advanced(calendar, start, -amount, unit)
    due = last if limit.roll_over is RollOver.NONE else calendar.previous_working(last)
    steps = [
        say.basis(limit),
        say.started(limit, start, counting_for(limit.citation).start),
        say.counted(limit, start, last, amount, unit, calendar),
    ]
    if due != last:
        steps.append(say.moved_forward(last, due))
    warning = _warning(limit, unit, calendar, due, start if unit is Unit.WORKING_DAYS else last)
    return _concluded(limit, start, last, due, last, calendar, steps, warning)


def _on_the_clock(limit: Limit, start: date | datetime, amount: int, unit: Unit, calendar: WorkCalendar) -> Deadline:
    if not isinstance(start, datetime):
        raise NeedsInstant(f"“{limit.name}”按{unit.label}计算，请写明起算的时刻，例如 {start}T14:30。")
    counting = counting_for(limit.citation)
    begun = start.astimezone(SHANGHAI)
    exact = last_instant(begun, amount, unit)
    due_at = last_instant(begun, amount, unit, skips_first_hour=counting.skips_first_hour)
    steps = [
        say.basis(limit),
        say.on_the_clock(limit, begun, exact, due_at, counting.start),
        say.outcome(limit, say.instant_words(due_at)),
    ]
    return Deadline(
        limit=limit,
        start=begun,
        unrolled=exact.date(),
        due=due_at.date(),
        to_the_letter=due_at.date(),
        first_day_after=calendar.add_working_days(due_at.date(), 1),
        steps=tuple(steps),
        due_at=due_at,
        unrolled_at=exact,
    )


def _concluded(
    limit: Limit,
    start: date,
    last: date,
    due: date,
    to_the_letter: date,
    calendar: WorkCalendar,
    steps: list[say.Step],
    warning: str,
    deductions: tuple[Deduction, ...] = (),
) -> Deadline:
    if warning:
        steps.append(say.estimated(warning))
    steps.append(say.outcome(limit, say.day_words(due)))
    return Deadline(
        limit=limit,
        start=start,
        unrolled=last,
        due=due,
        to_the_letter=to_the_letter,
        first_day_after=calendar.add_working_days(due, 1),
        steps=tuple(steps),
        excluded=tuple(each.interval for each in deductions),
        days_excluded=sum(each.days for each in deductions),
        warning=warning,
    )


def _warning(limit: Limit, unit: Unit, calendar: WorkCalendar, first: date, last: date) -> str:
    """The estimate warning, if a year without its arrangement had a part in the result."""
    if unit is not Unit.WORKING_DAYS and limit.roll_over is RollOver.NONE:
        return ""
    return estimate_warning(calendar.unpublished_years(first, last))


def _refuse_extensions(limit: Limit, extensions: Sequence[Extension]) -> None:
    """Refuse an extension the article does not know, one that is too long, and a second one but by discussion.

    Source: 程序规定 (2022-09-29) art. 18, 64; 行政强制法 (2011-06-30) art. 25.
    """
    if extensions and not limit.extend_approver:
        raise NotExtensible(f"“{limit.name}”没有延长的规定，不能延长。", article=limit.citation)
    for nth, extension in enumerate(extensions):
        too_long = limit.extend_amount and extension.amount > limit.extend_amount
        other_unit = limit.extend_unit and extension.unit is not limit.extend_unit
        if nth == 0 and (too_long or other_unit):
            raise NotExtensible(
                f"“{limit.name}”最多延长 {limit.extend_amount} {(limit.extend_unit or extension.unit).label}，"
                f"不能延长 {extension.amount} {extension.unit.label}。",
                article=limit.citation,
            )
        again = EXTENDED_AGAIN in articles(limit.citation) and extension.approver == Approver.COLLECTIVE
        if nth > 0 and not again:
            raise NotExtensible(
                f"“{limit.name}”只能延长一次。再次延长须有法律依据和集体讨论决定。", article=limit.citation
            )
