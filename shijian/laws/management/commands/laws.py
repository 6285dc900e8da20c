"""`laws cite "行政处罚法 51" [--on DATE]`: an article as in force on a day."""

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import localdate

from shijian.core.errors import InvalidInput
from shijian.laws import queries


class Command(BaseCommand):
    help = "法规库：引用条文"

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        cite = acts.add_parser("cite", help="某一条在某一天的有效条文")
        cite.add_argument("citation", help="如：行政处罚法 51、《行政处罚法》第五十一条第一款")
        cite.add_argument("--on", default="", help="日期，默认今天")
        cite.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            on = date.fromisoformat(options["on"]) if options["on"] else localdate()
        except ValueError as error:
            raise InvalidInput("不是日期", field="--on", remedy="应写成 2026-01-31 的形式。") from error
        cited = queries.cite(options["citation"], on=on)
        law, version = cited.version.law, cited.version
        if not cited.text:
            raise queries.NoSuchArticle(f"{law}{cited.label}的条文还没有导入。请先用 import laws 导入文本。")
        if options["json"]:
            told = {
                "law": law.title, "version": str(version.promulgated_on), "article": cited.label, "text": cited.text,
                "in_force_on": str(on), "valid_from": str(version.starts_on),
                "valid_until": str(version.ends_before) if version.ends_before else None,
                "start_basis": version.start_basis, "is_summary": cited.is_summary,
            }  # fmt: skip
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        self.stdout.write(f"{law}{cited.label}（{version.promulgated_on} 版，{version.starts_on} 起施行）")
        if cited.is_summary:
            self.stdout.write("【内容提要，条文尚未导入】")
        self.stdout.write(cited.text)
