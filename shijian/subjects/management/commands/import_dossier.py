import csv
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now

from shijian.accounts.models import User
from shijian.core.errors import InvalidInput
from shijian.core.ids import new_id
from shijian.core.pages.exports import harmless
from shijian.subjects import services


class Command(BaseCommand):
    help = "导入主体档案：登记许可、监督检查、行政处罚、投诉举报、知识产权（CSV、XLSX、Parquet）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True, help="数据来源")
        parser.add_argument("--by", default="", help="经办人工号，默认主体数据员")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        if not file.is_file():
            raise InvalidInput(f"文件 {file} 不存在", remedy="请核对路径。")
        wanted = {"employee_no": options["by"]} if options["by"] else {"grants__role_id": "registry_clerk"}
        by = User.objects.filter(is_active=True, **wanted).order_by("employee_no").first()
        if by is None:
            raise InvalidInput("找不到经办人", field="--by", remedy="请用 --by 写明工号。")
        made = services.import_dossier(file, file_name=file.name, source=options["source"], by=by, now=now())
        report = Path(settings.HOME) / "reports" / f"dossier-{new_id()}.csv"
        report.parent.mkdir(parents=True, exist_ok=True)
        with report.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["行号", "字段", "值", "原因"])
            writer.writerows([line, fault.field, harmless(fault.value), fault.reason] for line, fault in made.faults)
        names = ("read", "created", "updated", "unchanged", "rejected")
        counts = {name: getattr(made, name) for name in names} | {"report": str(report)}
        text = (
            f"读入 {made.read} 行：新增 {made.created}，更新 {made.updated}，未变 {made.unchanged}，退回 {made.rejected}。"
            f"退回明细：{report}"
        )
        self.stdout.write(json.dumps(counts, ensure_ascii=False) if options["json"] else text)
