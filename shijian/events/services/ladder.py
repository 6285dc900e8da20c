"""The ladder of reminders of a bureau: changed as a whole, the old rungs stay on record."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import Refused

from .. import queries
from ..choices import Verb
from ..models import LadderRung
from ..rules import reminders


class LadderRefused(Refused):
    code = "events.broken_ladder"


@transaction.atomic
def change_ladder(rungs: Collection[reminders.Rung], *, by: User, now: datetime) -> tuple[reminders.Rung, ...]:
    """From now on the bureau climbs these rungs. Who was told of a share already is not told of it again."""
    try:
        wanted = reminders.ordered(rungs)
    except reminders.BrokenLadder as fault:
        raise LadderRefused(str(fault)) from fault
    with connection.cursor() as cursor:  # two who change it at once: one after the other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"ladder {by.bureau_code}"])
    if wanted == queries.ladder(by.bureau_code):
        return wanted
    LadderRung.objects.filter(bureau_code=by.bureau_code, until=None).update(until=now)
    LadderRung.objects.bulk_create(
        LadderRung(
            bureau_code=by.bureau_code,
            share_percent=rung.share_percent,
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
        on=("events.ladder", by.bureau_code, "提醒阶梯"),
        at=now,
        bureau_code=by.bureau_code,
        detail={"rungs": [[rung.share_percent, rung.name, rung.levels_up] for rung in wanted]},
    )
    return wanted
