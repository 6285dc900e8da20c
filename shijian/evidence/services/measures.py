"""先行登记保存、查封、扣押: applied for, approved, carried out with a list, extended, ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.accounts.services.clockwork import clockwork
from shijian.audit import services as audit
from shijian.core import deadlines
from shijian.core.errors import Refused
from shijian.core.numbering import next_number
from shijian.core.records import Record
from shijian.deadlines import services as clocks
from shijian.notices.services import notify

from ..choices import CustodyAct, GoodState, ListKind, MeasureKind, MeasureState, Verb
from ..models import Good, Item, Measure
from ..models.attached import attached_to
from ..queries.measures import as_record
from ..rules import measures as rules
from .chain import add_entry, locked_links


class MeasureRefused(Refused):
    code = "evidence.measure_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of the list, as written on the spot."""

    name: str
    quantity: Decimal
    unit: str
    list_kind: str = ListKind.GOODS
    spec: str = ""
    maker: str = ""
    value_yuan: Decimal | None = None
    condition: str = ""
    photo: Item | None = None


@transaction.atomic
def apply_measure(
    record: Record,
    *,
    kind: str,
    power: str,
    party_name: str,
    reason: str,
    place: str,
    storage: str,
    officer: User,
    second_officer: User | None,
    is_urgent: bool,
    by: User,
    now: datetime,
) -> Measure:
    """Apply for a measure. Raises MeasureRefused without a law that allows it or without two officers with certificates."""
    if fault := rules.fault_of(kind, power):
        raise MeasureRefused(fault, article="行政强制法第十条、第十七条")
    if second_officer is None or second_officer.pk == officer.pk:
        raise MeasureRefused("应当由两名以上执法人员实施，请选择第二名执法人员。", article="行政强制法第十八条")
    for person in (officer, second_officer):
        if not person.has_certificate(localdate(now)):
            raise MeasureRefused(f"{person.name}没有有效的执法证，请换人。", article="行政强制法第十七条")
    law = rules.POWERS.get(power)
    basis = deadlines.limit(rules.LIMITS[MeasureKind(kind)], on=localdate(now)).citation
    year = localdate(now).year
    prefix = rules.PREFIX[MeasureKind(kind)]
    measure = Measure(
        **attached_to(record),
        kind=kind,
        party_name=party_name,
        reason=reason,
        basis=basis if kind == MeasureKind.PRESERVATION or law is None else f"{law.citation}；{basis}",
        place=place,
        storage=storage,
        is_urgent=is_urgent,
        officer=officer,
        second_officer=second_officer,
        applied_by=by,
        applied_at=now,
    )
    number = next_number(name=f"evidence.{prefix}", bureau_code=record.bureau_code, year=year)
    measure.number = f"{prefix}{record.bureau_code}-{year}-{number:04}"
    measure.save(force_insert=True)
    _record(measure, by, Verb.MEASURE, {"kind": kind, "basis": measure.basis, "urgent": is_urgent}, now)
    return measure


@transaction.atomic
def decide_measure(measure: Measure, *, approve: bool, opinion: str, by: User, now: datetime) -> Measure:
    """The leader's decision. A measure taken on the spot and refused ends at once (程序规定 art. 33, 36)."""
    measure = _locked(measure)
    if by.pk in {measure.applied_by_id, measure.officer_id, measure.second_officer_id}:
        raise MeasureRefused("申请人和实施人员不能批准自己办理的措施。")
    if measure.decided_at or measure.state in {MeasureState.ENDED, MeasureState.REFUSED}:
        raise MeasureRefused("已经审批或已经结束，不能重复审批。")
    if not approve and not opinion.strip():
        raise MeasureRefused("不批准的，请写明理由。")
    measure.decided_by, measure.decided_at, measure.opinion = by, now, opinion.strip()
    if measure.approval_clock and measure.approval_clock.is_open:
        clocks.finish(measure.approval_clock, on=localdate(now), by=by, now=now)
    if measure.state == MeasureState.APPLIED:
        measure.state = MeasureState.APPROVED if approve else MeasureState.REFUSED
    elif not approve:
        _end(measure, "未予批准，立即解除", by=by, now=now)
    measure.save()
    _record(measure, by, Verb.DECIDED, {"approved": approve}, now)
    notify(
        [measure.applied_by],
        kind="measure",
        title=f"{'已批准' if approve else '未批准'}：{measure}",
        body=measure.opinion,
        link=f"/evidence/measures/{measure.pk}/",
        at=now,
        bureau_code=measure.bureau_code,
    )
    return measure


@transaction.atomic
def carry_out(measure: Measure, lines: Sequence[Line], *, by: User, now: datetime) -> Measure:
    """Carry it out: list what is taken, label it, start the limit. On the spot when urgent, else after approval."""
    measure = _locked(measure)
    urgent = measure.is_urgent and measure.state == MeasureState.APPLIED
    if measure.state != MeasureState.APPROVED and not urgent:
        raise MeasureRefused("还没有批准，不能实施；情况紧急需要当场实施的，申请时请注明。")
    if not lines:
        raise MeasureRefused("请至少填写清单的一行。", article="行政强制法第二十四条")
    key, record = rules.LIMITS[MeasureKind(measure.kind)], as_record(measure)
    measure.started_on = localdate(now)
    measure.clock = clocks.start(record, key, measure.started_on, responsible=measure.officer, by=by, now=now)
    measure.state = MeasureState.IN_FORCE
    if urgent and not measure.decided_at:
        measure.approval_clock = clocks.start(record, rules.URGENT, now, responsible=measure.officer, by=by, now=now)
    measure.save()
    for number, line in enumerate(lines, 1):
        good = Good(
            measure=measure, line=number, label=f"{measure.number}-{number:02}", storage=measure.storage,
            **{name: getattr(line, name) for name in Line.__dataclass_fields__},
        )  # fmt: skip
        good.save(force_insert=True)
        note = f"{good.quantity.normalize():f}{good.unit}，{good.condition}".rstrip("，")
        entry = add_entry(good, CustodyAct.CAPTURED, to=by, place=measure.storage, note=note, by=by, now=now)
        _record_good(good, by, {"custody": entry.hash, "state": good.state}, now)
    _record(measure, by, Verb.MEASURE, {"goods": len(lines), "due": measure.clock.due_on.isoformat()}, now)
    return measure


@transaction.atomic
def extend(measure: Measure, *, days: int, reason: str, by: User, now: datetime) -> Measure:
    """Extend a seizure once, by the leader, with reasons (行政强制法 art. 25). The limit's row says how far."""
    measure = _locked(measure)
    if measure.state != MeasureState.IN_FORCE or measure.kind == MeasureKind.PRESERVATION:
        raise MeasureRefused("只有正在执行的查封、扣押可以延长；先行登记保存不能延长。")
    clock = measure.clock
    if clock is None or clock.extensions.exists():
        raise MeasureRefused("已经延长过一次，不能再延长。", article="行政强制法第二十五条")
    if localdate(now) > clock.due_on:
        raise MeasureRefused("期限已经届满，应当立即解除，不能再延长。", article="行政强制法第二十八条")
    if not reason.strip():
        raise MeasureRefused("请写明延长的理由，并书面告知当事人。", article="行政强制法第二十五条")
    measure.clock = clocks.extend(
        clock, amount=days, document=f"{measure.number} 延长审批", approved_by=by.post or by.name, by=by, now=now
    )
    measure.extension_reason = reason.strip()
    measure.save()
    _record(measure, by, Verb.EXTENDED, {"days": days, "due": measure.clock.due_on.isoformat()}, now)
    return measure


@transaction.atomic
def handle_good(good: Good, new: str, *, document: str, outside: str = "", by: User, now: datetime) -> Good:
    """Release, return, confiscate, destroy or hand over a good, on a document; the measure ends with its last good."""
    good = Good.objects.select_for_update(no_key=True).select_related("measure").get(pk=good.pk)
    if not rules.may_become(good.state, new):
        raise MeasureRefused(f"“{good.get_state_display()}”的物品不能再办理“{GoodState(new).label}”。")
    if not document.strip():
        raise MeasureRefused("请写明依据的文书号，如 解除决定书、处罚决定书、移送函。")
    if new in {GoodState.RETURNED, GoodState.TRANSFERRED} and not outside.strip():
        raise MeasureRefused("请写明领取人或接收单位。")
    _set_state(good, new, document.strip(), outside.strip(), by, now)
    measure = _locked(good.measure)
    if measure.state == MeasureState.IN_FORCE and not measure.goods.filter(state=GoodState.HELD).exists():
        _end(measure, "清单所列全部处理完毕", by=by, now=now)
        measure.save()
    return good


@transaction.atomic
def end_measure(measure: Measure, *, why: str, by: User, now: datetime) -> Measure:
    """Lift it: what is still held is released (行政强制法 art. 28)."""
    measure = _locked(measure)
    if measure.state != MeasureState.IN_FORCE:
        raise MeasureRefused("只有正在执行的措施可以解除。")
    if not why.strip():
        raise MeasureRefused("请写明解除的理由和文书号。")
    _end(measure, why.strip(), by=by, now=now)
    measure.save()
    return measure


def sweep(*, now: datetime) -> int:
    """Daily: preservation past its limit is released by itself (行政处罚法 art. 56; 程序规定 art. 35). How many were.

    Reminders before and after a limit are those of its clock.
    """
    done = 0
    late = Measure.objects.filter(kind=MeasureKind.PRESERVATION, clock__due_on__lt=localdate(now))
    for measure in late.filter(state=MeasureState.IN_FORCE):
        with transaction.atomic():
            measure = _locked(measure)
            if measure.state == MeasureState.IN_FORCE:
                _end(measure, "期满未作处理，自动解除", by=clockwork(measure.bureau_code), now=now)
                measure.save()
                _tell_released(measure, now)
                done += 1
    return done


def _tell_released(measure: Measure, now: datetime) -> None:
    text = "先行登记保存期满，已自动解除，请立即退还当事人"
    notify(
        [measure.officer, measure.second_officer, measure.applied_by], kind="measure", title=f"{text}：{measure}"[:120],
        body=text, link=reverse("evidence:measure", args=[measure.pk]), at=now, bureau_code=measure.bureau_code,
    )  # fmt: skip


def _stop(measure: Measure, why: str, by: User, now: datetime) -> None:
    """The clock of a measure ends with it; an approval that is not needed any more falls away."""
    clock, approval = measure.clock, measure.approval_clock
    if clock and clock.is_open:
        on = min(localdate(now), clock.due_on) if measure.kind == MeasureKind.PRESERVATION else localdate(now)
        clocks.finish(clock, on=on, by=by, now=now, note=why)
    if approval and approval.is_open and not measure.decided_at:
        clocks.cancel(approval, reason=f"措施已结束：{why}", by=by, now=now)


def _end(measure: Measure, why: str, *, by: User, now: datetime) -> None:
    for good in measure.goods.filter(state=GoodState.HELD):
        _set_state(good, GoodState.RELEASED, why, "", by, now)
    _stop(measure, why, by, now)
    measure.state, measure.ended_at, measure.ended_why = MeasureState.ENDED, now, why[:200]
    _record(measure, by, Verb.ENDED, {"why": why[:200]}, now)


def _set_state(good: Good, new: str, note: str, outside: str, by: User, now: datetime) -> None:
    locked_links(good)
    label = GoodState(new).label
    entry = add_entry(good, CustodyAct.STATE, outside=outside, note=f"{label}：{note}"[:500], by=by, now=now)
    if new in {GoodState.RETURNED, GoodState.TRANSFERRED, GoodState.DESTROYED}:
        entry = add_entry(good, CustodyAct.RELEASED, outside=outside or label, note=note[:500], by=by, now=now)
    good.state = new
    good.save(update_fields=["state"])
    _record_good(good, by, {"custody": entry.hash, "before": entry.previous, "state": new}, now)


def _locked(measure: Measure) -> Measure:
    rows = Measure.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("clock", "approval_clock").get(pk=measure.pk)


def _record(measure: Measure, by: User, verb: str, detail: dict[str, Any], now: datetime) -> None:
    audit.record(
        by=by, verb=verb, on=measure, at=now, detail=detail,
        bureau_code=measure.bureau_code, area_code=measure.area_code,
    )  # fmt: skip


def _record_good(good: Good, by: User, detail: dict[str, Any], now: datetime) -> None:
    audit.record(
        by=by, verb=Verb.GOOD, on=good, at=now, detail=detail,
        bureau_code=good.measure.bureau_code, area_code=good.measure.area_code,
    )  # fmt: skip
