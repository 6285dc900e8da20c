"""Asking one rule in a test."""

from datetime import datetime

from django.utils.timezone import localdate

from .hooks import Question, rules


def found(code: str, *, now: datetime, bureau_code: str = "610111", **numbers: int) -> set[str]:
    """The keys of what a rule finds, with its default numbers unless told."""
    rule = rules[code]
    return {finding.key for finding in rule.find(Question(bureau_code, now, localdate(now), rule.numbers(numbers)))}
