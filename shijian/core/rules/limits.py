"""A time limit as a value: how long, from what, for whom, by which article, in force when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ..errors import Refused
from .citations import in_words
from .kinds import Approver, Bearer, Direction, Expiry, RollOver, SpanEnds, SpanKind, Unit


class NotInForce(Refused):
    code = "core.time_limit_not_in_force"


@dataclass(frozen=True, slots=True)
class Limit:
    """One version of one statutory period. `amount` is None where a decision has to fix it (second extension)."""

    key: str
    name: str
    amount: int | None
    unit: Unit | None
    citation: str = ""
    rule_id: str = ""
    starts_on: str = ""
    starts_on_name: str = "起算事件发生"
    direction: Direction = Direction.AFTER
    bears: Bearer = Bearer.BUREAU
    roll_over: RollOver = RollOver.WORKING
    span_ends: SpanEnds = SpanEnds.BOTH
    extend_amount: int | None = None
    extend_unit: Unit | None = None
    extend_approver: str = ""
    excluded_spans: tuple[str, ...] = ()
    on_expiry: str = "overdue"
    valid_from: date = date.min
    valid_until: date | None = None
    verified: str = ""

    def in_force(self, on: date) -> bool:
        """Whether this version holds on the day; both end days count."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)

    @property
    def article(self) -> str:
        return in_words(self.citation)

    @property
    def expiry(self) -> str:
        """What follows when the period has run out."""
        return Expiry.label_of(self.on_expiry)

    @property
    def excluded(self) -> tuple[str, ...]:
        """The names of the spans that are not counted."""
        return tuple(SpanKind.label_of(kind) for kind in self.excluded_spans)

    @property
    def extension(self) -> str:
        """The extension the article allows, in words; "" without one."""
        if not self.extend_approver:
            return ""
        by = f"经{Approver.label_of(self.extend_approver)}批准"
        if self.extend_amount is None or self.extend_unit is None:
            return f"{by}可以延长"
        return f"{by}可以延长 {self.extend_amount} {self.extend_unit.label}"

    @property
    def length(self) -> str:
        """The period in words, such as 15 个工作日."""
        if self.amount is None or self.unit is None:
            return "由批准决定确定"
        return f"{self.amount} {self.unit.label}"


@dataclass(frozen=True, slots=True)
class Extension:
    """A longer period that somebody approved; it runs on from the last day before it."""

    amount: int
    unit: Unit
    approver: str = ""
    document: str = ""


def governing(versions: Iterable[Limit], *, on: date) -> Limit:
    """The version that governs a period starting on the day: the one in force then, whatever came later.

    Raises `NotInForce` with the dates that are known. Source: rules LAW-02 (procedure follows the rule in force when
    the step is taken).
    """
    known = sorted(versions, key=lambda version: version.valid_from)
    for version in known:
        if version.in_force(on):
            return version
    spans = "；".join(f"{each.valid_from} 至 {each.valid_until or '今'}（{each.citation}）" for each in known)
    raise NotInForce(f"{on} 没有有效的“{known[0].name}”期限。已登记的版本：{spans}。请检查起算日期。")
