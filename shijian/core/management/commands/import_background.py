from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from shijian.core import background


class Command(BaseCommand):
    help = "导入地图底图的道路、河流等线（GeoJSON，WGS 84）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--attribution", default="", help="地图上显示的数据来源")

    def handle(self, *args: Any, **options: Any) -> None:
        count = background.write(options["file"], attribution=options["attribution"])
        self.stdout.write(f"底图已更新：{count} 条线。")
