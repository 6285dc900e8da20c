"""Rules other modules add: a finder over their own records, with its basis and its numbers.

hooks.register(hooks.Rule("event-overdue", "事件超期未办结", Fault.LATE, "市场监管网格化管理实施方案", Severity.HIGH, overdue))
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from .choices import Fault, Severity

MOST = 500  # of one rule in one run: more of the same tells nothing new


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of a rule a bureau may set."""

    name: str
    label: str
    default: int
    least: int = 1
    most: int = 3650


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: which record, where, and why in one sentence."""

    kind: str
    key: str
    label: str
    reason: str
    area_code: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """For whom and when a rule is asked."""

    bureau_code: str
    now: datetime
    today: date
    numbers: dict[str, int] = field(default_factory=dict)

    def ago(self, **span: Any) -> datetime:
        return self.now - timedelta(**span)


@dataclass(frozen=True, slots=True)
class Rule:
    """`find` is asked with the numbers in force; it reads its own module's rows and writes nothing."""

    code: str
    name: str
    fault: Fault
    basis: str
    severity: Severity
    find: Callable[[Question], Iterable[Finding]]
    parameters: tuple[Parameter, ...] = ()
    group: str = ""

    def numbers(self, given: dict[str, int]) -> dict[str, int]:
        """The numbers of a bureau, and the defaults for the rest."""
        return {each.name: given.get(each.name, each.default) for each in self.parameters}


rules: dict[str, Rule] = {}


def register(*made: Rule) -> None:
    for rule in made:
        rules[rule.code] = rule
