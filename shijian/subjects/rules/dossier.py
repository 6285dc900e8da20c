"""One row of a file about entities (登记许可、监督检查、行政处罚、投诉举报、知识产权), as clean values or as faults."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shijian.core.personal import mask_text

from ..choices import DossierKind
from . import codes
from .rows import DAY, Fault, tidy

HEADS = ("统一社会信用代码", "类别", "编号", "名称", "日期", "有效期至", "结果")
KINDS = {str(kind.label): kind.value for kind in DossierKind}
LONGEST = {"编号": 80, "名称": 200, "结果": 500}
# Who complained is nobody's business here: 个人信息保护法 art. 6, 市场监督管理投诉举报处理办法 art. 37.
TELLS_WHO = re.compile(r"(投诉|举报|申诉)人(姓名|名称|电话|手机|住址)?[:：]|[\u4e00-\u9fff](先生|女士|某某)")
WITHOUT_NAMES = {DossierKind.PENALTY, DossierKind.COMPLAINT}


@dataclass(frozen=True, slots=True)
class DossierRow:
    """A good row."""

    credit_code: str
    kind: str
    number: str
    title: str
    happened_on: date
    valid_until: date | None
    result: str


def read_dossier_row(values: Mapping[str, Any], *, today: date) -> DossierRow | list[Fault]:
    """A row as clean values, or everything that is wrong with it. Phone and identity numbers are masked."""
    text = {head: tidy(str(values.get(head) or "")) for head in HEADS}
    faults: list[Fault] = []

    def wrong(head: str, reason: str, *, hide: bool = False) -> None:
        faults.append(Fault(head, "（不显示）" if hide else mask_text(text[head][:200]), reason))

    credit = codes.clean_code(text["统一社会信用代码"])
    if reason := codes.credit_code_fault(credit):
        wrong("统一社会信用代码", reason)
    kind = KINDS.get(text["类别"], "")
    if not kind:
        wrong("类别", f"应为{'、'.join(KINDS)}之一")
    for head in ("编号", "名称"):
        if not text[head]:
            wrong(head, f"{head}为空，请补录后重新导入该行")
    for head, most in LONGEST.items():
        if len(text[head]) > most:
            wrong(head, f"{head}超过 {most} 字，请核对")
    happened, until = _day(text["日期"]), _day(text["有效期至"])
    if happened is None or happened > today:
        wrong("日期", "日期应写作 2026-01-31，且不晚于今天")
    if until is None and text["有效期至"]:
        wrong("有效期至", "日期应写作 2026-01-31；长期有效的留空")
    elif until and happened and until < happened:
        wrong("有效期至", "有效期早于日期，请核对")
    if kind in WITHOUT_NAMES:
        for head in ("名称", "结果"):
            if TELLS_WHO.search(text[head]):
                wrong(head, "不得含投诉人、举报人等个人的信息，请删去后重新导入该行", hide=True)
    if faults or happened is None:
        return faults
    title, result = mask_text(text["名称"]), mask_text(text["结果"])
    return DossierRow(credit, kind, text["编号"], title, happened, until, result)


def _day(text: str) -> date | None:
    match = DAY.fullmatch(text)
    try:
        return date(*(int(part) for part in match.groups()[:3])) if match else None
    except ValueError:
        return None
