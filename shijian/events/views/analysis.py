"""分析: figures by class, matter, grid, source and month, each opening its rows; the definitions of all figures."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.metrics import registry
from shijian.core.pages import Bar, Columns, exports
from shijian.grid.models import Node

from .. import analysis, queries
from ..analysis import COLUMNS, DIMENSIONS, Asked
from ..choices import Source
from ..metrics import ALL
from ..models import Kind
from ..permissions import EVENT_REVIEW, EVENT_VIEW
from .listing import event_filters, exported

SHOWN = 100  # rows of a table; all of them when asked, and in the export


@requires(EVENT_VIEW)
@require_GET
def pivot(request: PersonRequest) -> HttpResponseBase:
    """A table by one dimension. The rows are narrowed by the register's own filters, so figures and rows agree."""
    user, at = request.user, now()
    asked = asked_of(request.GET, localdate(at))
    rows = rows_for(request, asked)
    current = list(Kind.objects.current(user.bureau_code))
    nodes = dict(Node.objects.approved().filter(bureau_code=user.bureau_code).values_list("area_code", "name"))
    names = {kind.code: kind.name for kind in current} | {code: f"{code} {name}" for code, name in nodes.items()}
    widths = sorted({len(code) for code in nodes})
    width = widths[-2] if len(widths) > 1 else 4
    counted = analysis.counts(user, asked, rows, at=at, width=width)
    is_export = request.GET.get("export") == "xlsx"
    most = None if is_export or "all" in request.GET else SHOWN
    found = analysis.table(asked, counted, names=names, most=most)
    if is_export:
        exported(request, "事件分析")("xlsx", len(found))
        header = [DIMENSIONS[asked.by], *(each.label for each in COLUMNS)]
        cells = ([row.label, *(figure.text for figure in row.figures)] for row in found)
        return exports.as_xlsx(f"事件按{DIMENSIONS[asked.by]}", header, cells)
    most = max((row.figures[0].rows for row in found), default=0) or 1
    context = {
        "asked": asked,
        "columns": COLUMNS,
        "dimensions": [(key, label, _address(asked, by=key)) for key, label in DIMENSIONS.items()],
        "rows": [(row, round(100 * row.figures[0].rows / most, 1), _deeper(asked, row)) for row in found],
        "total": analysis.total(asked, counted),
        "groups": sorted({kind.group for kind in current}),
        "sources": Source.choices,
        "units": [(code, name) for code, name in sorted(nodes.items()) if len(code) == width],
        "chart": _chart(found) if asked.by == "month" else None,
        "at": at,
        "left_out": len(counted) - len(found),
        "all": _address(asked, all="1"),
        "export": _address(asked, export="xlsx"),
        "study": reverse("events:study_new") + _address(asked) if user.may(EVENT_REVIEW) else "",
        "dimension": DIMENSIONS[asked.by],
    }
    return render(request, "events/analysis.html", context)


@requires(EVENT_VIEW)
@require_GET
def definitions(request: PersonRequest) -> HttpResponse:
    """指标口径: every figure with its unit, its definition, the statement that counts it, and its rows."""
    rows = queries.visible_to(request.user).order_by().only("number")
    at = now()
    made = [(metric, str(metric.rows(rows, at).query).partition(" WHERE ")[2], metric.url()) for metric in ALL]
    made += [(metric, "", metric.url()) for metric in registry.values() if metric not in ALL]
    return render(request, "events/definitions.html", {"metrics": made, "back": reverse("events:analysis")})


def asked_of(query: Mapping[str, str], today: date) -> Asked:
    """The question of an address, or of a study that was kept."""

    def day(name: str, otherwise: date) -> date:
        try:
            return date.fromisoformat(query.get(name, ""))
        except ValueError:
            return otherwise

    by = query.get("by", "")
    return Asked(
        by if by in DIMENSIONS else "group",
        day("at_from", today.replace(month=1, day=1)),
        day("at_to", today),
        query.get("area", "").strip()[:12],
        query.get("group", "")[:20],
        query.get("source", "")[:20],
    )


def rows_for(request: PersonRequest, asked: Asked) -> Any:
    """The rows of the register under the asked filters, narrowed by the register's own filters."""
    given = QueryDict(mutable=True)
    given.update({name: str(value) for name, value in asked.filters.items()})
    rows = queries.visible_to(request.user)
    for each in event_filters(request):
        value = each.value(given)
        if value not in ("", None):
            rows = each.apply(rows, value)
    return rows


def _address(asked: Asked, **changes: str) -> str:
    query = QueryDict(mutable=True)
    query.update({"by": asked.by, **{name: str(value) for name, value in asked.filters.items()}, **changes})
    return f"?{query.urlencode()}"


def _deeper(asked: Asked, row: analysis.Row) -> str:
    return _address(asked, **row.deeper) if row.deeper else ""


def _chart(rows: list[analysis.Row]) -> Columns:
    wanted = [0, 3]  # reported, closed
    groups = [
        (
            row.label,
            [
                Bar(figure.rows, f"{row.label} {figure.metric.label} {figure.rows} 件", figure.url, series)
                for series, figure in enumerate(row.figures[place] for place in wanted)
            ],
        )
        for row in rows
    ]
    return Columns("每月上报和其中已办结", groups, [COLUMNS[place].label for place in wanted])
