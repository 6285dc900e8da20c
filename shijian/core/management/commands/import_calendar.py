"""`import calendar FILE`: a year's holiday arrangement from a CSV file."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from shijian.core.calendar_file import Outcome, import_calendar, write_report
from shijian.core.errors import Refused


class Command(BaseCommand):
    help = "导入年度日历（CSV：日期、类型、名称）。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV 文件")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        at = now()
        try:
            outcome = import_calendar(options["file"], now=at)
        except Refused as refusal:
            raise CommandError(refusal.message, returncode=1) from refusal
        report = write_report(outcome, settings.HOME / "reports", now=at)
        self.stdout.write(_as_json(outcome, report) if options["json"] else _as_text(outcome, report))
        for fault in outcome.faults[:20]:
            self.stderr.write(f"第 {fault.line} 行“{fault.field}”{fault.value}：{fault.reason}")
        if outcome.rejected == outcome.read:
            raise CommandError("没有一行可以导入，日历未改变。请按报告改正后重新导入。", returncode=1)


def _as_json(outcome: Outcome, report: Path) -> str:
    counts = {name: getattr(outcome, name) for name in ("read", "created", "updated", "unchanged", "rejected")}
    years = {"years": outcome.years, "incomplete_years": outcome.incomplete_years}
    return json.dumps({**counts, "report": str(report), **years}, ensure_ascii=False)


def _as_text(outcome: Outcome, report: Path) -> str:
    text = (
        f"读取 {outcome.read} 行：新增 {outcome.created}，更新 {outcome.updated}，未变 {outcome.unchanged}，"
        f"退回 {outcome.rejected}。退回明细：{report}"
    )
    if outcome.incomplete_years:
        years = "、".join(str(year) for year in outcome.incomplete_years)
        text += f"\n{years} 年的日历还不完整（有退回的行，或者缺少法定节假日），该年的期限仍标为估算。"
    return text
