"""Circumstances (情节): what each leads to, by which article, and which cannot both be true."""

from dataclasses import dataclass
from datetime import date

from .kinds import Effect, Party
from .refusals import FactsContradict, FactUnusable
from .violation import Article

PENALTY_LAW = ("行政处罚法", date(2021, 1, 22))
FOOD_LAW = ("食品安全法", date(2025, 9, 12))
PRICE_RULES = ("价格违法行为行政处罚规定", date(2010, 12, 4))
TRADEMARK_LAW = ("商标法", date(2019, 4, 23))
COMPETITION_LAW = ("反不正当竞争法", date(2025, 6, 27))
QUALITY_LAW = ("产品质量法", date(2018, 12, 29))


@dataclass(frozen=True, slots=True)
class Circumstance:
    """`group` names the question it answers: two of one group contradict each other. `needs` must be told with it.

    `special` circumstances belong to the violations that name them; all others hold everywhere.
    `is_law` is False where only local benchmarks name it: then it weighs, but no article commands it (⚠).
    """

    code: str
    name: str
    effect: Effect
    article: Article | None
    group: str = ""
    only: Party | None = None
    special: bool = False

    @property
    def is_law(self) -> bool:
        return self.article is not None


def penalty_law(number: int, paragraph: int | None = None, item: int | None = None) -> Article:
    """An article of 行政处罚法."""
    return Article(*PENALTY_LAW, number, paragraph, item)


def _law(of: tuple[str, date], number: int, paragraph: int | None = None, item: int | None = None) -> Article:
    return Article(*of, number, paragraph, item)


_ALL = (
    # must not: 行政处罚法 30, 31, 33, 36
    Circumstance("under_14", "不满十四周岁", Effect.MUST_NOT, _law(PENALTY_LAW, 30), "age", Party.PERSON),
    Circumstance("incapable", "不能辨认或者不能控制自己行为时违法", Effect.MUST_NOT, _law(PENALTY_LAW, 31), "mind", Party.PERSON),
    Circumstance("too_late", "已过追责期限", Effect.MUST_NOT, _law(PENALTY_LAW, 36, 1)),
    Circumstance("no_fault", "有证据足以证明没有主观过错", Effect.MUST_NOT, _law(PENALTY_LAW, 33, 2), "fault"),
    Circumstance("slight_corrected_harmless", "违法行为轻微并及时改正，没有造成危害后果", Effect.MUST_NOT, _law(PENALTY_LAW, 33, 1), "harm"),
    Circumstance("innocent_seller", "不知道是侵权商品，能证明合法取得并说明提供者", Effect.MUST_NOT, _law(TRADEMARK_LAW, 60, 2), "fault", special=True),
    Circumstance("innocent_dealer", "不知道属于违法商品，能证明合法取得并说明提供者", Effect.MUST_NOT, _law(COMPETITION_LAW, 23, 2), "fault", special=True),
    # may not: 行政处罚法 33; 食品安全法 136
    Circumstance("first_slight_corrected", "初次违法且危害后果轻微并及时改正", Effect.MAY_NOT, _law(PENALTY_LAW, 33, 1), "harm"),
    Circumstance("checked_on_purchase", "履行了进货查验等义务，确不知情并能说明进货来源", Effect.MAY_NOT, _law(FOOD_LAW, 136), "fault", special=True),
    # must be lighter or reduced: 行政处罚法 30, 32
    Circumstance("aged_14_to_18", "已满十四周岁不满十八周岁", Effect.MUST_EASE, _law(PENALTY_LAW, 30), "age", Party.PERSON),
    Circumstance("undid_harm", "主动消除或者减轻违法行为危害后果", Effect.MUST_EASE, _law(PENALTY_LAW, 32, None, 1)),
    Circumstance("coerced", "受他人胁迫或者诱骗实施违法行为", Effect.MUST_EASE, _law(PENALTY_LAW, 32, None, 2)),
    Circumstance("confessed", "主动供述行政机关尚未掌握的违法行为", Effect.MUST_EASE, _law(PENALTY_LAW, 32, None, 3)),
    Circumstance("meritorious", "配合查处违法行为有立功表现", Effect.MUST_EASE, _law(PENALTY_LAW, 32, None, 4)),
    # may be lighter or reduced: 行政处罚法 31; 产品质量法 55
    Circumstance("half_capable", "尚未完全丧失辨认或者控制自己行为能力", Effect.MAY_EASE, _law(PENALTY_LAW, 31), "mind", Party.PERSON),
    Circumstance("unknowing_seller", "确不知道是禁止销售的产品并如实说明进货来源", Effect.MAY_EASE, _law(QUALITY_LAW, 55), "fault", special=True),
    # heavier: 行政处罚法 49; 商标法 60; 价格违法行为行政处罚规定 17; the rest are local benchmarks
    Circumstance("emergency", "突发事件期间违反应对措施", Effect.AGGRAVATE, _law(PENALTY_LAW, 49)),
    Circumstance("infringed_twice", "五年内实施两次以上商标侵权行为", Effect.AGGRAVATE, _law(TRADEMARK_LAW, 60, 2), special=True),
    Circumstance("great_impact", "价格违法行为严重或者社会影响较大", Effect.AGGRAVATE, _law(PRICE_RULES, 17, 2, 1), "harm", special=True),
    Circumstance("repeated_prices", "屡查屡犯", Effect.AGGRAVATE, _law(PRICE_RULES, 17, 2, 2), special=True),
    Circumstance("hid_evidence", "伪造、涂改或者转移、销毁证据", Effect.AGGRAVATE, _law(PRICE_RULES, 17, 2, 3), special=True),
    Circumstance("moved_funds", "转移与价格违法行为有关的资金或者商品", Effect.AGGRAVATE, _law(PRICE_RULES, 17, 2, 4), special=True),
    Circumstance("kept_overcharge", "拒不退还多收价款", Effect.AGGRAVATE, _law(PRICE_RULES, 17, 2, 5), special=True),
    Circumstance("repeated", "因同类违法行为受过处罚后再犯", Effect.AGGRAVATE, None),
    Circumstance("obstructed", "妨碍执法、隐匿或者销毁证据", Effect.AGGRAVATE, None),
    Circumstance("vulnerable", "以老年人、未成年人等为侵害对象", Effect.AGGRAVATE, None),
    Circumstance("harmful", "造成人身损害或者重大财产损失", Effect.AGGRAVATE, None, "harm"),
)  # fmt: skip
CIRCUMSTANCES = {each.code: each for each in _ALL}
# Pairs beyond the groups: what was done for the first time was not done again; who hid things did not confess.
CONTRADICTIONS = (
    ("first_slight_corrected", "repeated"),
    ("first_slight_corrected", "repeated_prices"),
    ("first_slight_corrected", "infringed_twice"),
    ("confessed", "obstructed"),
    ("confessed", "hid_evidence"),
    ("undid_harm", "kept_overcharge"),
    ("no_fault", "repeated"),
    ("no_fault", "obstructed"),
)


def read(codes: tuple[str, ...], special: tuple[str, ...], party: Party) -> tuple[Circumstance, ...]:
    """The circumstances of a case, in the order of the law. Refuses unknown, foreign and contradicting ones."""
    for code in codes:
        found = CIRCUMSTANCES.get(code)
        if found is None:
            raise FactUnusable(f"没有代码为“{code}”的情节，可用的有：{'、'.join(CIRCUMSTANCES)}。")
        if found.special and code not in special:
            raise FactUnusable(f"“{found.name}”不是这一违法行为的情节，请去掉。", article=str(found.article))
        if found.only and found.only is not party:
            raise FactsContradict(f"当事人是{party.label}，不能有“{found.name}”的情节。")
    told = [each for each in _ALL if each.code in codes]
    for nth, one in enumerate(told):
        for other in told[nth + 1 :]:
            if _contradict(one, other):
                raise FactsContradict(f"“{one.name}”和“{other.name}”不能同时成立，请核对证据后只选一个。")
    return tuple(told)


def _contradict(one: Circumstance, other: Circumstance) -> bool:
    if one.group and one.group == other.group:
        return True
    return (one.code, other.code) in CONTRADICTIONS or (other.code, one.code) in CONTRADICTIONS


def offered(special: tuple[str, ...], party: Party | None = None) -> tuple[Circumstance, ...]:
    """The circumstances a form shows for a violation; 追责期限 is worked out from its dates."""
    return tuple(
        each
        for each in _ALL
        if each.code != "too_late"
        and (not each.special or each.code in special)
        and (party is None or each.only in (None, party))
    )
