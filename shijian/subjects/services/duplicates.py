"""Entities that may be one: proposed by the database, decided by a person, merged so that it can be undone."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import Refused
from shijian.core.sealed import seal, unseal

from ..choices import PairState, Verb
from ..models import Entity, EntityChange, Merger, Pair
from .edits import json_value, told
from .staging import PHONE

FACTS = (
    "name", "kind", "credit_code", "registration_no", "industry_code", "status", "address", "established_on", "scope_text",
    "phone",
)  # fmt: skip
PLACE = ("location_wgs84", "location_source", "area_code")
MOST_ALIKE = 20  # a name that more entities have tells nothing
MOST_CALLED = 5  # a phone that more entities have is an agent's (代办)
PROPOSE = """
    WITH live AS MATERIALIZED (
        SELECT id, name, address, credit_code, registration_no, phone_print, location_wgs84 AS at
        FROM subjects_entity
        WHERE bureau_code = %(bureau)s AND merged_into_id IS NULL AND status NOT IN ('closed', 'revoked')
    ), same_name AS MATERIALIZED (
        SELECT name FROM live GROUP BY name HAVING count(*) BETWEEN 2 AND %(most)s
    ), named AS MATERIALIZED (SELECT live.* FROM live JOIN same_name USING (name)),
    same_phone AS MATERIALIZED (
        SELECT phone_print FROM live WHERE phone_print <> '' GROUP BY phone_print HAVING count(*) BETWEEN 2 AND %(called)s
    ), called AS MATERIALIZED (SELECT id, phone_print FROM live JOIN same_phone USING (phone_print)),
    pairs (first, second, reason) AS (
        SELECT a.id, b.id, 'code' FROM live a JOIN live b USING (credit_code) WHERE a.credit_code <> '' AND a.id < b.id
        UNION
        SELECT a.id, b.id, 'number' FROM live a JOIN live b USING (registration_no)
        WHERE a.registration_no <> '' AND a.id < b.id
        UNION
        SELECT a.id, b.id, 'address' FROM named a JOIN named b USING (name, address) WHERE a.address <> '' AND a.id < b.id
        UNION
        SELECT a.id, b.id, 'place' FROM named a JOIN named b USING (name) WHERE a.id < b.id
        AND 111320 * sqrt((a.at[1] - b.at[1]) ^ 2 + ((a.at[0] - b.at[0]) * cosd(a.at[1])) ^ 2) <= 100
        UNION
        SELECT a.id, b.id, 'phone' FROM called a JOIN called b USING (phone_print) WHERE a.id < b.id
    )
    INSERT INTO subjects_pair (bureau_code, first_id, second_id, reasons, state, found_at)
    SELECT %(bureau)s, first, second, array_agg(reason ORDER BY reason), 'proposed', %(now)s FROM pairs GROUP BY first, second
    ON CONFLICT (first_id, second_id) DO NOTHING
"""


class CannotMerge(Refused):
    code = "subjects.cannot_merge"


def propose(bureau_code: str, *, now: datetime) -> int:
    """Look for pairs nobody has decided on; returns how many are new."""
    with connection.cursor() as cursor:
        cursor.execute(PROPOSE, {"bureau": bureau_code, "most": MOST_ALIKE, "called": MOST_CALLED, "now": now})
        return int(cursor.rowcount)


@transaction.atomic
def merge(kept: Entity, absorbed: Entity, *, take: Sequence[str], reason: str, by: User, now: datetime) -> Merger:
    """Take the record of one entity into another's.

    What the kept one lacks is filled in; of facts both have, those named in `take` come from the absorbed one. Nothing is
    deleted: the absorbed entity keeps its own record and points to the kept one.
    """
    kept, absorbed = _lock_both(kept, absorbed)
    for each in (kept, absorbed):
        if each.merged_into_id:
            raise CannotMerge(f"{each.name}已并入其他主体，请刷新后再看。")
    if kept.bureau_code != absorbed.bureau_code:
        raise CannotMerge("两个主体不在同一个局，不能合并。")
    taken = _taken(kept, absorbed, set(take))
    merger = Merger.objects.create(
        kept=kept,
        absorbed=absorbed,
        reason=reason.strip()[:200] or "同一主体",
        taken={name: [_kept(name, getattr(kept, name)), _kept(name, value)] for name, value in taken.items()},
        by=by,
        at=now,
    )
    before = told({name: getattr(kept, name) for name in taken})
    _set(kept, taken, f"合并 {absorbed.name}", by, now)
    Entity.objects.filter(merged_into=absorbed).update(merged_into=kept)  # what was merged into it before comes along
    absorbed.merged_into = kept
    absorbed.save(update_fields=["merged_into"])
    _decide(kept, absorbed, PairState.MERGED, by, now)
    detail: dict[str, Any] = {"absorbed": str(absorbed.pk), "name": absorbed.name, "reason": merger.reason}
    detail["taken"] = {name: [before[name], after] for name, after in told(taken).items()}
    _record(Verb.MERGED, kept, detail, by, now)
    return merger


@transaction.atomic
def unmerge(merger: Merger, *, by: User, now: datetime) -> Merger:
    """Take a merger back: the absorbed entity stands by itself again, and the kept one gives back what it took.

    A fact that was changed since stays as it is now.
    """
    merger = Merger.objects.select_for_update().select_related("kept", "absorbed").get(pk=merger.pk)
    if merger.undone_at:
        raise CannotMerge("这次合并已经撤销。")
    kept, absorbed = _lock_both(merger.kept, merger.absorbed)
    back = {
        name: _typed(name, before)
        for name, (before, after) in merger.taken.items()
        if getattr(kept, name) == _typed(name, after)
    }
    _set(kept, back, f"撤销合并 {absorbed.name}", by, now)
    absorbed.merged_into = None
    absorbed.save(update_fields=["merged_into"])
    earlier = Merger.objects.filter(kept=absorbed, undone_at=None).values("absorbed")
    Entity.objects.filter(pk__in=earlier).update(merged_into=absorbed)
    merger.undone_by, merger.undone_at = by, now
    merger.save(update_fields=["undone_by", "undone_at"])
    _decide(kept, absorbed, PairState.PROPOSED, None, None)
    _record(Verb.UNMERGED, kept, {"absorbed": str(absorbed.pk), "name": absorbed.name}, by, now)
    return merger


@transaction.atomic
def keep_apart(pair: Pair, *, by: User, now: datetime) -> Pair:
    """Remember that the two are not the same: they are not proposed again."""
    pair = Pair.objects.select_for_update(of=("self",)).select_related("first", "second").get(pk=pair.pk)
    if pair.state != PairState.PROPOSED:
        raise CannotMerge("这一对已经有人处理，请刷新后再看。")
    pair.state, pair.decided_by, pair.decided_at = PairState.DIFFERENT, by, now
    pair.save(update_fields=["state", "decided_by", "decided_at"])
    _record(Verb.KEPT_APART, pair.first, {"other": str(pair.second_id), "name": pair.second.name}, by, now)
    return pair


def _lock_both(one: Entity, other: Entity) -> tuple[Entity, Entity]:
    found = {row.pk: row for row in Entity.objects.select_for_update().filter(pk__in=[one.pk, other.pk]).order_by("pk")}
    if len(found) < 2:
        raise CannotMerge("请选择两个不同的主体。")
    return found[one.pk], found[other.pk]


def _taken(kept: Entity, absorbed: Entity, take: set[str]) -> dict[str, Any]:
    taken: dict[str, Any] = {}
    for name in FACTS:
        mine, theirs = getattr(kept, name), getattr(absorbed, name)
        if theirs and theirs != mine and (not mine or name in take):
            taken[name] = theirs
    if absorbed.location_wgs84 and (not kept.location_wgs84 or "place" in take):
        taken |= {name: getattr(absorbed, name) for name in PLACE if getattr(absorbed, name) != getattr(kept, name)}
    if tags := set(absorbed.tags) - set(kept.tags):
        taken["tags"] = sorted(tags | set(kept.tags))
    return taken


def _set(entity: Entity, changed: dict[str, Any], source: str, by: User, now: datetime) -> None:
    if not changed:
        return
    before, after = told({name: getattr(entity, name) for name in changed}), told(changed)
    for name, value in changed.items():
        setattr(entity, name, value)
    entity.updated_at = now
    entity.save(update_fields=[*changed, "updated_at"])
    EntityChange.objects.create(entity=entity, at=now, source=source[:60], by_name=by.name, before=before, after=after)


def _kept(name: str, value: Any) -> Any:
    """A value as the merger keeps it, to be given back: a phone sealed as in its own column."""
    return seal(value, PHONE) if name == "phone" else json_value(value)


def _typed(name: str, value: Any) -> Any:
    """A value as the merger kept it, as the field has it."""
    if value is None:
        return None
    if name == "phone":
        return unseal(value, PHONE)
    if name == "location_wgs84":
        return float(value[0]), float(value[1])
    return date.fromisoformat(value) if name == "established_on" else value


def _decide(one: Entity, other: Entity, state: str, by: User | None, now: datetime | None) -> None:
    pairs = Pair.objects.filter(Q(first=one, second=other) | Q(first=other, second=one))
    pairs.update(state=state, decided_by=by, decided_at=now)


def _record(verb: str, on: Entity, detail: dict[str, Any], by: User, now: datetime) -> None:
    place = {"bureau_code": on.bureau_code, "area_code": on.area_code}
    audit.record(by=by, verb=verb, on=on, at=now, detail=detail, **place)
