"""The filters of the register: of its page, and of what people keep under a name and have themselves told about."""

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.core.pages import Choice, Filter, Flag, Search

from . import queries
from .choices import ChainLink, EntityKind, EntityStatus, Tag


def filters() -> list[Filter]:
    return [
        Search("q", "名称、代码、住所", narrow=queries.matching, placeholder="名称（两字起）、代码、住所"),
        Choice("status", "状态", choices=EntityStatus.choices),
        Choice("kind", "类型", choices=EntityKind.choices),
        Choice("tag", "重点对象", choices=Tag.choices, narrow=lambda rows, tag: rows.filter(tags__contains=[tag])),
        Choice("link", "环节", choices=ChainLink.choices, narrow=lambda rows, link: rows.at_link(link)),
        Search("area", "网格编码", field="area_code__startswith"),
        Flag("unbound", "未落格", narrow=lambda rows, _: rows.unbound()),
        Flag("active", "不含注销吊销", narrow=lambda rows, _: rows.active()),
        Flag("stale", "一年未核实", narrow=lambda rows, _: rows.stale(localdate())),
    ]


def rows_under(query: str, user: User) -> QuerySet[Any]:
    """What the page would show this person under these filters, by the scope he has now."""
    asked, rows = QueryDict(query), queries.visible_to(user)
    for each in filters():
        if (value := each.value(asked)) not in ("", None):
            rows = each.apply(rows, value)
    return rows
