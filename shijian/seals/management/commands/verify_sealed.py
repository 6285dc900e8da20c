import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from shijian.core.errors import InvalidInput
from shijian.seals import queries


class Command(BaseCommand):
    help = "核验盖章的 PDF 文件"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = options["file"].read_bytes()
        except OSError:
            raise InvalidInput("读不到这个文件", field=str(options["file"]), remedy="请核对路径。") from None
        verdict = queries.verdict_on(data, at=now())
        if options["json"]:
            found = {"ok": verdict.ok, **asdict(verdict)}
            self.stdout.write(json.dumps(found, ensure_ascii=False, default=str))
        else:
            for each in verdict.signatures:
                stamped = f"{each.stamped_at:%Y-%m-%d %H:%M:%S} UTC" if each.stamped_at else "没有时间戳"
                self.stdout.write(f"签章 {each.number}：{each.signer}（{each.issuer}），{stamped}")
            self.stdout.write("核验通过。" if verdict.ok else "核验不通过：")
            for fault in verdict.faults:
                self.stdout.write(f"  {f'签章 {fault.signature}：' if fault.signature else ''}{fault.text}")
        if not verdict.ok:
            raise SystemExit(1)
