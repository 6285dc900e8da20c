"""One row of a registry file: which column is which, and the row as clean values or as faults."""

import hashlib
import math
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from . import codes, phones

# Column heads as registers, spreadsheets and open data write them.
ALIASES: dict[str, tuple[str, ...]] = {
    "name": ("name", "名称", "主体名称", "企业名称", "单位名称", "字号名称", "市场主体名称"),
    "credit_code": ("uscc", "credit_code", "统一社会信用代码", "信用代码", "社会信用代码"),
    "registration_no": ("registration_no", "注册号", "工商注册号"),
    "kind": ("ent_type", "kind", "主体类型", "企业类型", "类型", "市场主体类型"),
    "industry_code": ("industry_code", "行业代码", "行业"),
    "status": ("status", "登记状态", "经营状态", "状态"),
    "address": ("address", "住所", "经营场所", "地址", "住所(经营场所)"),
    "lon": ("lng", "lon", "longitude", "经度"),
    "lat": ("lat", "latitude", "纬度"),
    "established_on": ("reg_date", "established_on", "成立日期", "注册日期"),
    "scope_text": ("business_scope", "经营范围"),
    "phone": ("phone", "联系电话", "电话", "联系方式"),
    "source_key": ("source_key", "poi_id", "来源编号", "编号"),
}
LABELS = {
    "name": "名称",
    "credit_code": "统一社会信用代码",
    "registration_no": "注册号",
    "kind": "主体类型",
    "industry_code": "行业代码",
    "status": "登记状态",
    "address": "住所",
    "lon": "经度",
    "lat": "纬度",
    "established_on": "成立日期",
    "scope_text": "经营范围",
    "phone": "联系电话",
    "source_key": "来源编号",
}
STATUSES = {
    "": "operating",
    "在业": "operating",
    "存续": "operating",
    "开业": "operating",
    "在营": "operating",
    "正常": "operating",
    "operating": "operating",
    "停业": "suspended",
    "歇业": "suspended",
    "suspended": "suspended",
    "注销": "closed",
    "closed": "closed",
    "吊销": "revoked",
    "revoked": "revoked",
    "查无下落": "not_found",
    "not_found": "not_found",
}
TAG_OF_INDUSTRY = {
    "5212": "supermarket",
    "5213": "convenience",
    "5251": "pharmacy",
    "5252": "pharmacy",
    "7030": "estate_agent",
    "5236": "optician",
    "8040": "beauty",
    "621": "catering",
    "622": "catering",
    "623": "catering",
    "629": "catering",
    "13": "food_maker",
    "14": "food_maker",
    "7020": "property",
}
NAME_MAX, TEXT_MAX = 200, 2000
CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
WITHOUT_BRACKETS = re.compile(r"[^（），；：、。]+")
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?([ T].*)?")
EMPTY = dict.fromkeys(ALIASES, "")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row: the column's Chinese name, its value as given, and the reason with the remedy."""

    field: str
    value: str
    reason: str


@dataclass(slots=True)
class Row:
    """A good row. `identity` is what the same entity is recognised by in a later file."""

    name: str
    identity: str
    credit_code: str = ""
    registration_no: str = ""
    kind: str = "other"
    industry_code: str = ""
    status: str = "operating"
    address: str = ""
    lon: float | None = None
    lat: float | None = None
    established_on: date | None = None
    scope_text: str = ""
    tags: tuple[str, ...] = ()
    phone: str = ""
    odd_phone: bool = False  # something stood there that is no phone: left out, the row stays

    def content_hash(self, datum: str, phone_print: str = "") -> str:
        """Changes when any fact of the row does, or how its place is read: an unchanged row is not written again."""
        place = f"{datum} {self.lon:.6f} {self.lat:.6f}" if self.lon is not None else ""
        facts = (
            place, self.name, self.credit_code, self.registration_no, self.kind, self.industry_code, self.status,
            self.address, str(self.established_on), self.scope_text, *filter(None, [phone_print]),
        )  # fmt: skip
        return hashlib.blake2b("\x1f".join(facts).encode(), digest_size=16).hexdigest()


def columns(header: Sequence[Any]) -> dict[str, int]:
    """Which column holds which field; unknown columns are left aside."""
    heads = [tidy(str(head or "")).lower().replace("（", "(").replace("）", ")") for head in header]
    return {
        name: heads.index(alias)
        for name, aliases in ALIASES.items()
        for alias in [next((each.lower() for each in aliases if each.lower() in heads), None)]
        if alias is not None
    }


def tidy(text: str) -> str:
    """Text in its usual width, without control and invisible characters and outer spaces; brackets stay Chinese."""
    if not text.isprintable():
        text = CONTROL.sub("", text)
    if text.isascii():
        return text.strip()
    if not unicodedata.is_normalized("NFKC", text):
        text = WITHOUT_BRACKETS.sub(_in_usual_width, text)
    return " ".join(text.split())


def _in_usual_width(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", found.group())


def read_row(values: Mapping[str, Any], *, source: str, industries: Collection[str]) -> Row | list[Fault]:
    """A row as clean values, or everything that is wrong with it."""
    faults: list[Fault] = []
    text = EMPTY.copy()
    for column, value in values.items():
        if value is not None and value != "":
            text[column] = tidy(value if type(value) is str else str(value))

    def wrong(name: str, reason: str) -> None:
        faults.append(Fault(LABELS[name], text[name][:200], reason))

    if not text["name"]:
        wrong("name", "名称为空，请补录后重新导入该行")
    elif len(text["name"]) > NAME_MAX:
        wrong("name", f"名称超过 {NAME_MAX} 字，请核对")
    credit = codes.clean_code(text["credit_code"])
    if credit and (reason := codes.credit_code_fault(credit)):
        wrong("credit_code", reason)
    number = codes.clean_code(text["registration_no"])
    if number and (reason := codes.registration_no_fault(number)):
        wrong("registration_no", reason)
    if not (credit or number or text["source_key"]):
        wrong("credit_code", "统一社会信用代码、注册号、来源编号至少要有一个，否则无法识别同一主体")
    lon, lat = _coordinate(text["lon"], 73, 136), _coordinate(text["lat"], 3, 54)
    if (lon is None) != (not text["lon"]) or (lat is None) != (not text["lat"]) or (lon is None) != (lat is None):
        swapped = _coordinate(text["lat"], 73, 136) is not None and _coordinate(text["lon"], 3, 54) is not None
        reason = (
            "经纬度可能写反，请对调两列" if swapped else "经纬度不完整或不在中国范围内，请核对（经度在前，单位为度）"
        )
        wrong("lon" if lon is None else "lat", reason)
    if text["status"] not in STATUSES:
        wrong("status", f"不认识的登记状态，请改为：{'、'.join(key for key in STATUSES if key and not key.isascii())}")
    industry = text["industry_code"].removeprefix("'")
    if industry and industries and industry not in industries:
        wrong("industry_code", "不是 GB/T 4754-2017 的行业代码，请核对或留空")
    founded = _day(text["established_on"])
    if founded is None and text["established_on"]:
        wrong("established_on", "日期应写作 2026-01-31，且不晚于今天")
    phone = text["phone"] and phones.clean_phone(text["phone"])
    if faults:
        return faults
    return Row(
        name=text["name"],
        identity=credit or number or f"{source}:{text['source_key']}"[:80],
        credit_code=credit,
        registration_no=number,
        kind=kind_of(text["kind"], text["name"], credit),
        industry_code=industry,
        status=STATUSES[text["status"]],
        address=text["address"][:300],
        lon=lon,
        lat=lat,
        established_on=founded,
        scope_text=text["scope_text"][:TEXT_MAX],
        tags=tags_of(industry),
        phone=phone,
        odd_phone=not phone and any(map(str.isdigit, text["phone"])),
    )


def kind_of(told: str, name: str, credit: str) -> str:
    """The kind of an entity: from what the file says, else from the credit code's second character, else the name."""
    for word, kind in (
        ("个体", "individual_business"),
        ("合作社", "cooperative"),
        ("公司", "enterprise"),
        ("企业", "enterprise"),
    ):
        if word in told:
            return kind
    if credit[:2] in {"91", "92", "93"}:
        return {"91": "enterprise", "92": "individual_business", "93": "cooperative"}[credit[:2]]
    if "合作社" in name:
        return "cooperative"
    return "enterprise" if name.endswith(("公司", "厂", "集团", "企业")) else "other"


@lru_cache(maxsize=4096)
def tags_of(industry: str) -> tuple[str, ...]:
    """The key object types an industry stands for."""
    found = {tag for prefix, tag in TAG_OF_INDUSTRY.items() if industry.startswith(prefix)}
    return tuple(sorted(found))


def _coordinate(text: str, low: float, high: float) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and low <= value <= high else None


@lru_cache(maxsize=50_000)
def _day(text: str) -> date | None:
    match = DAY.fullmatch(text)
    try:
        day = date(*(int(part) for part in match.groups()[:3])) if match else None
    except ValueError:
        return None
    return day if day and date(1900, 1, 1) <= day else None
