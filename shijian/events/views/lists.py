"""问题清单、任务清单、责任清单: what is open, who owes what by when, who answers for it. Closed ones leave (E-12)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.pages import Column, ListPage
from shijian.grid import queries as grid
from shijian.grid.rules.codes import Scheme

from .. import queries
from ..choices import State
from ..models import Event
from ..permissions import EVENT_VIEW
from ..rules import loop
from .listing import due_cell, event_filters, exported, state_tag

TASKS = {
    State.REPORTED: "派遣",
    State.DISPATCHED: "接收",
    State.HANDLING: "处置并反馈",
    State.HANDED_OVER: "跟踪移送回执",
    State.REVIEWING: "复核办结",
}
LISTS = [("problems", "问题清单"), ("tasks", "任务清单"), ("duties", "责任清单")]


@dataclass(frozen=True, slots=True)
class Chiefs:
    """Who leads where, and how the codes of this bureau are built (GRD-02)."""

    names: dict[str, str]
    scheme: Scheme

    def levels(self) -> list[tuple[int, str]]:
        """From the lowest up: how many digits a code of the level has, and its name."""
        levels = [(self.scheme.length(depth), name) for depth, name in enumerate(self.scheme.names)]
        return [each for each in reversed(levels) if each[0]]


@requires(EVENT_VIEW)
@require_GET
def problems(request: PersonRequest) -> HttpResponseBase:
    """What was found and is not settled."""

    def columns(chiefs: Chiefs) -> list[Column]:
        return [
            Column("问题", lambda row: row.description[:60]),
            Column("事件号", "number", css="narrow"),
            Column("事项", "kind__name"),
            Column("主体", lambda row: row.entity.name if row.entity else ""),
            Column("地点", lambda row: row.address or row.area_code or "未落格"),
            Column("来源", "get_source_display", css="narrow"),
            Column("上报时间", "reported_at", sort="reported_at", css="narrow"),
            Column("责任人", lambda row: _owner(row, chiefs), css="narrow"),
            Column("期限", "due_on", show=due_cell, css="narrow"),
            Column("状态", "get_state_display", show=state_tag, css="narrow"),
        ]

    return _list(request, "problems", columns)


@requires(EVENT_VIEW)
@require_GET
def tasks(request: PersonRequest) -> HttpResponseBase:
    """What is to be done next with each, by whom, by when."""

    def columns(chiefs: Chiefs) -> list[Column]:
        return [
            Column("任务", lambda row: f"{TASKS[State(row.state)]}：{row.kind.name}"),
            Column("事件号", "number", css="narrow"),
            Column("内容", lambda row: row.description[:60]),
            Column("责任人", lambda row: _next(row, chiefs), css="narrow"),
            Column("要求", lambda row: f"督办，{row.supervised_until} 前办结" if row.is_supervised else ""),
            Column("完成期限", _task_due, css="narrow"),
            Column("办理期限", "due_on", show=due_cell, css="narrow"),
            Column("状态", "get_state_display", show=state_tag, css="narrow"),
        ]

    return _list(request, "tasks", columns)


@requires(EVENT_VIEW)
@require_GET
def duties(request: PersonRequest) -> HttpResponseBase:
    """Who answers for each, from the handler up, and on which basis."""

    def columns(chiefs: Chiefs) -> list[Column]:
        return [
            Column("事项", "kind__name"),
            Column("事件号", "number", css="narrow"),
            Column("职责依据", "kind__basis"),
            Column("直接责任人", lambda row: row.handler.name if row.handler else "未派遣", css="narrow"),
            Column("责任网格", lambda row: row.area_code or "未落格", css="narrow"),
            *(
                Column(f"{name}负责人", lambda row, length=length: _chief(row, chiefs, length), css="narrow")  # type: ignore[misc]
                for length, name in chiefs.levels()
            ),
            Column("期限", "due_on", show=due_cell, css="narrow"),
            Column("状态", "get_state_display", show=state_tag, css="narrow"),
        ]

    return _list(request, "duties", columns)


def _list(request: PersonRequest, name: str, columns: Callable[[Chiefs], Sequence[Column]]) -> HttpResponseBase:
    rows = queries.visible_to(request.user).open().select_related("kind", "handler", "entity")
    title = dict(LISTS)[name]
    bureau = request.user.bureau_code
    chiefs = Chiefs(queries.chief_names(bureau, on=localdate()), grid.scheme(bureau))
    listing = ListPage(
        request,
        rows.defer("working"),
        columns(chiefs),
        order="reported_at",
        name=title,
        filters=[each for each in event_filters(request) if each.name not in {"open", "metric"}],
        link=lambda row: reverse("events:event", args=[row.number]),
        key="number",
        empty="没有未办结的事件。",
        empty_icon="circle-check",
        on_export=exported(request, title),
        parts=[part.open() for part in queries.parts_of(request.user)],
    )
    tabs = [(label, reverse(f"events:{each}"), each == name) for each, label in LISTS]
    return listing.response(
        "events/lists.html", {"title": title, "tabs": tabs, "lead": "只列未办结的；办结后自动退出。"}
    )


def _chief(row: Event, chiefs: Chiefs, length: int) -> str:
    return chiefs.names.get(row.area_code[:length], "空缺") if length <= len(row.area_code) else "—"


def _owner(row: Event, chiefs: Chiefs) -> str:
    if row.handler:
        return row.handler.name
    # Nobody handles it: the chief of the level that dispatches, which is never the lowest.
    codes = [code for code in (row.holder_code, chiefs.scheme.parent_of(row.holder_code)) if code is not None]
    higher = [code for code in codes if len(code) < len(row.area_code)]
    return next((chiefs.names[code] for code in higher if code in chiefs.names), "网格办")


def _next(row: Event, chiefs: Chiefs) -> str:
    """Who is to act: the handler, who dispatches where nobody handles it, or the level above that reviews."""
    if row.state == State.REVIEWING:
        above = loop.holder_above(row.handler_code, [*chiefs.scheme.chain(row.area_code), ""])
        return chiefs.names.get(above or "") or "上级复核人"
    return _owner(row, chiefs)


def _task_due(row: Event) -> Any:
    return row.respond_by if row.state == State.DISPATCHED else row.due
