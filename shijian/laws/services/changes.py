"""Comparing a version with the one before it, and listing what the changes touch."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from shijian.accounts.choices import UnitKind
from shijian.accounts.models import Unit, User
from shijian.accounts.queries import holders
from shijian.audit import services as audit
from shijian.core.errors import Refused
from shijian.core.permissions import registry
from shijian.notices.services import notify

from .. import hooks
from ..choices import ChangeKind, ImpactState, Verb
from ..models import Change, Impact, Version
from ..permissions import LIBRARY_IMPORT, LIBRARY_VIEW
from ..queries import reading, using
from ..rules import mapping


class AlreadyHandled(Refused):
    code = "laws.impact_already_handled"


class NotYours(Refused):
    code = "laws.impact_not_yours"


class NoOutcome(Refused):
    code = "laws.impact_without_outcome"


@transaction.atomic
def compare(version: Version) -> list[Change]:
    """Map the articles of a version to those of the version before it; nothing when either text is missing."""
    Change.objects.filter(version=version).delete()
    before = reading.version_before(version)
    if before is None or not (before.has_text and version.has_text):
        return []
    old = [mapping.Provision(row.pk, row.number, row.sub, row.text) for row in before.articles.defer("words")]
    new = [mapping.Provision(row.pk, row.number, row.sub, row.text) for row in version.articles.defer("words")]
    return Change.objects.bulk_create(
        Change(version=version, kind=pair.kind, before_id=pair.before, after_id=pair.after, likeness=pair.likeness)
        for pair in mapping.pairs(old, new)
    )


def after_import(versions: Iterable[Version], *, now: datetime) -> int:
    """Compare what was loaded, and what follows it, with its predecessor; list what is touched. How many are to be handled."""
    bureaus = list(Unit.objects.filter(kind=UnitKind.BUREAU).values_list("bureau_code", flat=True).distinct())
    compared = compare_all(versions)
    return sum(list_impacts(compared, bureau, now=now) for bureau in bureaus) if compared else 0


def compare_all(versions: Iterable[Version]) -> list[Version]:
    """Compare versions, and those that follow them, with what was before; those that have a text to compare with."""
    touched: dict[int, Version] = {}
    for version in versions:
        touched[version.pk] = version
        following = reading.version_after(version)
        if following and following.has_text:
            touched[following.pk] = following
    return [version for version in touched.values() if compare(version)]


@transaction.atomic
def list_impacts(versions: list[Version], bureau_code: str, *, now: datetime, tell: bool = True) -> int:
    """Every use of a bureau on a changed, renumbered or deleted article, each once; the keepers are told. How many are open."""
    uses, _ = using.placed(using.uses_of(bureau_code))
    changes = (
        Change.objects.filter(version__in=versions).exclude(kind__in=[ChangeKind.SAME, ChangeKind.NEW])
        .select_related("before__version", "after", "version__law").defer("before__words", "before__text", "after__words", "after__text")
    )  # fmt: skip
    found = [
        _impact(change, use, citation, is_current, bureau_code, now)
        for change in changes
        for use, citation, is_current in _touched(change, uses)
    ]
    known = set(
        Impact.objects.filter(bureau_code=bureau_code, version__in=versions)
        .values_list("version_id", "use_kind", "use_key", "before_label")
    )  # fmt: skip
    fresh: dict[tuple[int, str, str, str], Impact] = {}
    for row in found:
        key = (row.version_id, row.use_kind, row.use_key, row.before_label)
        if key not in known:
            fresh.setdefault(key, row)
    Impact.objects.bulk_create(fresh.values())
    opened = [row for row in fresh.values() if row.state == ImpactState.OPEN]
    if tell:
        _tell(opened, bureau_code, now)
    return len(opened)


def _touched(change: Change, uses: using.Placed) -> Iterable[tuple[hooks.Use, str, bool]]:
    """Uses of the old article written before the new version, and those of the new one written since."""
    starts, law = change.version.starts_on, change.version.law_id
    old, new = change.before, change.after
    assert old is not None
    for use, reference in uses.get((old.version.law_id, old.number, old.sub), []):
        if use.since is None or use.since < starts:
            yield use, f"{reference.law}{reference.label}", False
    for use, reference in uses.get((law, new.number, new.sub), []) if new else []:
        if use.since is not None and use.since >= starts:
            yield use, f"{reference.law}{reference.label}", True


def _impact(change: Change, use: hooks.Use, citation: str, is_current: bool, bureau_code: str, now: datetime) -> Impact:
    return Impact(
        bureau_code=bureau_code, version=change.version, kind=change.kind,
        before_label=change.before.label if change.before else "", after_label=change.after.label if change.after else "",
        after=change.after, keeper=(use.keeper or LIBRARY_IMPORT).code, use_kind=use.kind, use_key=use.key, use_title=use.title[:200], use_url=use.url, citation=citation[:300],
        state=ImpactState.CURRENT if is_current else ImpactState.OPEN, found_at=now,
    )  # fmt: skip


def _tell(opened: list[Impact], bureau_code: str, now: datetime) -> None:
    """One notice per version and kind of keeper."""
    groups: dict[tuple[int, str], list[Impact]] = {}
    versions: dict[int, Version] = {}
    for row in opened:
        versions[row.version_id] = row.version
        for permission in {row.keeper, LIBRARY_IMPORT.code}:
            groups.setdefault((row.version_id, permission), []).append(row)
    for (key, code), rows in groups.items():
        kinds = "、".join(sorted({row.use_kind for row in rows}))
        notify(
            holders(registry[code], bureau_code=bureau_code, on=localdate(now)), kind="laws.impact", at=now, bureau_code=bureau_code,
            title=f"{versions[key].law}有新版本，{len(rows)} 项依据待核对",
            body=f"{versions[key].starts_on} 起施行。涉及：{kinds}。请逐项核对并记录处理结果。",
            link=reverse("laws:impacts") + f"?version={key}&state=open",
        )  # fmt: skip


@transaction.atomic
def assign(impacts: Sequence[Impact], *, to: User, by: User, now: datetime) -> int:
    """Give lines to the one who is to check them; he is told once. How many. Raises `NotYours`, `AlreadyHandled`."""
    if not by.may(LIBRARY_IMPORT):
        raise NotYours("交办由保管法规库的人员办理。")
    if to.bureau_code != by.bureau_code or not to.is_active or not to.may(LIBRARY_VIEW):
        raise NotYours(f"{to.name}不能查阅本局的法规库，请选择其他人员。")
    keys = [row.pk for row in impacts]
    rows = list(
        Impact.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=keys, bureau_code=by.bureau_code, state=ImpactState.OPEN)
        .select_related("version__law")
    )
    if not rows:
        raise AlreadyHandled("选中的事项都已经处理，不必交办。")
    for row in rows:
        row.assigned_to = to
        detail = {"to": to.employee_no, "use": f"{row.use_kind} {row.use_key}", "version": str(row.version)}
        target = ("laws.impact", str(row.pk), str(row)[:200])
        audit.record(by=by, verb=Verb.IMPACT_ASSIGNED, on=target, at=now, detail=detail, bureau_code=row.bureau_code)
    Impact.objects.bulk_update(rows, ["assigned_to"])
    notify(
        [to], kind="laws.impact", at=now, bureau_code=by.bureau_code, title=f"请核对 {len(rows)} 项法规依据",
        body=f"{rows[0].version.law}等有新版本，{by.name}请你逐项核对并记录处理结果。",
        link=reverse("laws:impacts") + "?mine=1&state=open",
    )  # fmt: skip
    return len(rows)


def may_handle(impact: Impact, user: User) -> bool:
    """Who keeps the library, who keeps things of this kind, and whom it was given to."""
    if impact.bureau_code != user.bureau_code or impact.state != ImpactState.OPEN:
        return False
    keeper = registry.get(impact.keeper)
    return bool(user.may(LIBRARY_IMPORT) or (keeper and user.may(keeper)) or (impact.assigned_to_id in user.hats))


@transaction.atomic
def handle(impact: Impact, *, outcome: str, by: User, now: datetime) -> Impact:
    """Put on record what was done about a touched thing. Raises `AlreadyHandled`, `NoOutcome`, `NotYours`."""
    row = Impact.objects.select_for_update(no_key=True, of=("self",)).select_related("version__law").get(pk=impact.pk)
    if row.state != ImpactState.OPEN:
        raise AlreadyHandled(f"这一项已经是“{row.get_state_display()}”，不必再处理。")
    if not may_handle(row, by):
        raise NotYours("这一项由保管该类事项的人员或者被交办的人员处理。")
    if not outcome.strip():
        raise NoOutcome("请写明怎样处理的，如“已改为第二十二条”“核对后无需修改”。")
    row.state, row.outcome, row.handled_by, row.handled_at = ImpactState.DONE, outcome.strip()[:300], by, now
    row.save(update_fields=["state", "outcome", "handled_by", "handled_at"])
    detail = {
        "version": str(row.version),
        "article": row.before_label,
        "use": f"{row.use_kind} {row.use_key}",
        "outcome": row.outcome,
    }
    target = ("laws.impact", str(row.pk), str(row)[:200])
    audit.record(by=by, verb=Verb.IMPACT_HANDLED, on=target, at=now, detail=detail, bureau_code=row.bureau_code)
    return row
