"""`discretion compute FILE.json`: tier, range, every step and article."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import localdate, now

from shijian.core.errors import Refused
from shijian.discretion import queries


class Command(BaseCommand):
    help = "按裁量基准计算裁量阶次和罚款幅度，列出每一步和依据。"

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="compute")
        compute = acts.add_parser("compute", help="计算一个 JSON 文件写明的违法事实")
        compute.add_argument("file", type=Path, metavar="FILE.json")
        compute.add_argument("--region", default="", help="行政区划代码；不写为国家规定")
        compute.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = queries.working(_content(options["file"]), bureau_code=options["region"], today=localdate(now()))
        except Refused as refusal:
            article = f"（{refusal.article}）" if refusal.article else ""
            raise CommandError(refusal.message + article, returncode=1) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
            return
        for number, step in enumerate(found.steps, 1):
            self.stdout.write(f"{number}. {step.text}{f'〔{step.citation}〕' if step.citation else ''}")


def _content(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except OSError as error:
        raise CommandError(f"不能读取文件 {file}：{error.strerror}。", returncode=1) from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise CommandError(f"{file} 不是 UTF-8 编码的 JSON：{error}。请检查后重试。", returncode=1) from error
