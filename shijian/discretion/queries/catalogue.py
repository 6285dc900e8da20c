"""Which benchmark governs: the nearest region that has one, in the version of the day."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from shijian.core.errors import InvalidInput

from .. import shipped
from ..choices import State
from ..models import Benchmark
from ..rules import Combined, Entry, FactUnusable, Ruling, combine, compute, from_data, in_force, lighter


def regions_of(bureau_code: str) -> list[str]:
    """The division codes a bureau lies in, its own first: 610111, 6101, 61, and "" for the nation."""
    return [bureau_code[:length] for length in (6, 4, 2, 0) if len(bureau_code) >= length]


def visible(bureau_code: str) -> QuerySet[Benchmark]:
    """The rows of a bureau's regions."""
    return Benchmark.objects.filter(region_code__in=regions_of(bureau_code))


def current(bureau_code: str, on: date) -> QuerySet[Benchmark]:
    """What is in force on a day, one row a violation: the nearest region's."""
    rows = visible(bureau_code).filter(state=State.APPROVED, valid_from__lte=on)
    rows = rows.filter(Q(valid_until=None) | Q(valid_until__gte=on))
    nearest = rows.order_by("code", "-region_code").distinct("code").values("pk")
    return Benchmark.objects.filter(pk__in=nearest)


def entries_of(code: str, bureau_code: str) -> list[Entry]:
    """Every version of a violation that may govern a case of the bureau: a region's own come before the nation's."""
    rows = visible(bureau_code).filter(code=code, state=State.APPROVED).order_by("-region_code", "valid_from")
    found = [row.entry for row in rows] or [each for each in shipped.entries() if each.violation.code == code]
    if not found:
        raise FactUnusable(f"没有代码为“{code}”的违法行为，请在“裁量基准”页查找代码。")
    return found


def working(data: Mapping[str, Any], *, bureau_code: str, today: date) -> Ruling | Combined:
    """What a JSON object of facts leads to: one act, or several under `acts` (`same_act`: one act, several norms)."""
    if not isinstance(data, Mapping):
        raise InvalidInput("应是一个 JSON 对象", remedy="请按手册的例子填写 violation、on、party 等字段。")
    if "acts" not in data:
        return _one(data, bureau_code, today)
    acts = data["acts"]
    if not isinstance(acts, list) or not all(isinstance(act, Mapping) for act in acts):
        raise FactUnusable("acts 应是一个列表，每项写一个违法行为的事实。")
    same = data.get("same_act", False)
    if not isinstance(same, bool):
        raise FactUnusable("same_act 应写 true 或者 false。")
    return combine([_one(act, bureau_code, today) for act in acts], same_act=same)


def _one(data: Mapping[str, Any], bureau_code: str, today: date) -> Ruling:
    facts = from_data(data)
    entries = entries_of(str(data.get("violation") or ""), str(data.get("region") or bureau_code))
    old = compute(in_force(entries, facts.on).violation, facts)
    later = [entry for entry in entries if entry.valid_from > facts.on and entry.valid_from <= today]
    if not later:
        return old
    new = in_force(entries, today).violation
    return lighter(old, compute(new, facts))
