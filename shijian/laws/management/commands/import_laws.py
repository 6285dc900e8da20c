"""`import laws DIR`: law texts from a folder of Markdown files."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from shijian.accounts.models import User
from shijian.core.errors import InvalidInput
from shijian.laws import services


class Command(BaseCommand):
    help = "导入法规文本（文件夹中的 Markdown 文件；格式见 docs/modules/laws.md）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="文件夹")
        parser.add_argument("--by", default="", help="经办人工号")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(is_active=True, employee_no=options["by"]).first() if options["by"] else None
        if options["by"] and by is None:
            raise InvalidInput("找不到经办人", field="--by", remedy="请核对工号。")
        at = now()
        outcome = services.import_laws(options["folder"], by=by, now=at)
        report = services.write_report(outcome, settings.HOME / "reports", now=at)
        names = ("read", "created", "updated", "unchanged", "rejected", "articles", "to_handle")
        counts = {name: getattr(outcome, name) for name in names} | {"report": str(report)}
        text = (
            f"读取 {outcome.read} 个文件，{outcome.articles:,} 条：新增 {outcome.created}，更新 {outcome.updated}，"
            f"未变 {outcome.unchanged}，退回 {outcome.rejected}。退回明细：{report}"
            + (f"\n引用了有变动条文的 {outcome.to_handle} 项待核对，见“影响清单”。" if outcome.to_handle else "")
        )
        self.stdout.write(json.dumps(counts, ensure_ascii=False) if options["json"] else text)
        for name, fault in outcome.faults[:20]:
            where = f"第 {fault.line} 行" if fault.line else "整个文件"
            self.stderr.write(f"{name} {where}“{fault.field}”{fault.value}：{fault.reason}")
        if outcome.rejected == outcome.read:
            raise CommandError("没有一个文件可以导入，法规库未改变。请按报告改正后重新导入。", returncode=1)
