"""`deadline explain RULE --from DATE`: the due date, every step, the article."""

import argparse
import json
import re
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shijian.core import deadlines
from shijian.core.errors import Refused

SPAN = re.compile(r"^(?P<first>[^.]+)\.\.(?P<last>[^:]+):(?P<kind>.+)$")


class Command(BaseCommand):
    help = "推算法定期限，并列出每一步和依据。"

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="explain")
        explain = acts.add_parser("explain", help="推算一个期限")
        explain.add_argument("rule", metavar="RULE", help="期限代码或者规则编号，例如 clue_verification、CASE-01")
        explain.add_argument("--from", dest="start", required=True, metavar="DATE", help="起算日期；按小时计算的写到分")
        explain.add_argument("--span", action="append", default=[], type=span_words, metavar="START..END:KIND")
        explain.add_argument("--on", metavar="DATE", help="适用该日有效的规定；不写为起算日")
        explain.add_argument("--extend", type=int, metavar="N", help="经批准延长的数量")
        explain.add_argument("--amount", type=int, metavar="N", help="没有法定天数的期限，批准决定确定的天数")
        explain.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = explained(options)
        except Refused as refusal:
            article = f"（{refusal.article}）" if refusal.article else ""
            raise CommandError(refusal.message + article, returncode=1) from refusal
        self.stdout.write(
            json.dumps(found.as_json(), ensure_ascii=False, indent=2) if options["json"] else as_text(found)
        )


def explained(options: dict[str, Any]) -> deadlines.Deadline:
    start = _instant_or_day(options["start"], "--from")
    on = _day(options["on"], "--on") if options["on"] else None
    spans = [
        deadlines.Span(_day(first, "--span"), _day(last, "--span"), deadlines.span_kind(kind))
        for first, last, kind in options["span"]
    ]
    key = deadlines.find_key(options["rule"])
    extensions = []
    if options["extend"] is not None:
        extensions.append(deadlines.extension(key, options["extend"], on=on or deadlines.day_of(start)))
    return deadlines.compute(key, start, on=on, spans=spans, extensions=extensions, amount=options["amount"])


def as_text(found: deadlines.Deadline) -> str:
    lines = [f"{found.limit.name}（{found.limit.rule_id}）"]
    for number, step in enumerate(found.steps, 1):
        article = f"〔{step.article}〕" if step.article and not step.text.startswith("依据") else ""
        lines.append(f"{number}. {step.text}{article}")
    return "\n".join(lines)


def span_words(text: str) -> tuple[str, str, str]:
    match = SPAN.match(text)
    if not match:
        raise argparse.ArgumentTypeError("扣除时段应写成 2026-03-20..2026-04-10:testing 的形式")
    return match["first"], match["last"], match["kind"]


def _instant_or_day(text: str, option: str) -> date | datetime:
    if len(text) <= 10:
        return _day(text, option)
    try:
        at = datetime.fromisoformat(text.replace(" ", "T"))
    except ValueError as error:
        raise CommandError(f"{option}：“{text}”不是日期或者时刻，应写成 2026-03-02 或者 2026-03-02T14:30。") from error
    return at if at.tzinfo else at.replace(tzinfo=deadlines.SHANGHAI)


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{option}：“{text}”不是日期，应写成 2026-03-02 的形式。") from error
