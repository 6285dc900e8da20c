import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now

from shijian.accounts.models import User
from shijian.core.errors import InvalidInput
from shijian.grid.rules.datum import Datum
from shijian.subjects.services import importing


class Command(BaseCommand):
    help = "导入经营主体（CSV、XLSX、Parquet）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--datum", type=Datum, choices=list(Datum), default=Datum.WGS84, help="坐标系")
        parser.add_argument("--source", default="登记数据", help="数据来源")
        parser.add_argument("--by", default="", help="经办人工号，默认主体数据员")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        if not file.is_file():
            raise InvalidInput(f"文件 {file} 不存在", remedy="请核对路径。")
        users = User.objects.filter(is_active=True).order_by("employee_no")
        wanted = {"employee_no": options["by"]} if options["by"] else {"grants__role_id": "registry_clerk"}
        by = users.filter(**wanted).first()
        if by is None:
            raise InvalidInput("找不到经办人", field="--by", remedy="请用 --by 写明工号。")
        run = importing.start_import(
            file, file_name=file.name, source=options["source"], datum=options["datum"], by=by, now=now()
        )
        run = importing.run_import(run)
        names = ("read", "created", "updated", "unchanged", "rejected")
        counts = {name: getattr(run, name) for name in names} | {"report": run.report_path}
        text = (
            f"读入 {run.read} 行：新增 {run.created}，更新 {run.updated}，未变 {run.unchanged}，退回 {run.rejected}。"
            f"退回明细：{run.report_path}"
        )
        self.stdout.write(json.dumps(counts, ensure_ascii=False) if options["json"] else text)
