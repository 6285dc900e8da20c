import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now

from shijian.accounts.models import User
from shijian.core import records
from shijian.core.errors import InvalidInput
from shijian.core.records import Record
from shijian.evidence import services
from shijian.evidence.models import Item, Measure
from shijian.evidence.passport import verify


class Command(BaseCommand):
    help = "证据包：导出、核验"

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        export = acts.add_parser("export", help="导出一个卷宗的证据包")
        export.add_argument("case", help="卷宗号，如 SJ2026-000001")
        export.add_argument("--out", type=Path, required=True)
        export.add_argument("--purpose", default="命令行导出")
        export.add_argument("--by", default="", help="经办人工号")
        check = acts.add_parser("verify", help="核验证据包，不需要数据库")
        check.add_argument("file", type=Path)
        check.add_argument("--key", default="", help="另行取得的公钥（十六进制）")
        for each in (export, check):
            each.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["act"] == "export":
            self.export(options)
            return
        result = verify.verify(str(options["file"]), options["key"])
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            for line in [
                *(f"× {each['text']}" for each in result["faults"]),
                *(f"  {each}" for each in result["notes"]),
            ]:
                self.stdout.write(line)
            told = "核验通过，未发现改动。" if result["ok"] else f"发现 {len(result['faults'])} 处问题。"
            self.stdout.write(told)
        if not result["ok"]:
            raise SystemExit(1)

    def export(self, options: dict[str, Any]) -> None:
        record = self.record(options["case"])
        by = User.objects.filter(employee_no=options["by"]).first() if options["by"] else _operator(record.bureau_code)
        if by is None:
            raise InvalidInput(f"没有工号为 {options['by']} 的人员", remedy="请核对 --by。")
        made = services.export(record, options["out"], purpose=options["purpose"], by=by, now=now())
        told = {"ok": True, "file": str(options["out"]), "items": made.items, "size": made.size, "sha256": made.sha256}
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            self.stdout.write(f"证据包已写入 {options['out']}：{made.items} 件，SHA-256 {made.sha256}")

    def record(self, number: str) -> Record:
        for model in (Item, Measure):
            found = model._default_manager.filter(record_number=number).values_list("record_kind", "record_id").first()
            if found:
                return records.record_for(None, *found)
        raise InvalidInput(f"没有卷宗号为 {number} 的证据", remedy="请核对卷宗号，或先采集证据。")


def _operator(bureau_code: str) -> User | None:
    """Whoever works at the command line acts for the bureau: its system account, else its first person."""
    people = User.objects.filter(bureau_code=bureau_code)
    return people.filter(kind="system").first() or people.order_by("pk").first()
