import csv
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import localdate, now

from shijian.accounts.models import User
from shijian.core.errors import InvalidInput
from shijian.core.pages.exports import harmless
from shijian.grid import services
from shijian.grid.rules.datum import Datum
from shijian.grid.services.areas import Result


class Command(BaseCommand):
    help = "导入一个层级的网格边界（GeoJSON）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--level", required=True, help="层级代码，如 area、unit、grid")
        parser.add_argument("--datum", type=Datum, choices=list(Datum), default=Datum.WGS84, help="坐标系")
        parser.add_argument("--by", default="", help="经办人工号，默认网格办")
        parser.add_argument("--source", default="", help="边界来源")
        parser.add_argument("--strict", action="store_true", help="与相邻网格重叠时不导入")
        parser.add_argument("--renumber", action="store_true", help="文件中的编码是外单位的，按本局规则重新编码")
        parser.add_argument("--trust-datum", action="store_true", help="坐标系确认无误，不作核对")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        if not file.is_file():
            raise InvalidInput(f"文件 {file} 不存在", remedy="请核对路径。")
        by = acting_user(options["by"])
        result = services.import_areas(
            file,
            bureau_code=by.bureau_code,
            level_key=options["level"],
            datum=options["datum"],
            valid_from=localdate(),
            strict=options["strict"],
            renumber=options["renumber"],
            trust_datum=options["trust_datum"],
            source=options["source"] or file.name,
            by=by,
            now=now(),
        )
        counts = write_report(result, "areas")
        if options["json"]:
            self.stdout.write(json.dumps(counts, ensure_ascii=False))
            return
        self.stdout.write(
            f"读入 {result.read} 个图形：新增 {result.created}，更新 {result.updated}，未变 {result.unchanged}，"
            f"退回 {len(result.faults)}。"
        )
        for number, column, value, reason in result.faults[:20]:
            self.stdout.write(f"  第 {number} 个（{value}）{column}：{reason}")


def write_report(result: Result, name: str) -> dict[str, Any]:
    """The counts as the command line promises them, with the path of the list of what was refused."""
    report = Path(settings.HOME) / "reports" / f"{name}-{now():%Y%m%d-%H%M%S}.csv"
    report.parent.mkdir(parents=True, exist_ok=True)
    with report.open("w", encoding="utf-8-sig", newline="") as out:
        rows = [[harmless(str(cell)) for cell in fault] for fault in result.faults]
        csv.writer(out).writerows([("line", "field", "value", "reason"), *rows])
    return {
        "read": result.read,
        "created": result.created,
        "updated": result.updated,
        "unchanged": result.unchanged,
        "rejected": len(result.faults),
        "report": str(report),
    }


def acting_user(employee_no: str) -> User:
    """Who answers for an act from the command line: the person named, else somebody of the grid office."""
    users = User.objects.filter(is_active=True).select_related("unit")
    if employee_no:
        found = users.filter(employee_no=employee_no).first()
    else:
        found = users.filter(grants__role_id="grid_office").order_by("employee_no").first()
    if found is None:
        raise InvalidInput("找不到经办人", field="--by", remedy="请用 --by 写明工号。")
    return found
