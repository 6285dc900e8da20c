"""What rank a text has and who issued it, read from its history."""

import re

from .texts import Text

LEVELS = {
    "法律": "national_law", "行政法规": "administrative_regulation", "地方性法规": "local_regulation",
    "部门规章": "departmental_rule", "地方政府规章": "local_rule", "司法解释": "judicial_interpretation",
    "规范性文件": "normative_document",
}  # fmt: skip
ISSUERS = [
    ("judicial_interpretation", r"最高人民法院|最高人民检察院"),
    ("local_regulation", r"(?:省|市|自治区|自治州|自治县)[^ ]{0,6}(?:人民代表大会|人大)"),
    ("national_law", r"全国人民代表大会(?!常务委员会.{0,4}批准)|全国人大"),
    ("administrative_regulation", r"国务院令|国务院第?\d*次?常务会议|国务院发布|国务院批准|国务院关于|《国务院"),
    ("local_rule", r"(?:省|市|自治区)[^ ]{0,4}人民政府令"),
    ("departmental_rule", r"总局令|局令|部令|委员会令|[局部]、|号令"),
]
NAMES = {
    "national_law": "全国人民代表大会及其常务委员会",
    "administrative_regulation": "国务院",
    "judicial_interpretation": "最高人民法院、最高人民检察院",
    "departmental_rule": "国务院部门",
}
ORGAN = re.compile(
    r"((?:国家|中华人民共和国)[\u4e00-\u9fa5]{2,14}?(?:总局|局|部|委员会))(?:、[\u4e00-\u9fa5]+)?(?:令|公告|第)"
)


def level_of(text: Text) -> str:
    """As the head says, else by who made it and how it is called; "" when nothing tells."""
    if said := LEVELS.get(text.facts.get("效力级别", "")):
        return said
    if "〔" in text.facts.get("文号", "") or re.search(r"(?:意见|通知|指引|指南)(?:（[^）]*）)?$", text.title):
        return "normative_document"
    if re.match(r"最高人民(?:法院|检察院)", text.title):
        return "judicial_interpretation"
    events = " ".join(event for _, event in text.history)
    if text.title.endswith("条例") and "国务院" in events:
        return "administrative_regulation"
    if text.title.startswith("中华人民共和国") and text.title.endswith("法"):
        return "national_law"
    found = next((level for level, pattern in ISSUERS if re.search(pattern, events)), "")
    return found or ("administrative_regulation" if text.title.endswith("条例") else "")


def issuer_of(text: Text, level: str) -> str:
    """Who issued it; for rules the organ named in the order."""
    if said := text.facts.get("发布机关"):
        return said
    if level == "departmental_rule":
        found = [match[1] for _, event in text.history if (match := ORGAN.search(event))]
        return found[-1] if found else NAMES[level]
    if level == "judicial_interpretation" and "最高人民检察院" not in text.title:
        return "最高人民法院"
    return NAMES.get(level, "")
