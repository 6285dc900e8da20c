import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import localdate, now

from shijian.core.errors import InvalidInput
from shijian.grid.rules.datum import Datum
from shijian.grid.services import streets

from .import_areas import acting_user, write_report


class Command(BaseCommand):
    help = "导入综治、城市管理等部门的网格（GeoJSON），与本局网格对应"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--system", required=True, help="网格体系，如 综治、城市管理")
        parser.add_argument("--datum", type=Datum, choices=list(Datum), default=Datum.WGS84, help="坐标系")
        parser.add_argument("--by", default="", help="经办人工号，默认网格办")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        if not file.is_file():
            raise InvalidInput(f"文件 {file} 不存在", remedy="请核对路径。")
        by = acting_user(options["by"])
        result = streets.import_street_grids(
            file, bureau_code=by.bureau_code, system=options["system"][:20], datum=options["datum"], on=localdate(),
            by=by, now=now(),
        )  # fmt: skip
        counts = write_report(result, "street-grids")
        if options["json"]:
            self.stdout.write(json.dumps(counts, ensure_ascii=False))
            return
        self.stdout.write(
            f"读入 {result.read} 个：新增 {result.created}，更新 {result.updated}，未变 {result.unchanged}，"
            f"退回 {len(result.faults)}。"
        )
        for number, column, value, reason in result.faults[:20]:
            self.stdout.write(f"  第 {number} 个（{value}）{column}：{reason}")
