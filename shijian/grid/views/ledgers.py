from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.audit import services as audit
from shijian.core.access import requires
from shijian.core.pages import Choice, Column, ListPage, Search

from .. import hooks, queries
from ..choices import Duty, Verb
from ..ledgers import LEDGERS
from ..permissions import GRID_VIEW


@requires(GRID_VIEW)
@require_GET
def ledger(request: PersonRequest, name: str = "areas") -> HttpResponseBase:
    """One of the four ledgers, as a list and as a file; the same rows and columns as over the API."""
    found = LEDGERS.get(name)
    if found is None:
        raise Http404
    bureau, today = request.user.bureau_code, localdate()
    is_staff = name == "staff"
    field = "node__level__depth" if is_staff else "level__depth"
    levels = [(str(level.depth), level.name) for level in queries.levels(bureau)]
    title_field = "person__name" if is_staff else "name"
    filters: list[Any] = [
        Search(
            "q",
            "编码、姓名" if is_staff else "编码、名称",
            narrow=lambda rows, text: rows.filter(area_code__startswith=text) | rows.filter(**{f"{title_field}__contains": text}),
        )
    ]  # fmt: skip
    if name != "entities":
        filters.append(Choice("level", "层级", choices=levels, field=field))
    if is_staff:
        filters.append(Choice("duty", "职责", choices=Duty.choices))
    cells = found.cells(bureau, today)
    numbers = {counter.label for counter in hooks.counters} | {"面积（平方公里）"}
    columns = [
        Column(label, value, sort="area_code" if place == 0 else "", css="num" if label in numbers else "")
        for place, (label, value) in enumerate(cells)
    ]

    def exported(kind: str, count: int) -> None:
        with transaction.atomic():
            audit.record(
                by=request.user, verb=Verb.EXPORTED, on=("grid.ledger", found.key, found.name), at=now(),
                bureau_code=bureau, detail={"format": kind, "rows": count},
            )  # fmt: skip

    listing = ListPage(
        request, found.rows(bureau, today), columns, order="area_code", name=found.name, filters=filters,
        link=lambda row: reverse("grid:node", args=[row.area_code]), on_export=exported,
        empty="台账里还没有记录。",
    )  # fmt: skip
    tabs = [(each.name, reverse("grid:ledgers", args=[each.key]), each.key == name) for each in LEDGERS.values()]
    rows_url = hooks.counters[0].url("-") if name == "entities" and hooks.counters else ""
    return listing.response("grid/ledger.html", {"title": found.name, "tabs": tabs, "rows_url": rows_url})
