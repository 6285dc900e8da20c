"""`load_reference`: the year tables and time limits that come with the product; harmless to repeat."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now

from shijian.core import calendar, deadlines


class Command(BaseCommand):
    help = "写入随产品发布的年度日历和法定期限；可重复执行。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        years = calendar.load_shipped(now=now())
        limits = deadlines.load_time_limits()
        if options["json"]:
            self.stdout.write(json.dumps({"calendar_years": years, "time_limits": limits}))
            return
        self.stdout.write(
            f"年度日历：写入 {years} 年。法定期限：新增 {limits['created']} 条，更新 {limits['updated']} 条，"
            f"未变 {limits['unchanged']} 条。"
        )
