from datetime import datetime

from django.db import IntegrityError, transaction

from shijian.audit import services as audit
from shijian.core.errors import Refused

from ..choices import Verb
from ..models import Unit, User


class UnitCodeTaken(Refused):
    code = "accounts.unit_code_taken"


@transaction.atomic
def create_unit(
    *,
    bureau_code: str,
    code: str,
    name: str,
    kind: str,
    parent: Unit | None,
    area_code: str = "",
    by: User | None,
    now: datetime,
) -> Unit:
    """Add a unit below its parent; its path is the parent's path and its own code."""
    unit = Unit(
        bureau_code=bureau_code,
        code=code,
        name=name,
        kind=kind,
        parent=parent,
        area_code=area_code,
        path=f"{parent.path if parent else ''}{code}/",
    )
    try:
        with transaction.atomic():
            unit.save(force_insert=True)
    except IntegrityError as error:
        raise UnitCodeTaken(f"机构代码 {code} 已被使用。") from error
    if by:
        audit.record(by=by, verb=Verb.UNIT_CREATED, on=unit, at=now, bureau_code=bureau_code, area_code=area_code)
    return unit


@transaction.atomic
def change_unit(unit: Unit, *, name: str, area_code: str, by: User, now: datetime) -> Unit:
    unit = Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    before = {"name": unit.name, "area_code": unit.area_code}
    unit.name, unit.area_code = name, area_code
    unit.save(update_fields=["name", "area_code"])
    audit.record(
        by=by,
        verb=Verb.UNIT_CHANGED,
        on=unit,
        at=now,
        bureau_code=unit.bureau_code,
        area_code=area_code,
        detail={"before": before, "after": {"name": name, "area_code": area_code}},
    )
    return unit
