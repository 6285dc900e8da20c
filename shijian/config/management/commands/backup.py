import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from shijian.config import backup


class Command(BaseCommand):
    help = "备份整个节点：数据库、文件、密钥、审计见证。运行中也可以备份"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="新的目录")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        made = backup.make(options["folder"].absolute(), self.stderr.write)
        if options["json"]:
            self.stdout.write(json.dumps(made, ensure_ascii=False))
            return
        self.stdout.write(
            f"已备份到 {made['folder']}：{made['rows']:,} 行，{made['files']:,} 个文件，{made['bytes'] / 2**20:,.1f} MB，"
            f"审计记录 {made['audit']['entries']:,} 条，用时 {made['seconds']} 秒。\n"
            f"清单的 SHA-256：{made['manifest_sha256']}（请另行记下）。备份含密钥，请存放在他人不能读取的地方。"
        )
