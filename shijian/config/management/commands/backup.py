import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from shijian.config import archive, backup, node


class Command(BaseCommand):
    help = "备份整个节点：数据库、文件、密钥、审计见证。运行中也可以备份"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?", help="新的目录")
        parser.add_argument("--archive", action="store_true", help="在归档目录（ARCHIVE_DIR）做一次基础备份")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["archive"] == bool(options["folder"]):
            raise CommandError("请写新的目录，或 --archive。")
        if options["archive"]:
            server = node.cluster(Path(settings.HOME))
            if server is None:
                raise CommandError("DATABASE_URL 指向的数据库由其管理员归档。")
            taken = archive.take_base(Path(settings.HOME), server)
            text = f"基础备份 {taken['base']}，用时 {taken['seconds']} 秒。"
            self.stdout.write(json.dumps(taken, ensure_ascii=False) if options["json"] else text)
            return
        made = backup.make(options["folder"].absolute(), self.stderr.write)
        if options["json"]:
            self.stdout.write(json.dumps(made, ensure_ascii=False))
            return
        self.stdout.write(
            f"已备份到 {made['folder']}：{made['rows']:,} 行，{made['files']:,} 个文件，{made['bytes'] / 2**20:,.1f} MB，"
            f"审计记录 {made['audit']['entries']:,} 条，用时 {made['seconds']} 秒。\n"
            f"清单的 SHA-256：{made['manifest_sha256']}（请另行记下）。备份含密钥，请存放在他人不能读取的地方。"
        )
