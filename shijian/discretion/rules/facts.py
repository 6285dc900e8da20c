"""What is known of one act: read from plain data, with a refusal that names the field for everything unusable."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from shijian.core.rules.kinds import Worded

from .kinds import Base, Gravity, Party, Tier
from .refusals import FactMissing, FactsContradict, FactUnusable

W = TypeVar("W", bound=Worded)
MOST = Decimal(10) ** 13  # ten trillion yuan: beyond it somebody mistyped
CENTS = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Facts:
    """One act of one party. Sums are in yuan; a sum nobody has told is absent, which is not the same as zero.

    `exempt` and `ease` answer what the law leaves to the bureau (可以); `tier` is the tier chosen where circumstances
    pull both ways, or 减轻 instead of 从轻. `reason` goes with every such choice.
    """

    on: date
    party: Party
    gravity: Gravity = Gravity.ORDINARY
    refused: bool = False
    sums: Mapping[Base, Decimal] = field(default_factory=dict)
    fee_unknown: bool = False
    circumstances: tuple[str, ...] = ()
    ended_on: date | None = None
    found_on: date | None = None
    five_years: bool = False
    exempt: bool | None = None
    ease: bool | None = None
    tier: Tier | None = None
    officers: int = 0
    reason: str = ""

    def __post_init__(self) -> None:
        if self.fee_unknown and self.sums.get(Base.AD_FEE):
            raise FactsContradict("广告费用不能既无法计算，又写出金额。请只填一项。")
        for name in ("ended_on", "found_on"):
            told = getattr(self, name)
            if told and told < self.on:
                raise FactsContradict(f"{NAMES[name]} {told} 早于违法行为发生日期 {self.on}，请核对。")
        if (self.ended_on is None) != (self.found_on is None):
            raise FactMissing(
                "推算追责期限须同时填写行为终了日期和发现日期。", article="《行政处罚法》（2021-01-22）第三十六条第一款"
            )


NAMES = {
    "on": "违法行为发生日期",
    "party": "当事人类型",
    "gravity": "情节",
    "refused": "拒不改正",
    "fee_unknown": "广告费用无法计算",
    "circumstances": "量罚情节",
    "ended_on": "行为终了日期",
    "found_on": "发现日期",
    "five_years": "适用五年追责期限",
    "exempt": "是否不予处罚",
    "ease": "是否从轻或者减轻",
    "tier": "裁量阶次",
    "officers": "责任人员人数",
    "reason": "理由",
}


def from_data(data: Mapping[str, Any]) -> Facts:
    """Facts from a JSON object. Sums are named `value`, `gains`, `turnover`, `ad_fee`, `capital`."""
    unknown = set(data) - set(NAMES) - set(Base) - {"violation", "region"}
    if unknown:
        raise FactUnusable(f"不认识的字段：{'、'.join(sorted(unknown))}。可用的有：{'、'.join([*NAMES, *Base])}。")
    for name in ("on", "party"):
        if data.get(name) in (None, ""):
            raise FactMissing(f"请填写{NAMES[name]}（{name}）。")
    return Facts(
        on=_required_day(data, "on"),
        party=_member(Party, data, "party") or Party.UNIT,
        gravity=_member(Gravity, data, "gravity") or Gravity.ORDINARY,
        refused=_flag(data, "refused") or False,
        sums={base: money(data[base], base.label) for base in Base if data.get(base) not in (None, "")},
        fee_unknown=_flag(data, "fee_unknown") or False,
        circumstances=_codes(data.get("circumstances") or ()),
        ended_on=_day(data, "ended_on"),
        found_on=_day(data, "found_on"),
        five_years=_flag(data, "five_years") or False,
        exempt=_flag(data, "exempt"),
        ease=_flag(data, "ease"),
        tier=_member(Tier, data, "tier"),
        officers=_count(data.get("officers") or 0),
        reason=str(data.get("reason") or "").strip(),
    )


def money(given: Any, name: str) -> Decimal:
    """A sum in yuan, not negative, to the cent at most."""
    if isinstance(given, bool | float):
        given = str(given)
    try:
        found = Decimal(str(given).replace(",", "").strip())
    except InvalidOperation as error:
        raise FactUnusable(f"{name}“{given}”不是金额，应写成 12000 或者 12000.50。") from error
    if not found.is_finite() or not 0 <= found <= MOST:
        raise FactUnusable(f"{name}“{given}”不是可用的金额，应在 0 至 {MOST:,} 元之间。")
    if found != found.quantize(CENTS):
        raise FactUnusable(f"{name}“{given}”多于两位小数，请写到分。")
    return found


def _required_day(data: Mapping[str, Any], name: str) -> date:
    found = _day(data, name)
    assert found is not None
    return found


def _day(data: Mapping[str, Any], name: str) -> date | None:
    given = data.get(name)
    if given in (None, ""):
        return None
    if isinstance(given, date):
        return given
    try:
        return date.fromisoformat(str(given))
    except ValueError as error:
        raise FactUnusable(f"{NAMES[name]}“{given}”不是日期，应写成 2026-03-02 的形式。") from error


def _member(kind: type[W], data: Mapping[str, Any], name: str) -> W | None:
    given = data.get(name)
    if given in (None, ""):
        return None
    for member in kind:
        if given in (member.value, member.label):
            return member
    known = "、".join(f"{member.value}（{member.label}）" for member in kind)
    raise FactUnusable(f"{NAMES[name]}“{given}”不能用，应是：{known}。")


def _flag(data: Mapping[str, Any], name: str) -> bool | None:
    given = data.get(name)
    if given is None or isinstance(given, bool):
        return given
    raise FactUnusable(f"{NAMES[name]}应写 true 或者 false，不是“{given}”。")


def _codes(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list | tuple) or not all(isinstance(each, str) for each in given):
        raise FactUnusable("量罚情节应写成代码的列表，例如 [“undid_harm”]。")
    return tuple(given)


def _count(given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= 1000:
        raise FactUnusable(f"责任人员人数“{given}”不能用，应是 0 至 1000 的整数。")
    return given
