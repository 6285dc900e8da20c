"""The catalogue of matters: a change closes the version in force and opens the next."""

from datetime import datetime
from typing import Any

from django.db import transaction

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import Refused

from ..choices import Verb
from ..models import Kind

CHANGEABLE = (
    "group",
    "name",
    "basis",
    "limit_key",
    "limit_amount",
    "limit_unit",
    "limit_basis",
    "respond_hours",
    "first_handler",
    "wants_certificate",
    "wants_photo",
    "reopenings_max",
    "is_active",
)


class CodeTaken(Refused):
    code = "events.kind_code_taken"


class ChangedMeanwhile(Refused):
    code = "events.kind_changed_meanwhile"


@transaction.atomic
def change_kind(kind: Kind, *, values: dict[str, Any], by: User, now: datetime) -> Kind:
    """Open a new version for the bureau from now on; events under way keep the version they were reported under.

    The version that came with the product stays for the other bureaus of the node.
    """
    kind = Kind.objects.select_for_update(no_key=True, of=("self",)).get(pk=kind.pk)
    if kind.until:
        raise ChangedMeanwhile(f"“{kind}”刚刚被修改过，请刷新页面后在新内容上修改。")
    changed = {name: values[name] for name in CHANGEABLE if name in values and values[name] != getattr(kind, name)}
    if not changed:
        return kind
    fresh = {name: getattr(kind, name) for name in CHANGEABLE} | changed
    if kind.bureau_code:
        kind.until = now
        kind.save(update_fields=["until"])
    made = Kind.objects.create(code=kind.code, bureau_code=by.bureau_code, since=now, changed_by=by, **fresh)
    _record(Verb.KIND_CHANGED, made, by, now, {name: str(value) for name, value in changed.items()})
    return made


@transaction.atomic
def add_kind(code: str, *, values: dict[str, Any], by: User, now: datetime) -> Kind:
    """Add a matter to the bureau's catalogue."""
    if Kind.objects.current(by.bureau_code).filter(code=code).exists():
        raise CodeTaken(f"代码“{code}”已被使用，请换一个。")
    made = Kind.objects.create(code=code, bureau_code=by.bureau_code, since=now, changed_by=by, **values)
    _record(Verb.KIND_ADDED, made, by, now, {name: str(value) for name, value in values.items()})
    return made


def _record(verb: str, kind: Kind, by: User, now: datetime, detail: dict[str, str]) -> None:
    audit.record(
        by=by,
        verb=verb,
        on=("events.kind", kind.code, f"{kind.code} {kind}"),
        at=now,
        bureau_code=kind.bureau_code,
        detail=detail,
    )
