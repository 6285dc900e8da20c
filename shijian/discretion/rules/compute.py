"""From a violation and the facts to tier, range and every step (裁量计算单)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .circumstances import penalty_law
from .facts import Facts
from .kinds import Gravity, Party, Strength, Subject, Tier
from .ranges import NOTHING, Range, bounds, line_for, range_of, total, yuan
from .refusals import FactMissing
from .tiering import Placed, Step, place
from .violation import Violation

FLEXIBLE_FINE = "条文写“可以”，也可以不并处罚款。"
EDUCATION = str(penalty_law(33, 3))
CORRECTION = str(penalty_law(28, 1))


@dataclass(frozen=True, slots=True)
class Accompanying:
    """What goes with the fine in this case, binding or left to the bureau."""

    name: str
    strength: Strength
    citation: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the facts of one act lead to. `officers` is the range for each responsible person, beside the unit's."""

    violation: Violation
    facts: Facts
    tier: Tier
    fine: Range
    steps: tuple[Step, ...]
    others: tuple[Accompanying, ...] = ()
    officers: Range | None = None
    is_flexible: bool = False

    @property
    def low(self) -> Decimal:
        return self.fine.low

    @property
    def high(self) -> Decimal:
        return self.fine.high

    @property
    def citations(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(step.citation for step in self.steps if step.citation))

    def as_json(self) -> dict[str, Any]:
        """The shape of `discretion compute --json`."""
        found: dict[str, Any] = {
            "violation": self.violation.code,
            "name": self.violation.name,
            "tier": self.tier.value,
            "tier_name": self.tier.label,
            **_sums(self.low, self.high),
            "flexible": self.is_flexible,
            "others": [{"name": each.name, "strength": each.strength.value} for each in self.others],
            "steps": [{"text": step.text, "citation": step.citation} for step in self.steps],
            "citations": list(self.citations),
        }
        if self.officers:
            found["officers"] = {"count": self.facts.officers, **_sums(self.officers.low, self.officers.high)}
        return found


@dataclass(frozen=True, slots=True)
class Combined:
    """Several acts, or one act under several norms."""

    parts: tuple[Ruling, ...]
    tier: Tier
    low: Decimal
    high: Decimal
    steps: tuple[Step, ...]

    @property
    def citations(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(step.citation for step in self.steps if step.citation))

    def as_json(self) -> dict[str, Any]:
        return {
            "tier": self.tier.value,
            "tier_name": self.tier.label,
            **_sums(self.low, self.high),
            "parts": [part.as_json() for part in self.parts],
            "steps": [{"text": step.text, "citation": step.citation} for step in self.steps],
            "citations": list(self.citations),
        }


def compute(violation: Violation, facts: Facts) -> Ruling:
    """Tier and range of one act, by the order of rules §10.

    Raises `FactMissing`, `FactsContradict`, `FactUnusable` or `NoSuchTier` with a sentence that says what to do.
    """
    steps = [
        Step(f"违法行为：{violation.name}（{violation.domain}），行为日期 {facts.on}。", str(violation.article)),
    ]
    placed = place(violation, facts)
    steps += placed.steps
    if placed.tier is Tier.NONE:
        return _without_penalty(violation, facts, placed, steps)
    subject = Subject.PERSON if facts.party is Party.PERSON else Subject.UNIT
    fine, flexible = _fined(violation, facts, placed.tier, subject)
    steps += fine.steps
    if flexible:
        steps.append(Step(FLEXIBLE_FINE, str(violation.article)))
    officers = None
    if facts.officers:
        officers, _ = _fined(violation, facts, placed.tier, Subject.OFFICER)
        steps.append(Step(f"责任人员 {facts.officers} 人，分别量罚："))
        steps += officers.steps
    others = _others(violation, facts)
    steps += [Step(f"{each.strength.label}：{each.name}。", each.citation) for each in others]
    steps.append(Step(f"结果：{placed.tier.label}，罚款 {yuan(fine.low)} 至 {yuan(fine.high)}。"))
    return Ruling(violation, facts, placed.tier, fine, tuple(steps), others, officers, flexible)


def combine(parts: Sequence[Ruling], *, same_act: bool) -> Combined:
    """Several acts are weighed each for itself and added; one act under several norms takes the higher fine.

    Source: 行政处罚法 (2021-01-22) art. 29 (rules CASE-22).
    """
    if not parts:
        raise FactMissing("请至少写一个违法行为。")
    if same_act:
        heaviest = max(parts, key=_weight)
        said = "同一违法行为违反多个规定，按照罚款数额高的规定处罚"
        steps = (
            *(step for part in parts for step in part.steps),
            Step(f"{said}：{heaviest.violation.article}。", str(penalty_law(29))),
        )
        return Combined(tuple(parts), heaviest.tier, heaviest.low, heaviest.high, steps)
    low, high = total([part.fine for part in parts])
    tier = max((part.tier for part in parts), key=lambda each: each.rank)
    steps = tuple(step for part in parts for step in part.steps)
    if len(parts) > 1:
        steps += (Step(f"合计：{len(parts)} 个违法行为分别裁量，罚款合计 {yuan(low)} 至 {yuan(high)}。"),)
    return Combined(tuple(parts), tier, low, high, steps)


def _weight(ruling: Ruling) -> tuple[Decimal, Decimal]:
    """How heavy the norm itself is: its statutory maximum, then its minimum."""
    if ruling.fine.fine is None:
        return (NOTHING, NOTHING)
    low, high = bounds(ruling.fine.fine, ruling.facts)
    return (high, low)


def _fined(violation: Violation, facts: Facts, tier: Tier, subject: Subject) -> tuple[Range, bool]:
    line = line_for(violation, facts, subject)
    if line is None:
        why = (
            "拒不改正（逾期未改正）的才处罚款"
            if any(fine.after_refusal for fine in violation.fines)
            else "条文没有罚款"
        )
        return Range(NOTHING, NOTHING, (Step(f"罚款：{why}，本案不处罚款。", str(violation.article)),)), False
    return range_of(violation, line, tier, facts), line.strength is Strength.FLEXIBLE


def _without_penalty(violation: Violation, facts: Facts, placed: Placed, steps: list[Step]) -> Ruling:
    """No fine; the party is educated, and correction is still ordered. Source: 行政处罚法 28, 33; 食品安全法 136."""
    others = [
        Accompanying("责令改正", Strength.RIGID, CORRECTION),
        Accompanying("对当事人进行教育", Strength.RIGID, EDUCATION),
    ]
    if any(each.code in ("under_14", "incapable") for each in placed.because):
        others = [Accompanying("责令监护人加以管教或者看管", Strength.RIGID, str(placed.because[0].article))]
    if any(each.code == "checked_on_purchase" for each in placed.because):
        others.append(Accompanying("没收不符合食品安全标准的食品", Strength.RIGID, str(placed.because[0].article)))
    steps += [Step(f"{each.strength.label}：{each.name}。", each.citation) for each in others]
    steps.append(Step("结果：不予行政处罚。"))
    nothing = Range(NOTHING, NOTHING, ())
    return Ruling(violation, facts, Tier.NONE, nothing, tuple(steps), tuple(others))


def _others(violation: Violation, facts: Facts) -> tuple[Accompanying, ...]:
    """What the article adds, and what the facts make it add. 从轻 may not drop any of it (rules DIS-07)."""
    degrees = list(Gravity)
    return tuple(
        Accompanying(each.name, each.strength, str(violation.article))
        for each in violation.others
        if (facts.refused or not each.after_refusal)
        and (each.gravity is None or degrees.index(facts.gravity) >= degrees.index(each.gravity))
    )


def _sums(low: Decimal, high: Decimal) -> dict[str, int | float]:
    return {"low": _plain(low), "high": _plain(high)}


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
