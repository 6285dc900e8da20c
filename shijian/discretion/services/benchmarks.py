"""Benchmarks of a region: one person proposes, another approves, the version before is closed."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import Refused

from .. import queries
from ..choices import State, Verb
from ..models import Benchmark
from ..rules import Entry


class NotYours(Refused):
    code = "discretion.not_yours"


class WrongState(Refused):
    code = "discretion.wrong_state"


class SamePerson(Refused):
    code = "discretion.same_person"


class DatesWrong(Refused):
    code = "discretion.dates_wrong"


@transaction.atomic
def propose(
    entry: Entry, *, document: str, by: User, now: datetime, region: str = "", verb: str = Verb.PROPOSED
) -> Benchmark:
    """A draft for the bureau's own region, or for one it lies in when the document comes from above."""
    region = region or by.bureau_code
    if region not in queries.regions_of(by.bureau_code)[:-1]:
        raise NotYours(f"本局只能维护所在地区（{'、'.join(queries.regions_of(by.bureau_code)[:-1])}）的裁量基准。")
    if not document.strip():
        raise DatesWrong("请写明依据文件的名称和文号，裁量基准须向社会公布。", article="行政处罚法 34")
    row = Benchmark(region_code=region, document=document.strip()[:120], proposed_by=by, proposed_at=now)
    row.fill(entry)
    row.save(force_insert=True)
    _record(row, verb, by, now)
    return row


@transaction.atomic
def submit(row: Benchmark, *, by: User, now: datetime) -> Benchmark:
    """Hand a draft, or one that came back, to another who approves. Raises WrongState."""
    return _move(row, State.SUBMITTED, (State.DRAFT, State.RETURNED), Verb.SUBMITTED, by, now)


@transaction.atomic
def approve(row: Benchmark, *, by: User, now: datetime) -> Benchmark:
    """Put a version in force from its first day; the open version before it ends the day before."""
    row = _locked(row)
    _refuse_proposer(row, by)
    before = (
        Benchmark.objects.select_for_update()
        .filter(region_code=row.region_code, code=row.code, state=State.APPROVED, valid_until=None)
        .first()
    )
    if before and not (row.valid_until and row.valid_until < before.valid_from):
        if before.valid_from >= row.valid_from:
            raise DatesWrong(f"现行版本自 {before.valid_from} 起有效，新版本须在此之后开始，请退回改正。")
        before.valid_until = row.valid_from - timedelta(days=1)
        before.save(update_fields=["valid_until"])
    _refuse_overlap(row)
    return _move(row, State.APPROVED, (State.SUBMITTED,), Verb.APPROVED, by, now)


@transaction.atomic
def return_(row: Benchmark, *, note: str, by: User, now: datetime) -> Benchmark:
    """Give a submitted version back to its proposer with a reason. Raises WrongState."""
    if not note.strip():
        raise WrongState("退回须写明理由。")
    row = _locked(row)
    _refuse_proposer(row, by)
    row.note = note.strip()[:200]
    return _move(row, State.RETURNED, (State.SUBMITTED,), Verb.RETURNED, by, now)


def _refuse_overlap(row: Benchmark) -> None:
    """No day has two approved versions: one with an end of its own, or one approved ahead, may stand in the way."""
    others = Benchmark.objects.filter(region_code=row.region_code, code=row.code, state=State.APPROVED).exclude(
        pk=row.pk
    )
    others = others.filter(Q(valid_until=None) | Q(valid_until__gte=row.valid_from))
    if row.valid_until:
        others = others.filter(valid_from__lte=row.valid_until)
    if other := others.order_by("valid_from").first():
        until = f"至 {other.valid_until}" if other.valid_until else "起"
        raise DatesWrong(
            f"有效期重叠：{other.valid_from} {until}已有审定的版本（{other.document or '国家规定'}）。"
            "请退回，把施行日期改到它结束以后，或者先写明它的有效期止。"
        )


def _locked(row: Benchmark) -> Benchmark:
    return Benchmark.objects.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)


def _refuse_proposer(row: Benchmark, by: User) -> None:
    if row.proposed_by_id in by.hats:
        raise SamePerson("提出人不能审定自己提出的裁量基准，请由另一人审定。")


def _move(row: Benchmark, state: State, allowed: tuple[State, ...], verb: Verb, by: User, now: datetime) -> Benchmark:
    note = row.note
    row = _locked(row)
    if row.state not in allowed:
        raise WrongState(f"这一版本是“{row.get_state_display()}”，不能办理“{verb.label}”。")
    row.state, row.note = state, note
    if state is not State.SUBMITTED:
        row.decided_by, row.decided_at = by, now
    row.save(update_fields=["state", "note", "decided_by", "decided_at"])
    _record(row, verb, by, now)
    return row


def _record(row: Benchmark, verb: str, by: User, now: datetime) -> None:
    detail = {"region": row.region_code, "code": row.code, "valid_from": row.valid_from.isoformat()}
    audit.record(by=by, verb=verb, on=row, at=now, bureau_code=by.bureau_code, detail=detail)
