"""A form and its data become a page: blocks, title, number, and what the layout needs to know."""

import io
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import segno

from shijian.core import deadlines

from .catalogue import Content
from .rules import layout, remedies, wording

COMPLAINTS = "complaint"  # the family whose numbers print 第
PRICE = "price_case"  # a field: penalties on price go to reconsideration first
SPOT = "spot_penalty_decision"


def page(
    content: Content, data: Mapping[str, Any], office: Mapping[str, str], *, number: str | None = None,
    on: date, narrow: bool = False, draft: bool = False, check: str = "",
) -> dict[str, Any]:  # fmt: skip
    """What is typeset. `number` "" prints the blank number of a form that bears one; `on` decides which periods hold;
    `check` is the address a code on the paper leads to."""
    source = layout.Source(
        content.fields, data, office, periods(on), remedy(content, data, office, on), bool(data) and not draft
    )
    short = office.get("short_name") or "　　"
    pattern = wording.complaint_number if content.family == COMPLAINTS else wording.number
    return {
        "title": content.name,
        "bureau": office.get("bureau_name", ""),
        "number": (number or "") if content.is_numbered else None,
        "number_blank": pattern(short, content.word, 0, 0).replace("0", "　　"),
        "style": content.style,
        "page_sign": [dict(zip(("name", "label"), each.split("=", 1), strict=True)) for each in content.page_sign],
        "narrow": narrow,
        "draft": draft,
        "on": [on.year, on.month, on.day],
        "check": {"address": check, "code": code_for(check)} if check and not narrow and not content.page_sign else None,
        "blocks": layout.blocks(content.body, source),
    }  # fmt: skip


def code_for(address: str) -> str:
    """A QR code (ISO/IEC 18004, level M) as a drawing."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=0, xmldecl=False, svgns=True)
    return drawn.getvalue().decode()


def periods(on: date) -> Callable[[str], str]:
    """Writes out the statutory period that holds on a day."""

    def written(key: str) -> str:
        found = deadlines.limit(key, on=on)
        if found.amount is None or found.unit is None:
            raise ValueError(f"{key} has no fixed length")
        return wording.period(found.amount, found.unit.value)

    return written


def remedy(content: Content, data: Mapping[str, Any], office: Mapping[str, str], on: date) -> str:
    """The remedy sentence where the form prints one, "" elsewhere."""
    if "@remedy" not in content.body:
        return ""
    written = periods(on)
    keys = (remedies.RECONSIDERATION, remedies.LITIGATION, remedies.AFTER_RECONSIDERATION)
    return remedies.remedy(
        government=office.get("government") or "＿＿＿＿人民政府",
        court=office.get("court") or "有管辖权的人民法院",
        periods={key: written(key) for key in keys},
        spot=content.slug == SPOT,
        price=bool(data.get(PRICE)),
    ).text


def sample_office() -> dict[str, str]:
    """Particulars for samples: an office nobody has to have set up."""
    return {
        "bureau_name": "灞桥区市场监督管理局", "short_name": "灞桥", "government": "西安市灞桥区人民政府",
        "court": "西安铁路运输法院", "bank": "中国建设银行西安灞桥支行", "office_address": "西安市灞桥区纺织城正街1号",
        "office_phone": "029-00000002", "office_postcode": "710038",
    }  # fmt: skip
