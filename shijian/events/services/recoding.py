"""Open events follow a changed boundary, as the entities do; closed ones keep the code under which they were closed."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

import numpy as np
from django.utils.timezone import now

from shijian.accounts.services.clockwork import clockwork
from shijian.core.ids import new_id
from shijian.grid import queries as grid

from ..choices import Act, Verb
from ..models import Event, Step
from . import steps


def rebind(bureau_code: str, codes: Iterable[str] | None, on: date) -> int:
    """Give open events the grid their place lies in now, in the caller's transaction; returns how many moved.

    With `codes` only those of these grids are asked about. An event without a place whose grid is no more goes to the
    level above it. The handler stays, and so does the clock; each move is a step that says from where to where.
    """
    rows = Event.objects.open().filter(bureau_code=bureau_code).exclude(area_code="")
    if codes is not None:
        rows = rows.filter(area_code__in=list(codes))
    found = list(rows.values_list("pk", "area_code", "location_wgs84"))
    if not found:
        return 0
    places = np.array([place or (np.nan, np.nan) for _, _, place in found], dtype=np.float64)
    located = ~np.isnan(places[:, 0])
    new = np.full(len(found), "", dtype=object)
    if located.any():
        new[located] = grid.partition(bureau_code, on=on).assign(places[located])
    scheme, standing, at = grid.scheme(bureau_code), set(grid.approved_codes(bureau_code)), now()
    moved = 0
    for (key, old, _), here in zip(found, new, strict=True):
        code = str(here) or (old if old in standing else scheme.parent_of(old) or "")
        if code != old:
            _move(key, code, at)
            moved += 1
    return moved


def _move(key: UUID, code: str, at: datetime) -> None:
    event = Event.objects.select_for_update(no_key=True, of=("self",)).select_related("kind", "handler").get(pk=key)
    before = event.area_code
    event.area_code = code
    event.holder_code = _beside(event.holder_code, before, code)
    if event.handler_id:
        event.handler_code = _beside(event.handler_code, before, code)
    event.save(update_fields=["area_code", "holder_code", "handler_code"])
    by, text = clockwork(event.bureau_code), f"{before} → {code or '未落格'}：网格边界调整，办理人和期限不变"
    step = Step.objects.create(id=new_id(), event=event, act=Act.RECODE, by=by, at=at, note=text, to_code=code)
    steps.record(event, Verb.RECODED, step, by=by, now=at, detail={"before": before, "to_code": code})
    if event.handler:
        steps.tell(event, [event.handler], Act.RECODE, f"网格调整，现属 {code or '未落格'}", text, at)


def _beside(level: str, before: str, code: str) -> str:
    """The same level on the way to the new grid; a level that was not on the old way stays."""
    return code[: len(level)] if before.startswith(level) else level
