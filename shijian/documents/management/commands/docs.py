"""`docs render FORM --data FILE.json --out FILE.pdf`: a paper from a form and its data."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import localdate

from shijian.core.errors import Refused
from shijian.documents import catalogue, filling, typesetting
from shijian.documents.rules import schema


class Command(BaseCommand):
    help = "文书：由格式和数据生成 PDF。"

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="render|forms")
        render = acts.add_parser("render", help="生成文书")
        render.add_argument(
            "form", metavar="FORM", help="文书代码、序号加种类或者名称，例如 penalty_decision、行政处罚决定书"
        )
        render.add_argument("--data", type=Path, metavar="FILE.json", help="字段的值；不写则用范例")
        render.add_argument("--out", type=Path, required=True, metavar="FILE.pdf")
        render.add_argument("--number", help="文号")
        render.add_argument("--narrow", action="store_true", help="80 毫米小票版式")
        render.add_argument("--draft", action="store_true", help="缺少必填内容也生成，印“草稿”底纹")
        render.add_argument("--json", action="store_true", help="以 JSON 输出")
        forms = acts.add_parser("forms", help="列出文书格式")
        forms.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["act"] == "forms":
            self._list(as_json=options["json"])
            return
        try:
            found = rendered(options)
        except Refused as refusal:
            raise CommandError(refusal.message, returncode=1) from refusal
        told = json.dumps(found, ensure_ascii=False)
        self.stdout.write(told if options["json"] else f"已生成 {found['out']}，{found['bytes']:,} 字节。")

    def _list(self, *, as_json: bool) -> None:
        forms = list(catalogue.shipped().values())
        if as_json:
            rows = [
                {"slug": each.slug, "family": each.family, "number": each.number, "name": each.name} for each in forms
            ]
            self.stdout.write(json.dumps(rows, ensure_ascii=False))
            return
        for each in forms:
            self.stdout.write(f"{each.family:<10} {each.number:>3}  {each.slug:<36} {each.name}")


def rendered(options: dict[str, Any]) -> dict[str, Any]:
    """Fill and render. Raises CommandError for a form nobody knows, a file that is no JSON object, missing fields."""
    content = _form(options["form"])
    data = _read(options["data"]) if options["data"] else dict(content.sample)
    office = {**filling.sample_office(), **{code: str(data.pop(code)) for code in list(data) if code in OFFICE}}
    if unknown := [code for code in data if code not in content.fields]:
        known = "、".join(content.fields)
        raise CommandError(f"《{content.name}》没有字段“{'、'.join(unknown)}”。可用的字段：{known}。", returncode=1)
    faults = schema.faults(content.fields.values(), data)
    if faults and not options["draft"]:
        raise CommandError("\n".join(fault.text for fault in faults), returncode=1)
    page = filling.page(
        content,
        data,
        office,
        number=options["number"],
        on=localdate(),
        narrow=options["narrow"],
        draft=options["draft"],
    )
    made = typesetting.pdf(page)
    try:
        options["out"].write_bytes(made)
    except OSError as error:
        raise CommandError(f"不能写入 {options['out']}：{error.strerror}。", returncode=1) from error
    return {
        "form": content.slug, "name": content.name, "out": str(options["out"]), "bytes": len(made),
        "missing": [{"field": fault.code, "text": fault.text} for fault in faults], "slots": typesetting.slots(page),
    }  # fmt: skip


OFFICE = catalogue.OFFICE_CODES | {"short_name"}


def _form(asked: str) -> catalogue.Content:
    forms = catalogue.shipped()
    if asked in forms:
        return forms[asked]
    named = [each for each in forms.values() if each.name == asked]
    if len(named) != 1:
        near = "、".join(each.name for each in forms.values() if asked in each.name or asked in each.slug)
        hint = f"相近的有：{near}。" if near else "用 docs forms 查看全部文书。"
        raise CommandError(f"没有文书“{asked}”。{hint}", returncode=1)
    return named[0]


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise CommandError(f"文件 {path} 读不出：{error}", returncode=1) from error
    if not isinstance(found, dict):
        raise CommandError(f"文件 {path} 应为一个 JSON 对象：字段代码和它的值。", returncode=1)
    return found
