"""Reads: hits in scope, and each rule as the bureau runs it."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q
from django.http import Http404

from shijian.accounts.models import User
from shijian.core.scope import ScopedQuerySet

from ..choices import OPEN, Severity
from ..hooks import Rule, rules
from ..models import Hit, Setting
from ..permissions import HIT_VIEW
from .trend import NOWHERE, by_rule, by_unit, months, summed

MOST_PICKED = 200

__all__ = [
    "NOWHERE",
    "InForce",
    "by_rule",
    "by_unit",
    "counts",
    "hit_for",
    "in_force",
    "months",
    "picked",
    "summed",
    "visible_to",
]


@dataclass(frozen=True, slots=True)
class InForce:
    """A rule with the bureau's switch, severity and numbers."""

    rule: Rule
    is_active: bool
    severity: str
    numbers: dict[str, int]

    @property
    def severity_name(self) -> str:
        return str(Severity(self.severity).label)


def in_force(bureau_code: str) -> dict[str, InForce]:
    """Every registered rule as the bureau runs it, by code."""
    settings = {row.rule: row for row in Setting.objects.filter(bureau_code=bureau_code, until=None)}
    return {code: _of(rule, settings.get(code)) for code, rule in sorted(rules.items())}


def _of(rule: Rule, row: Setting | None) -> InForce:
    if row is None:
        return InForce(rule, True, rule.severity, rule.numbers({}))
    return InForce(rule, row.is_active, row.severity, rule.numbers(row.numbers))


def visible_to(user: User) -> ScopedQuerySet[Hit]:
    return Hit.objects.filter(user.scope(HIT_VIEW).area_q())


def hit_for(user: User, key: UUID) -> Hit:
    found = visible_to(user).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def picked(user: User, keys: Iterable[str]) -> list[Hit]:
    """The hits ticked in the list, of those this person sees."""
    known = []
    for key in list(keys)[:MOST_PICKED]:
        with suppress(ValueError):
            known.append(UUID(key))
    return list(visible_to(user).filter(pk__in=known))


def counts(user: User) -> dict[str, dict[str, int]]:
    """Open hits by rule and severity within the scope: one statement."""
    rows = visible_to(user).filter(state__in=OPEN).values("rule", "fault")
    made: dict[str, dict[str, int]] = {"rule": {}, "fault": {}}
    for row in rows.annotate(number=Count("pk", filter=Q(state__in=OPEN))):
        made["rule"][row["rule"]] = made["rule"].get(row["rule"], 0) + row["number"]
        made["fault"][row["fault"]] = made["fault"].get(row["fault"], 0) + row["number"]
    return made
