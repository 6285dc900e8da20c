"""Which tier the circumstances lead to, in the order in which the law asks. Source: 行政处罚法 30 to 33; rules §10."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shijian.core.rules.period import corresponding_day

from .circumstances import CIRCUMSTANCES, Circumstance, penalty_law, read
from .facts import Facts
from .kinds import Effect, Gravity, Party, Tier
from .refusals import FactMissing, FactsContradict, NoSuchTier
from .violation import Violation

LIMITATION_YEARS, LONG_LIMITATION_YEARS = 2, 5  # 行政处罚法 36: two years, five for life, health and financial safety
GENTLE = ("slight_corrected_harmless", "first_slight_corrected")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the working, with the article it rests on."""

    text: str
    citation: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """The tier, and the lines that led there. `because` are the circumstances that decided it."""

    tier: Tier
    steps: tuple[Step, ...]
    because: tuple[Circumstance, ...] = ()


def place(violation: Violation, facts: Facts) -> Placed:
    """The tier of one act.

    Refuses facts that contradict each other, choices the circumstances do not allow, and choices without a reason.
    """
    told = read(facts.circumstances, violation.special, facts.party)
    _refuse_contradictions(violation, facts, told)
    late = _limitation(facts)
    if late:
        return Placed(Tier.NONE, (late,), (CIRCUMSTANCES["too_late"],))
    by_effect = {effect: [each for each in told if each.effect is effect] for effect in Effect}
    if must_not := by_effect[Effect.MUST_NOT]:
        return Placed(Tier.NONE, _lines(violation, must_not), tuple(must_not))
    steps: list[Step] = []
    if may_not := by_effect[Effect.MAY_NOT]:
        if _exempts(facts, may_not, by_effect[Effect.AGGRAVATE]):
            return Placed(Tier.NONE, _lines(violation, may_not), tuple(may_not))
        steps += _declined(may_not, facts, "仍给予处罚")
    easing = list(by_effect[Effect.MUST_EASE])
    if may_ease := by_effect[Effect.MAY_EASE]:
        if facts.ease is False:
            steps += _declined(may_ease, facts, "不从轻或者减轻")
        else:
            easing += may_ease
    heavier = by_effect[Effect.AGGRAVATE]
    tier = _weighed(violation, facts, easing, heavier)
    deciding = (*easing, *heavier)
    steps += _lines(violation, deciding)
    if easing and heavier:
        steps.append(Step(f"综合裁量：从轻和从重情节并存，定为“{tier.label}”。理由：{facts.reason}"))
    elif not deciding and tier is Tier.NORMAL:
        steps.append(Step("没有法定的从轻、减轻、从重或者不予处罚情节，适用一般阶次。"))
    elif facts.tier:
        steps.append(Step(f"选定阶次：“{tier.label}”。{f'理由：{facts.reason}' if facts.reason else ''}"))
    return Placed(tier, tuple(steps), deciding)


def _refuse_contradictions(violation: Violation, facts: Facts, told: Sequence[Circumstance]) -> None:
    for each in told:
        if each.code in GENTLE and (facts.refused or facts.gravity is not Gravity.ORDINARY):
            other = "拒不改正" if facts.refused else facts.gravity.label
            raise FactsContradict(f"“{each.name}”和“{other}”不能同时成立，请核对证据后只选一个。")
        if each.code == "too_late" and facts.ended_on is None:
            raise FactMissing("认定已过追责期限，请填写行为终了日期和发现日期，由系统推算。", article=str(each.article))
    if facts.gravity not in violation.gravities():
        raise NoSuchTier(
            f"{violation.article}没有区分“{facts.gravity.label}”，请改选“{Gravity.ORDINARY.label}”。",
            article=str(violation.article),
        )
    if facts.refused and not violation.knows_refusal:
        raise NoSuchTier(
            f"{violation.article}不以拒不改正为处罚条件，请不选“拒不改正”。", article=str(violation.article)
        )
    if facts.officers and (not violation.knows_officers or facts.party is Party.PERSON):
        raise NoSuchTier(f"{violation.article}没有对责任人员的罚款，请把责任人员人数改为 0。")


def _limitation(facts: Facts) -> Step | None:
    """The step when the act was found too late. Source: 行政处罚法 (2021-01-22) art. 36."""
    too_late = CIRCUMSTANCES["too_late"]
    if facts.ended_on is None or facts.found_on is None:
        return None
    years = LONG_LIMITATION_YEARS if facts.five_years else LIMITATION_YEARS
    last = corresponding_day(facts.ended_on, 12 * years)
    if facts.found_on > last:
        return Step(
            f"追责期限：行为终了 {facts.ended_on}，{years} 年内未被发现的不再处罚，至 {last}；"
            f"{facts.found_on} 才发现，不予处罚。",
            str(too_late.article),
        )
    if too_late.code in facts.circumstances:
        raise FactsContradict(f"追责期限至 {last}，{facts.found_on} 发现时没有超过，请去掉“{too_late.name}”。")
    return None


def _exempts(facts: Facts, may_not: Sequence[Circumstance], heavier: Sequence[Circumstance]) -> bool:
    """Flexible items are suggested first (X-02): the exemption holds until somebody declines it with a reason."""
    if facts.exempt is None and heavier:
        raise FactMissing(f"同时有“{may_not[0].name}”和“{heavier[0].name}”，请明确是否不予处罚（exempt），并写明理由。")
    if facts.exempt and heavier and not facts.reason:
        raise FactMissing("有从重情节仍不予处罚的，请写明理由。", article=str(may_not[0].article))
    return facts.exempt is not False


def _declined(told: Sequence[Circumstance], facts: Facts, what: str) -> list[Step]:
    if not facts.reason:
        raise FactMissing(f"有“{told[0].name}”，{what}的，请写明理由。", article=str(told[0].article))
    return [
        Step(f"有“{each.name}”，{each.effect.label}；本案{what}。理由：{facts.reason}", str(each.article))
        for each in told
    ]


def _weighed(violation: Violation, facts: Facts, easing: list[Circumstance], heavier: list[Circumstance]) -> Tier:
    must = [each for each in easing if each.effect is Effect.MUST_EASE]
    commanded = [each for each in heavier if each.is_law]
    if facts.tier is Tier.NONE:
        raise NoSuchTier("没有可以不予处罚的情节，不能选“不予处罚”。", article=str(penalty_law(33)))
    if easing and heavier:
        if facts.tier is None or not facts.reason:
            raise FactMissing(
                f"同时有“{easing[0].name}”和“{heavier[0].name}”，请综合考虑后选定阶次（tier）并写明理由。"
            )
        if must and facts.tier is Tier.HEAVY:
            raise NoSuchTier(f"有“{must[0].name}”，应当从轻或者减轻，不能从重。", article=str(must[0].article))
        return facts.tier
    if easing:
        if facts.tier in (Tier.NORMAL, Tier.HEAVY):
            raise NoSuchTier(
                f"有“{easing[0].name}”，不能适用“{facts.tier.label}”，请选从轻或者减轻。",
                article=str(easing[0].article),
            )
        return facts.tier or Tier.LIGHT
    if heavier:
        if facts.tier in (None, Tier.HEAVY):
            return Tier.HEAVY
        if facts.tier is Tier.NORMAL and not commanded and facts.reason:
            return Tier.NORMAL
        raise NoSuchTier(
            f"有“{heavier[0].name}”，不能适用“{facts.tier.label}”{'' if commanded else '；适用一般的，请写明理由'}。",
            article=str(heavier[0].article) if commanded else "",
        )
    if facts.tier in (None, Tier.NORMAL):
        return Tier.NORMAL
    # Benchmarks of a region may name conditions of their own for a tier (适用条件).
    conditions = [
        each.condition
        for fine in violation.fines
        for each in fine.standards
        if each.tier is facts.tier and each.condition
    ]
    if conditions and facts.reason:
        return facts.tier
    if conditions:
        raise FactMissing(f"适用“{facts.tier.label}”的条件是：{conditions[0]}。符合的，请写明理由。")
    raise NoSuchTier(f"没有对应的情节，不能适用“{facts.tier.label}”，应适用一般阶次。", article=str(penalty_law(32)))


def _lines(violation: Violation, told: Sequence[Circumstance]) -> tuple[Step, ...]:
    return tuple(_line(violation, each) for each in told)


def _line(violation: Violation, told: Circumstance) -> Step:
    if told.article is None:
        return Step(f"情节：{told.name}，{told.effect.label}（⚠ 依据当地裁量基准，不是法律条文）。")
    article = told.article
    if article.law == violation.article.law:  # in the version that governs the act
        article = replace(article, version=violation.article.version)
    return Step(f"情节：{told.name}，{told.effect.label}。", str(article))
