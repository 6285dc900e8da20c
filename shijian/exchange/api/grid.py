"""网格编码、四本台账、某处某日由谁负责."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.timezone import localdate
from ninja import Query, Router

from shijian.core.errors import InvalidInput
from shijian.core.pages.exports import plain
from shijian.core.personal import mask_phone
from shijian.grid import queries as grid
from shijian.grid.ledgers import LEDGERS
from shijian.grid.models import Node
from shijian.grid.permissions import GRID_VIEW, WORK_VIEW
from shijian.grid.rules.datum import Datum, to_wgs84

from .. import schemas
from ..auth import demand
from ..pages import page
from .answers import READING, answer

router = Router()


@router.get(
    "/grid/nodes",
    response={200: schemas.Nodes, **READING},
    summary="网格编码",
    operation_id="list_nodes",
    tags=["网格"],
)
def list_nodes(
    request: HttpRequest, under: schemas.AreaCode = "", after: schemas.AreaCode = "", limit: schemas.Limit = 200
) -> Any:
    """已启用的各级编码，按编码排列。"""
    demand(request.user, GRID_VIEW)  # type: ignore[arg-type]
    bureau = request.user.bureau_code  # type: ignore[union-attr]
    rows = Node.objects.approved().filter(bureau_code=bureau, area_code__startswith=under)
    if after:
        rows = rows.filter(area_code__gt=after)
    found = list(rows.select_related("level", "parent", "unit").order_by("area_code")[: limit + 1])
    items = [
        {
            "code": node.area_code,
            "name": node.name,
            "level": node.level.name,
            "parent": node.parent.area_code if node.parent else None,
            "unit": node.unit.name if node.unit else "",
        }
        for node in found[:limit]
    ]
    return answer({"items": items, "next": found[limit - 1].area_code if len(found) > limit else ""})


@router.get(
    "/grid/ledgers/{name}",
    response={200: schemas.LedgerOut, **READING},
    summary="四本台账",
    operation_id="get_ledger",
    tags=["网格"],
)
def get_ledger(
    request: HttpRequest,
    name: schemas.LedgerName,
    under: schemas.AreaCode = "",
    after: schemas.Cursor = "",
    limit: schemas.Limit = 200,
) -> Any:
    """网格编码（codes）、网格区域（areas）、监管对象（entities）、网格人员（staff）台账，与页面和导出相同，按编码排列。"""
    demand(request.user, WORK_VIEW)  # type: ignore[arg-type]
    bureau, today = request.user.bureau_code, localdate()  # type: ignore[union-attr]
    ledger = LEDGERS[name]
    rows = ledger.rows(bureau, today).filter(area_code__startswith=under)
    found = page(rows, after, limit, by="area_code")
    cells = ledger.cells(bureau, today)
    items = [{label: plain(value(row)) for label, value in cells} for row in found.rows]
    return answer(
        {
            "name": ledger.name,
            "columns": [label for label, _ in cells],
            "items": items,
            "next": found.next,
        }
    )


@router.get(
    "/grid/responsible",
    response={200: schemas.ResponsibleOut, **READING},
    summary="某处某日由谁负责",
    operation_id="who_is_responsible",
    tags=["网格"],
)
def who_is_responsible(
    request: HttpRequest,
    lon: schemas.Lon,
    lat: schemas.Lat,
    datum: Datum = Datum.WGS84,
    on: Annotated[date | None, Query(description="日期，不填即今天")] = None,
) -> Any:
    """责任链由网格到片区；不在任何网格内时 code 为空、chain 为空。"""
    demand(request.user, GRID_VIEW)  # type: ignore[arg-type]
    day = on or localdate()
    if not 2000 <= day.year <= 2100:
        raise InvalidInput("应在 2000 年至 2100 年之间", field="on", remedy="请核对年份。")
    x, y = to_wgs84([lon, lat], datum)[0]
    links = grid.responsible_for(request.user.bureau_code, float(x), float(y), on=day)  # type: ignore[union-attr]
    chain = [
        {
            "code": link.node.area_code,
            "name": link.node.name,
            "level": link.node.level.name,
            "title": link.node.level.chief_title,
            "chief": link.chief.name if link.chief else "",
            "phone": mask_phone(link.chief.phone) if link.chief else "",
        }
        for link in links
    ]
    return answer({"on": day.isoformat(), "code": links[0].node.area_code if links else "", "chain": chain})
