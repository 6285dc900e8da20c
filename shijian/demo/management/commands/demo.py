import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import now

from shijian.demo import bureau


class Command(BaseCommand):
    help = "演示局：装入数据，列出账号"

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        load = acts.add_parser("load", help="装入演示数据")
        load.add_argument("--size", choices=list(bureau.SIZES), default="small")
        load.add_argument("--seed", type=int, default=1)
        load.add_argument("--share", type=float, default=1.0, help="只装这一部分主体和事件，如 0.05，用于试装")
        accounts = acts.add_parser("accounts", help="列出演示账号")
        for each in (load, accounts):
            each.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["act"] == "load":
            bureau.load(options["size"], seed=options["seed"], share=options["share"], now=now(), say=self._say)
        rows = bureau.told_accounts()
        if options["json"]:
            told = [{"for": use, "employee_no": number, "name": name} for use, number, name in rows]
            self.stdout.write(json.dumps({"accounts": told, "password": bureau.PASSWORD}, ensure_ascii=False))
            return
        self.stdout.write(f"演示账号（密码都是 {bureau.PASSWORD}）：")
        for use, number, name in rows:
            self.stdout.write(f"  {number:<10} {use}  {name}")

    def _say(self, text: str) -> None:
        self.stderr.write(text)
