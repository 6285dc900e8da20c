from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from shijian.accounts.models import User
from shijian.core.errors import Refused

from ..models import SavedFilter

FILTERS_MAX = 20
LEFT_OUT = {"after", "export"}  # where one was in the list is no part of the filter


class FilterRefused(Refused):
    code = "subjects.filter_refused"


def save_filter(name: str, query: str, *, by: User, now: datetime) -> SavedFilter:
    """Keep a filter under a name; the same name again means the new filter."""
    pairs = [(key, value) for key, value in parse_qsl(query) if key not in LEFT_OUT]
    if not pairs:
        raise FilterRefused("请先设定筛选条件，再保存。")
    mine = SavedFilter.objects.filter(by=by)
    if mine.exclude(name=name).count() >= FILTERS_MAX:
        raise FilterRefused(f"最多保存 {FILTERS_MAX} 个常用筛选，请先删除不用的。")
    saved, _ = SavedFilter.objects.update_or_create(by=by, name=name, defaults={"query": urlencode(pairs), "at": now})
    return saved


def delete_filter(saved: SavedFilter) -> None:
    saved.delete()
