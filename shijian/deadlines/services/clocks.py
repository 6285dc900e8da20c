"""Starting, stopping and lengthening a clock. Every act works the due date out anew and keeps what it was before."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core import deadlines
from shijian.core.errors import Refused
from shijian.core.records import Record
from shijian.core.rules.kinds import Approver
from shijian.notices.services import notify

from .. import queries
from ..choices import State, Verb
from ..models import Change, Clock, Extension, Span


class AlreadyRunning(Refused):
    code = "deadlines.already_running"


class NotRunning(Refused):
    code = "deadlines.not_running"


class SpanWrong(Refused):
    code = "deadlines.span_wrong"


class PaperMissing(Refused):
    code = "deadlines.paper_missing"


class NotYours(Refused):
    code = "deadlines.not_yours"


class DayWrong(Refused):
    code = "deadlines.day_wrong"


@transaction.atomic
def start(
    record: Record,
    key: str,
    begins: date | datetime,
    *,
    by: User,
    now: datetime,
    responsible: User | None = None,
    event: str = "",
    amount: int | None = None,
    note: str = "",
) -> Clock:
    """Let a time limit run for a record, under the version in force on its start day (rules LAW-02).

    Raises DayWrong for a day to come, and what the rules raise: a start outside the calendar, an hour that is missing,
    a limit nobody fixed.
    """
    found = deadlines.compute(key, begins, amount=amount)
    if deadlines.day_of(begins) > localdate(now):
        raise DayWrong(f"起算日 {deadlines.day_of(begins)} 还没有到。请在起算的事情发生以后登记，或者改正日期。")
    if Clock.objects.filter(record_kind=record.kind, record_id=record.id, rule_key=key, state__in=_open()).exists():
        raise AlreadyRunning(f"{record.number} 的“{found.limit.name}”已在计时，不能重复登记。")
    clock = Clock(
        bureau_code=record.bureau_code,
        area_code=record.area_code,
        record_kind=record.kind,
        record_id=record.id,
        record_number=record.number,
        record_title=record.title[:120],
        record_url=record.url,
        rule_key=key,
        rule_from=found.limit.valid_from,
        name=found.limit.name,
        citation=found.limit.citation,
        unit=found.limit.unit or "",
        amount=amount,
        start_event=event or found.limit.starts_on_name,
        start_on=deadlines.day_of(begins),
        start_at=begins if isinstance(begins, datetime) else None,
        responsible=responsible,
        started_by=by,
        started_at=now,
        note=note[:200],
    )
    _take(clock, found)
    clock.save(force_insert=True)
    _changed(clock, None, f"{clock.start_event}，自 {clock.start_on} 起算", by, now)
    _record(clock, Verb.STARTED, by, now, rule=key, due=clock.due_on.isoformat())
    return clock


@transaction.atomic
def add_span(
    clock: Clock,
    *,
    kind: str,
    first: date,
    last: date | None,
    document: str,
    by: User,
    now: datetime,
    end_document: str = "",
) -> Clock:
    """Time that does not count. Without a last day the clock stands still until `end_span`.

    Two spans of one kind may not overlap; spans of different kinds are merged, so no day is deducted twice (CAL-14).
    """
    clock = _running(clock)
    if last and last < first:
        raise SpanWrong(f"起始日 {first} 晚于截止日 {last}，请改正。")
    if first < clock.start_on:
        raise SpanWrong(f"起始日 {first} 早于起算日 {clock.start_on}，请核对。")
    if not document.strip():
        raise PaperMissing("请写明开始不计入时间所依据的文书，例如中止决定书的文号。", article=clock.citation)
    spans = list(clock.spans.filter(removed_at=None))
    for other in spans:
        if other.last is None:
            raise SpanWrong(f"自 {other.first} 起的{other.get_kind_display()}还没有结束，请先登记恢复计时。")
        if other.kind == kind and first <= other.last and (last is None or last >= other.first):
            raise SpanWrong(f"与已登记的{other}重叠，请先撤回或者改正日期。")
    span = Span.objects.create(
        clock=clock,
        kind=kind,
        first=first,
        last=last,
        start_document=document.strip()[:80],
        end_document=end_document.strip()[:80],
        by=by,
        at=now,
    )
    clock.state = State.RUNNING if last else State.PAUSED
    return _again(clock, f"登记{span}（{span.start_document}）", Verb.SPAN_ADDED, by, now, span=span.pk)


@transaction.atomic
def end_span(span: Span, *, last: date, document: str, by: User, now: datetime) -> Clock:
    """The clock runs on: with the day and the paper that ended the span."""
    clock = _running(span.clock)
    span = Span.objects.select_for_update().get(pk=span.pk)
    if span.last is not None or span.removed_at:
        raise SpanWrong("这段时间已经结束或者撤回，不需要再登记。")
    if last < span.first:
        raise SpanWrong(f"截止日 {last} 早于起始日 {span.first}，请改正。")
    if not document.strip():
        raise PaperMissing("请写明恢复计时所依据的文书。", article=clock.citation)
    span.last, span.end_document = last, document.strip()[:80]
    span.save(update_fields=["last", "end_document"])
    clock.state = State.RUNNING
    return _again(clock, f"恢复计时：{span}（{span.end_document}）", Verb.SPAN_ENDED, by, now, span=span.pk)


@transaction.atomic
def remove_span(span: Span, *, reason: str, by: User, now: datetime) -> Clock:
    """Take back a span that was entered wrongly; the row stays."""
    clock = _running(span.clock)
    if span.removed_at:
        raise SpanWrong("这段时间已经撤回。")
    if not reason.strip():
        raise PaperMissing("撤回须写明原因。")
    span.removed_at = now
    span.save(update_fields=["removed_at"])
    stands_still = clock.spans.filter(last=None, removed_at=None).exists()
    clock.state = State.PAUSED if stands_still else State.RUNNING
    return _again(clock, f"撤回{span}：{reason.strip()}", Verb.SPAN_REMOVED, by, now, span=span.pk)


@transaction.atomic
def extend(
    clock: Clock, *, amount: int, document: str, approved_by: str, by: User, now: datetime, approver: str = ""
) -> Clock:
    """An approved extension, in the unit and by the office the article names; what the article does not allow is refused."""
    clock = _running(clock)
    if not document.strip() or not approved_by.strip():
        raise PaperMissing("请写明批准延长的文书和批准人职务。", article=clock.citation)
    rule = deadlines.limit(clock.rule_key, on=clock.rule_from)
    made = Extension.objects.create(
        clock=clock,
        amount=amount,
        unit=rule.extend_unit or rule.unit or deadlines.Unit.CALENDAR_DAYS,
        approver=approver or rule.extend_approver or Approver.BUREAU_LEADER,
        approved_by_name=approved_by.strip()[:40],
        document=document.strip()[:80],
        by=by,
        at=now,
    )
    return _again(clock, f"经批准{made}（{made.document}）", Verb.EXTENDED, by, now, amount=amount)


@transaction.atomic
def hand_over(clock: Clock, *, to: User, by: User, now: datetime) -> Clock:
    """Another officer answers for it from now on and is told; the date stays. Raises NotYours for one who may not."""
    clock = _running(clock)
    if to.pk == clock.responsible_id:
        raise NotYours(f"承办人已经是{to.name}，不必交接。")
    if not queries.may_answer_for(clock, on=localdate(now)).filter(pk=to.pk).exists():
        raise NotYours(f"{to.name}不能承办这一网格的时限，请选择其他人员。")
    clock.responsible, clock.warned = to, None
    clock.save(update_fields=["responsible", "warned"])
    _changed(clock, clock.due_on, f"承办人改为{to.name}", by, now)
    _record(clock, Verb.HANDED_OVER, by, now, to=to.employee_no)
    notify(
        [to], kind="deadlines.handed_over", title=f"交给您承办：{clock.name}（期限 {clock.due_on}）",
        body=f"{clock.record_number} {clock.record_title}", link=reverse("deadlines:clock", args=[clock.pk]), at=now,
        bureau_code=clock.bureau_code,
    )  # fmt: skip
    return clock


@transaction.atomic
def finish(clock: Clock, *, on: date, by: User, now: datetime, note: str = "") -> Clock:
    """What had to be done was done on that day."""
    clock = _running(clock)
    if on > localdate(now):
        raise DayWrong(f"办结日期 {on} 还没有到，请填写实际日期。")
    if on < min(clock.start_on, clock.due_on):
        raise DayWrong(f"办结日期 {on} 早于起算日 {clock.start_on}，请核对。")
    clock.state, clock.ended_on, clock.ended_by, clock.note = State.DONE, on, by, note[:200]
    clock.save(update_fields=["state", "ended_on", "ended_by", "note"])
    _record(clock, Verb.FINISHED, by, now, on=on.isoformat(), late=clock.is_late)
    return clock


@transaction.atomic
def cancel(clock: Clock, *, reason: str, by: User, now: datetime) -> Clock:
    """A clock that should not run: entered by mistake, or its matter has fallen away."""
    clock = _running(clock)
    if not reason.strip():
        raise PaperMissing("撤销计时须写明原因。")
    clock.state, clock.ended_on, clock.ended_by = State.CANCELLED, localdate(now), by
    clock.note = reason.strip()[:200]
    clock.save(update_fields=["state", "ended_on", "ended_by", "note"])
    _record(clock, Verb.CANCELLED, by, now)
    return clock


def work_again(clock: Clock, why: str, *, by: User, now: datetime, days: list[date] | None = None) -> bool:
    """Work the due date out anew from what is stored; True if it moved. The caller holds the lock."""
    old = (clock.due_on, clock.due_at)
    _take(clock, queries.working_of(clock, today=localdate(now)))
    clock.save()
    if old == (clock.due_on, clock.due_at):
        return False
    _changed(clock, old[0], why, by, now, days)
    return True


def _again(clock: Clock, why: str, verb: Verb, by: User, now: datetime, **detail: Any) -> Clock:
    clock.warned = None
    if not work_again(clock, why, by=by, now=now):
        _changed(clock, clock.due_on, why, by, now)
    _record(clock, verb, by, now, due=clock.due_on.isoformat(), **detail)
    return clock


def _take(clock: Clock, found: deadlines.Deadline) -> None:
    clock.due_on, clock.due_at, clock.warn_on = found.due, found.due_at, found.warn_on
    touched = [clock.start_on, found.due, found.unrolled, *(each.last for each in found.excluded)]
    clock.window_first, clock.window_last = min(touched), max(touched)
    clock.is_estimated = found.is_estimated
    clock.is_plain = clock._state.adding or not (clock.spans.exists() or clock.extensions.exists())


def _running(clock: Clock) -> Clock:
    clock = Clock.objects.select_for_update(no_key=True).get(pk=clock.pk)
    if not clock.is_open:
        raise NotRunning(f"“{clock.name}”{clock.get_state_display()}，不能再改动。")
    return clock


def _open() -> tuple[State, ...]:
    return (State.RUNNING, State.PAUSED)


def _changed(clock: Clock, old: date | None, why: str, by: User, now: datetime, days: list[date] | None = None) -> None:
    Change.objects.create(
        clock=clock, old_due_on=old, new_due_on=clock.due_on, why=why[:200], days=days or [], by=by, at=now
    )


def _record(clock: Clock, verb: Verb, by: User, now: datetime, **detail: Any) -> None:
    place = {"bureau_code": clock.bureau_code, "area_code": clock.area_code}
    audit.record(by=by, verb=verb, on=clock, at=now, detail=detail, **place)
