"""市场主体数据库."""

from typing import Annotated, Any

from django.db.models import Q
from django.http import HttpRequest
from ninja import Query, Router

from shijian.subjects import queries as subjects
from shijian.subjects.models import Entity
from shijian.subjects.permissions import ENTITY_VIEW

from .. import schemas
from ..auth import demand
from ..pages import page
from .answers import READING, answer, place_out

router = Router()


@router.get(
    "/entities",
    response={200: schemas.Entities, **READING},
    summary="市场主体数据库",
    operation_id="list_entities",
    tags=["主体"],
)
def list_entities(
    request: HttpRequest,
    code: Annotated[str, Query(pattern=r"^[0-9A-Za-z]{0,18}$", description="统一社会信用代码或注册号，完整填写")] = "",
    name: Annotated[str, Query(max_length=60, pattern=schemas.NO_NUL, description="名称或地址中的两个字以上")] = "",
    area: schemas.AreaCode = "",
    after: schemas.Cursor = "",
    limit: schemas.Limit = 50,
) -> Any:
    """账号范围内的主体，按 next 翻页。"""
    demand(request.user, ENTITY_VIEW)  # type: ignore[arg-type]
    rows = subjects.visible_to(request.user)  # type: ignore[arg-type]
    if code:
        rows = rows.filter(Q(credit_code=code.upper()) | Q(registration_no=code))
    if name.strip():
        rows = subjects.matching(rows, name)
    if area:
        rows = rows.filter(area_code__startswith=area)
    found = page(rows, after, limit)
    return answer({"items": [entity_out(entity) for entity in found.rows], "next": found.next})


def entity_out(entity: Entity) -> dict[str, Any]:
    names = [
        "name",
        "kind",
        "credit_code",
        "registration_no",
        "industry_code",
        "status",
        "address",
        "area_code",
        "source",
    ]
    return {
        "id": str(entity.pk),
        **{name: getattr(entity, name) for name in names},
        "place": place_out(entity.location_wgs84),
        "tags": entity.tags,
        "updated_at": entity.updated_at.isoformat(),
    }
