import csv
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from shijian.accounts.models import User
from shijian.audit import services as audit

from .. import queries
from ..choices import Verb
from ..models import Rung
from ..rules.ladder import RungValue, ordered

SHIPPED = Path(__file__).resolve().parents[1] / "data" / "ladder.csv"


def load_ladder() -> int:
    """The shipped rungs, once."""
    if Rung.objects.filter(bureau_code="").exists():
        return 0
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        return len(Rung.objects.bulk_create(Rung(**row) for row in csv.DictReader(file)))


@transaction.atomic
def change_ladder(rungs: Collection[RungValue], *, by: User, now: datetime) -> tuple[RungValue, ...]:
    """From now on the bureau climbs these rungs; the old ones stay on record."""
    wanted = ordered(rungs)
    with connection.cursor() as cursor:  # two who change it at once: one after the other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"clock ladder {by.bureau_code}"])
    if wanted == queries.ladder(by.bureau_code):
        return wanted
    Rung.objects.filter(bureau_code=by.bureau_code, until=None).update(until=now)
    Rung.objects.bulk_create(
        Rung(
            bureau_code=by.bureau_code,
            days_left=rung.days_left,
            name=rung.name,
            levels_up=rung.levels_up,
            since=now,
            changed_by=by,
        )
        for rung in wanted
    )
    audit.record(
        by=by,
        verb=Verb.LADDER_CHANGED,
        on=("deadlines.ladder", by.bureau_code, "时限提醒阶梯"),
        at=now,
        bureau_code=by.bureau_code,
        detail={"rungs": [[rung.days_left, rung.name, rung.levels_up] for rung in wanted]},
    )
    return wanted
