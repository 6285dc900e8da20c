"""A violation as a value: its articles, the fines the law allows, what goes with them, and the benchmark's own ranges."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from shijian.core.rules.citations import number_in_words

from .kinds import Base, Gravity, Measure, Strength, Subject, Tier
from .refusals import BrokenBenchmark

HALF = Decimal("0.5")
THIRTY_PERCENT = Decimal("0.30")


@dataclass(frozen=True, slots=True)
class Article:
    """An article in one version, so that a renumbering never changes what was cited (rules LAW-03)."""

    law: str
    version: date
    number: int
    paragraph: int | None = None
    item: int | None = None

    def __str__(self) -> str:
        text = f"《{self.law}》（{self.version}）第{number_in_words(self.number)}条"
        if self.paragraph:
            text += f"第{number_in_words(self.paragraph)}款"
        return text + (f"第{number_in_words(self.item)}项" if self.item else "")


@dataclass(frozen=True, slots=True)
class Band:
    """For which sums a line holds: from `at_least` (included) to `below` (not included), and whether there must be one.

    `known` False is 无法计算或者明显偏低 (广告法 55): the base need not and cannot be given.
    """

    base: Base | None = None
    at_least: Decimal | None = None
    below: Decimal | None = None
    nothing: bool = False  # 没有违法所得
    something: bool = False  # 有违法所得
    known: bool = True

    def holds(self, amount: Decimal) -> bool:
        if self.nothing:
            return amount == 0
        if self.something:
            return amount > 0
        return (self.at_least is None or amount >= self.at_least) and (self.below is None or amount < self.below)

    @property
    def words(self) -> str:
        if self.base is None:
            return ""
        name = self.base.label
        if not self.known:
            return f"{name}无法计算或者明显偏低"
        if self.nothing or self.something:
            return f"{'没有' if self.nothing else '有'}{name}"
        parts = [f"{sum_words(self.at_least)}以上"] if self.at_least else []
        parts += [f"不足 {sum_words(self.below)}"] if self.below is not None else []
        return f"{name}{'' if not self.at_least else ' '}{'、'.join(parts)}" if parts else f"{name}可以计算"


@dataclass(frozen=True, slots=True)
class Standard:
    """What a published benchmark fixes for one tier, in the measure of its fine; it replaces the formula (DIS-04)."""

    tier: Tier
    low: Decimal
    high: Decimal
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Fine:
    """One line of the article: for whom, when, and from how much to how much. `low` None = no statutory minimum."""

    high: Decimal
    low: Decimal | None = None
    measure: Measure = Measure.YUAN
    base: Base | None = None  # what times multiply
    band: Band = field(default_factory=Band)
    subject: Subject = Subject.ANY
    gravity: Gravity = Gravity.ORDINARY
    after_refusal: bool = False  # 拒不改正、逾期未改正
    strength: Strength = Strength.RIGID
    standards: tuple[Standard, ...] = ()
    also: str = ""  # a further article of the same law this line rests on: 11-1 is its art. 11 (1)

    def __post_init__(self) -> None:
        low = self.low if self.low is not None else Decimal(0)
        if not (0 <= low <= self.high) or self.high <= 0:
            raise BrokenBenchmark(f"罚款幅度 {self.low} 至 {self.high} 不成立，下限不能高于上限，上限须大于零。")
        if (self.measure is Measure.TIMES) != (self.base is not None):
            raise BrokenBenchmark("按倍数计算的罚款须写明按什么计算，按金额计算的不写。")
        for standard in self.standards:
            self._check(standard, low)

    def _check(self, standard: Standard, low: Decimal) -> None:
        name = standard.tier.label
        if standard.tier is Tier.NONE or not 0 <= standard.low <= standard.high:
            raise BrokenBenchmark(f"“{name}”的标准 {standard.low} 至 {standard.high} 不成立。")
        if standard.tier is Tier.REDUCED:
            if self.low is None or standard.high >= low:
                raise BrokenBenchmark(f"“减轻”的标准须低于法定下限 {self.low}，现在写到 {standard.high}。")
        elif standard.low < low or standard.high > self.high:
            raise BrokenBenchmark(
                f"“{name}”的标准 {standard.low} 至 {standard.high} 超出法定幅度 {low} 至 {self.high}，请改正。"
            )

    def standard(self, tier: Tier) -> Standard | None:
        return next((each for each in self.standards if each.tier is tier), None)

    @property
    def words(self) -> str:
        """处货值金额十倍以上二十倍以下罚款, as a line of the article reads."""
        return f"{self.base.label} {self.amount_words}" if self.base else self.amount_words

    @property
    def amount_words(self) -> str:
        if self.measure is Measure.TIMES:
            high = f"{number(self.high)} 倍以下"
            return f"{number(self.low)} 倍以上 {high}" if self.low is not None else high
        high = f"{sum_words(self.high)}以下"
        return f"{sum_words(self.low)}以上 {high}" if self.low is not None else high

    @property
    def when(self) -> str:
        """The conditions in words; "" when it always holds."""
        parts = [self.gravity.label] if self.gravity is not Gravity.ORDINARY else []
        parts += [f"对{self.subject.label}"] if self.subject is not Subject.ANY else []
        parts += ["拒不改正（逾期未改正）"] if self.after_refusal else []
        parts += [self.band.words] if self.band.base else []
        return "，".join(parts)


@dataclass(frozen=True, slots=True)
class Other:
    """What goes with the fine: 没收违法所得, 责令停产停业, 吊销许可证."""

    name: str
    strength: Strength = Strength.RIGID
    gravity: Gravity | None = None
    after_refusal: bool = False

    @property
    def when(self) -> str:
        parts = [self.gravity.label] if self.gravity else []
        return "，".join([*parts, *(["拒不改正（逾期未改正）"] if self.after_refusal else [])])


@dataclass(frozen=True, slots=True)
class Shares:
    """Which part of the range is 从轻, which is 从重. No national text fixes it: the basis is shown (rules DIS-02 ⚠)."""

    light: Decimal = THIRTY_PERCENT
    heavy: Decimal = THIRTY_PERCENT
    basis: str = "系统默认，未经法律明文规定，请按本地裁量基准设定"
    is_verified: bool = False

    def __post_init__(self) -> None:
        if not (0 < self.light <= HALF and 0 < self.heavy <= HALF):
            raise BrokenBenchmark("从轻、从重所占的比例须大于 0，不超过 50%。")

    @property
    def light_percent(self) -> str:
        return f"{number(self.light * 100)}%"

    @property
    def heavy_percent(self) -> str:
        return f"{number(self.heavy * 100)}%"


@dataclass(frozen=True, slots=True)
class Violation:
    """One 违法行为 with what one article in one version says about it."""

    code: str
    name: str
    domain: str
    article: Article
    fines: tuple[Fine, ...] = ()
    others: tuple[Other, ...] = ()
    shares: Shares = field(default_factory=Shares)
    special: tuple[str, ...] = ()  # circumstances only this article knows

    def basis_of(self, fine: Fine) -> str:
        """The articles a fine rests on."""
        if not fine.also:
            return str(self.article)
        number, _, paragraph = fine.also.partition("-")
        other = replace(self.article, number=int(number), paragraph=int(paragraph or 0) or None, item=None)
        return f"{self.article}、{other}"

    def gravities(self) -> tuple[Gravity, ...]:
        """The degrees of gravity the article tells apart; always the ordinary one."""
        told = {fine.gravity for fine in self.fines} | {each.gravity for each in self.others if each.gravity}
        return tuple(each for each in Gravity if each is Gravity.ORDINARY or each in told)

    def bases(self) -> tuple[Base, ...]:
        """The sums that may be asked for."""
        used = {fine.base for fine in self.fines} | {fine.band.base for fine in self.fines}
        return tuple(each for each in Base if each in used)

    @property
    def knows_refusal(self) -> bool:
        return any(fine.after_refusal for fine in self.fines) or any(each.after_refusal for each in self.others)

    @property
    def knows_officers(self) -> bool:
        return any(fine.subject is Subject.OFFICER for fine in self.fines)


def number(value: Decimal) -> str:
    """A multiple without needless zeros: 0.5, 10."""
    return f"{value.normalize():f}"


def sum_words(value: Decimal) -> str:
    """Yuan as a law writes them: 5 万元, 5,000 元."""
    if value >= 10_000 and value % 1000 == 0:
        return f"{number(value / 10_000)} 万元"
    return f"{value:,.0f} 元" if value == value.to_integral_value() else f"{value:,.2f} 元"
