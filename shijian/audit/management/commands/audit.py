import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from shijian.audit import exports, proof, sealing, verification
from shijian.audit.models import Entry
from shijian.core.errors import InvalidInput


class Command(BaseCommand):
    help = "审计日志：核验、出具证明、检验证明"

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        verify = acts.add_parser("verify", help="核验全部日志")
        prove = acts.add_parser("prove", help="为一条记录出具证明，或证明日志自某个树根以来只增不改")
        what = prove.add_mutually_exclusive_group(required=True)
        what.add_argument("id", nargs="?", help="记录编号")
        what.add_argument("--since", type=int, help="旧树根的记录数")
        prove.add_argument("--out", type=Path, required=True)
        check = acts.add_parser("check-proof", help="检验一份证明，不需要数据库")
        check.add_argument("file", type=Path)
        check.add_argument("--key", default="", help="另行取得的公钥（base64）")
        for each in (verify, prove, check):
            each.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        act = {"verify": self.verify, "prove": self.prove, "check-proof": self.check_proof}[options["act"]]
        result: dict[str, Any] = act(options)
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        if result["faults"]:
            raise SystemExit(1)

    def verify(self, options: dict[str, Any]) -> dict[str, Any]:
        stopped = sealing.seal_if_whole()
        report = verification.verify()
        if not options["json"]:
            self.stdout.write(f"已封存 {report.entries} 条，树根 {report.root}；待封存 {report.unsealed} 条")
            self.stdout.write(stopped, ending="\n" if stopped else "")
            for fault in report.faults:
                self.stdout.write(f"  {fault['entry']}：{fault['text']}")
            self.stdout.write("核验通过，未发现改动。" if report.ok else f"发现 {len(report.faults)} 处问题。")
        return report.as_json()

    def prove(self, options: dict[str, Any]) -> dict[str, Any]:
        sealing.seal_if_whole()
        entry = None
        if options["since"] is not None:
            made = exports.proof_since(options["since"])
        else:
            entry = Entry.objects.filter(pk=options["id"]).first() if options["id"].isdecimal() else None
            if entry is None:
                raise InvalidInput(f"没有编号为 {options['id']} 的审计记录", remedy="请在审计日志页查看编号。")
            made = exports.proof_of(entry)
        options["out"].write_text(json.dumps(made, ensure_ascii=False, indent=1), encoding="utf-8")
        if not options["json"]:
            self.stdout.write(f"证明已写入 {options['out']}")
        return {"ok": True, "entry": entry and entry.pk, "file": str(options["out"]), "faults": []}

    def check_proof(self, options: dict[str, Any]) -> dict[str, Any]:
        try:
            given = json.loads(options["file"].read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InvalidInput(f"证明文件 {options['file']} 无法读取", remedy="请确认文件完整。") from error
        faults = proof.faults_of(given, trusted_key=options["key"])
        if not options["json"]:
            self.stdout.write("\n".join(faults) or proof.HOLDS)
        return {"ok": not faults, "faults": faults}
