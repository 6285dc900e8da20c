"""A violation typed on its page: resolved against the law library, read by the same table as an imported file."""

from datetime import datetime
from typing import Any

from shijian.accounts.models import User
from shijian.core.errors import Refused
from shijian.laws import queries as laws

from ..models import Benchmark
from ..rules import table
from .benchmarks import propose

KEYS = {
    "代码": "code",
    "违法行为": "name",
    "领域": "domain",
    "条": "article",
    "款": "paragraph",
    "项": "item",
    "并处": "others",
}


class CodeTaken(Refused):
    code = "discretion.code_taken"


def propose_violation(data: dict[str, Any], fines: list[dict[str, str]], *, by: User, now: datetime) -> Benchmark:
    """A draft of a violation. Raises `CodeTaken`, what `laws.cite` raises, `BrokenBenchmark` with the cell that is wrong."""
    if Benchmark.objects.filter(code=data["code"], region_code__in=("", by.bureau_code)).exists():
        raise CodeTaken(f"代码“{data['code']}”已被使用。要改它的裁量标准，请在该违法行为页提出本地版本。")
    place = f"第{data['article']}条" + (f"第{data['paragraph']}款" if data["paragraph"] else "") + (f"第{data['item']}项" if data["item"] else "")  # fmt: skip
    cited = laws.cite(f"{data['law']}{place}", on=data["valid_from"])
    shared = {column: str(data[key] or "") for column, key in KEYS.items()}
    shared |= {
        "法律": cited.version.law.short, "版本": str(cited.version.promulgated_on), "有效期起": str(data["valid_from"]),
        "有效期止": str(data["valid_until"] or ""),
        "从轻比例": f"{data['light_share']}%" if data["light_share"] else "",
        "从重比例": f"{data['heavy_share']}%" if data["heavy_share"] else "",
        "比例依据": data["document"] if data["light_share"] or data["heavy_share"] else "",
    }  # fmt: skip
    lines = [{**shared, **fine} for fine in fines if fine["上限"]] or [shared]
    return propose(table.entry(lines), document=data["document"], by=by, now=now)
