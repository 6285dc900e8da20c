"""From a line of the article and a tier to yuan. Source: rules DIS-01 to DIS-04, CAL-13 (以上、以下 include the number)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from .circumstances import penalty_law
from .facts import CENTS, Facts
from .kinds import Base, Gravity, Measure, Subject, Tier
from .refusals import BrokenBenchmark, FactMissing, NoSuchTier
from .tiering import Step
from .violation import Fine, Shares, Violation, number

YUAN = Decimal(1)
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high` yuan, both included. `fine` is the line it comes from; None when nobody is fined."""

    low: Decimal
    high: Decimal
    steps: tuple[Step, ...]
    fine: Fine | None = None


@dataclass(frozen=True, slots=True)
class TierRange:
    """One tier of one line before any facts: in yuan or in multiples."""

    tier: Tier
    low: Decimal
    high: Decimal
    condition: str = ""
    is_published: bool = False
    measure: Measure = Measure.YUAN

    @property
    def words(self) -> str:
        if self.measure is Measure.TIMES:
            high = f"{number(self.high)} 倍"
            return f"不足 {high}" if self._is_open else f"{number(self.low)} 至 {high}"
        return f"不足 {yuan(self.high)}" if self._is_open else f"{yuan(self.low)} 至 {yuan(self.high)}"

    @property
    def _is_open(self) -> bool:
        return self.tier is Tier.REDUCED and not self.is_published


def line_for(violation: Violation, facts: Facts, subject: Subject) -> Fine | None:
    """The one line of the article that holds for these facts; None where the article does not fine (yet).

    Lines of the told gravity come first, then those of the lesser ones: an article that only adds a revocation for
    grave acts keeps its fine.
    """
    lines = [fine for fine in violation.fines if fine.subject in (subject, *_anybody(subject))]
    if violation.fines and not lines and subject is not Subject.OFFICER:
        raise NoSuchTier(f"{violation.article}没有对{subject.label}的罚款，请核对当事人类型。")
    degrees = list(Gravity)[: list(Gravity).index(facts.gravity) + 1]
    for gravity in reversed(degrees):
        fitting = [
            fine
            for fine in lines
            if fine.gravity is gravity and (facts.refused or not fine.after_refusal) and _holds(fine, facts)
        ]
        if len(fitting) > 1:
            raise BrokenBenchmark(f"“{violation.name}”有 {len(fitting)} 条幅度同时适用，请改正裁量基准。")
        if fitting:
            return fitting[0]
    return None


def _anybody(subject: Subject) -> tuple[Subject, ...]:
    return () if subject is Subject.OFFICER else (Subject.ANY,)


def _holds(fine: Fine, facts: Facts) -> bool:
    band = fine.band
    if band.base is None:
        return True
    if band.base is Base.AD_FEE and facts.fee_unknown:
        return not band.known
    return band.known and band.holds(_sum(facts, band.base))


def _sum(facts: Facts, base: Base) -> Decimal:
    if base not in facts.sums:
        hint = "；无法计算或者明显偏低的，请注明" if base is Base.AD_FEE else "；没有的填 0"
        raise FactMissing(f"请填写{base.label}（{base.value}）{hint}。")
    return facts.sums[base]


def bounds(fine: Fine, facts: Facts) -> tuple[Decimal, Decimal]:
    """The statutory range in yuan; without a statutory minimum it begins at zero (rules DIS-03)."""
    factor = _factor(fine, facts)
    return (fine.low or NOTHING) * factor, fine.high * factor


def range_of(violation: Violation, fine: Fine, tier: Tier, facts: Facts) -> Range:
    """The range of a tier within one line."""
    low, high = bounds(fine, facts)
    steps = [Step(_statutory(fine, facts, low, high), violation.basis_of(fine))]
    standard = fine.standard(tier)
    if standard:
        factor = _factor(fine, facts)
        lowest, highest = standard.low * factor, standard.high * factor
        unit = "倍" if fine.measure is Measure.TIMES else "元"
        when = f"，适用条件：{standard.condition}" if standard.condition else ""
        steps.append(
            Step(f"裁量基准：“{tier.label}”为 {number(standard.low)} 至 {number(standard.high)} {unit}{when}。")
        )
    elif tier is Tier.REDUCED:
        if not fine.low:
            raise NoSuchTier("法定罚款没有下限，不能在下限以下减轻，请选从轻。", article=str(penalty_law(32)))
        lowest, highest = NOTHING, low
        steps.append(Step(f"减轻：低于法定下限 {yuan(low)}；应当并处的罚款可以不并处。", str(penalty_law(32))))
    else:
        lowest, highest = _by_formula(tier, violation.shares, low, high)
        steps.append(_formula_step(tier, violation.shares))
    lowest, highest = _rounded(lowest, highest, below=low if tier is Tier.REDUCED else None)
    steps.append(Step(f"幅度：{yuan(lowest)} 至 {yuan(highest)}（取整到元，下限进、上限舍，不超出幅度）。"))
    return Range(lowest, highest, tuple(steps), fine)


def in_measure(fine: Fine, shares: Shares) -> list[TierRange]:
    """The range of every tier in the fine's own measure, for a page: by standard, else by formula."""
    low = fine.low or NOTHING
    made = []
    for tier in (Tier.REDUCED, Tier.LIGHT, Tier.NORMAL, Tier.HEAVY):
        standard = fine.standard(tier)
        if standard:
            made.append(TierRange(tier, standard.low, standard.high, standard.condition, True))
        elif tier is Tier.REDUCED:
            if fine.low:
                made.append(TierRange(tier, NOTHING, low))
        else:
            made.append(TierRange(tier, *_by_formula(tier, shares, low, fine.high)))
    return [replace(each, measure=fine.measure) for each in made]


def _factor(fine: Fine, facts: Facts) -> Decimal:
    return _sum(facts, fine.base) if fine.base else YUAN


def _by_formula(tier: Tier, shares: Shares, low: Decimal, high: Decimal) -> tuple[Decimal, Decimal]:
    light, heavy = low + shares.light * (high - low), high - shares.heavy * (high - low)
    return {Tier.LIGHT: (low, light), Tier.NORMAL: (light, heavy), Tier.HEAVY: (heavy, high)}[tier]


def _formula_step(tier: Tier, shares: Shares) -> Step:
    light, heavy = shares.light_percent, shares.heavy_percent
    part = {
        Tier.LIGHT: f"法定幅度中较低的 {light}",
        Tier.NORMAL: f"法定幅度中除去较低的 {light} 和较高的 {heavy}",
        Tier.HEAVY: f"法定幅度中较高的 {heavy}",
    }[tier]
    mark = "" if shares.is_verified else "⚠ "
    return Step(f"阶次：“{tier.label}”取{part}。{mark}比例的依据：{shares.basis}。")


def _statutory(fine: Fine, facts: Facts, low: Decimal, high: Decimal) -> str:
    when = f"{fine.when}，" if fine.when else ""
    choice = "可以处" if fine.strength == "flexible" else "处"
    gap = " " if fine.words[0].isdecimal() else ""
    text = f"法定幅度：{when}{choice}{gap}{fine.words}罚款"
    if fine.base:
        text += f"；{fine.base.label} {yuan(facts.sums[fine.base])}，即 {yuan(low)} 至 {yuan(high)}"
    if fine.low is None:
        text += "；法律没有规定下限，从零起算"
    return f"{text}。"


def _rounded(low: Decimal, high: Decimal, *, below: Decimal | None) -> tuple[Decimal, Decimal]:
    """Whole yuan inside the range; to the cent where no whole yuan fits. Strictly under `below` when given."""
    for unit in (YUAN, CENTS):
        lowest, highest = low.quantize(unit, ROUND_CEILING), high.quantize(unit, ROUND_FLOOR)
        if below is not None and highest >= below:
            highest = max(highest - unit, NOTHING)
        if lowest <= highest:
            return lowest, highest
    middle = low.quantize(CENTS, ROUND_FLOOR)  # a range narrower than a cent
    return middle, middle


def yuan(value: Decimal) -> str:
    return f"{value:,.0f} 元" if value == value.to_integral_value() else f"{value:,.2f} 元"


def total(ranges: Sequence[Range]) -> tuple[Decimal, Decimal]:
    return sum((each.low for each in ranges), NOTHING), sum((each.high for each in ranges), NOTHING)
