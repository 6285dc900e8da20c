"""Two forms of superiors in the demo: a monthly table with a row per unit, and a roster of entities."""

import io
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.exchange import services

MONTHLY: list[list[str | None]] = [
    ["市场监管网格化管理工作月报表"],
    ["填报单位：", None, None, "填报日期：", None],
    [
        "序号",
        "单元名称",
        "负责人",
        "网格数",
        "网格人员数",
        "事件上报",
        "事件已办结",
        "事件已超期",
        "按期办结率（%）",
        "工作亮点",
    ],
]
ROSTER: list[list[str | None]] = [
    ["食品经营主体名册"],
    ["序号", "主体名称", "统一社会信用代码", "住所（经营场所）", "经营状态", "所在网格编码", "检查人"],
]


def play(staff: dict[str, User], *, now: datetime) -> None:
    office = staff["B001"]
    more: dict[str, Any] = {"by": office, "today": localdate(now), "now": now}
    sheet = services.add_sheet(
        name="网格化管理工作月报表",
        asked_by="市市场监管局网格化管理办公室",
        kind="units",
        content=_book(MONTHLY),
        **more,
    )
    services.add_sheet(
        name="食品经营主体名册",
        asked_by="市市场监管局食品流通处",
        kind="rows",
        register="entities",
        content=_book(ROSTER),
        **more,
    )
    first = localdate(now).replace(day=1)
    services.fill_sheet(sheet, area_code="", first=first, last=localdate(now), by=office, now=now)


def _book(rows: list[list[str | None]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
