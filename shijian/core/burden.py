"""Refusing settings that would burden the grass roots, and naming those that already do (W10)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.apps import apps

from .errors import Refused
from .rules.burden import PROHIBITIONS, SOURCE, Finding, Prohibition, findings

__all__ = [
    "PROHIBITIONS",
    "SOURCE",
    "Burdensome",
    "Setting",
    "check",
    "findings",
    "of_fields",
    "of_settings",
    "sources",
]


class Burdensome(Refused):
    code = "core.burdensome"
    article = SOURCE


@dataclass(frozen=True, slots=True)
class Setting:
    """A text by which the bureau asks something of its people: what it is, what it says, where it is changed."""

    kind: str
    title: str
    text: str
    url: str


# (bureau code) -> the settings in force; each module adds its own
sources: list[Callable[[str], Iterable[Setting]]] = []


def check(*texts: str) -> None:
    """Raise Burdensome when a setting runs against one of the five prohibitions; called by the act that would set it."""
    if found := next(findings(*texts), None):
        raise Burdensome(f"写有“{found.words}”：{found.prohibition.name}。{found.prohibition.instead}")


def of_settings(bureau_code: str) -> tuple[int, list[tuple[Setting, Finding]]]:
    """How many settings there are, and those that run against a prohibition (older than the check, or imported)."""
    settings = [each for source in sources for each in source(bureau_code)]
    return len(settings), [(each, found) for each in settings for found in findings(each.title, each.text)]


def of_fields() -> tuple[int, list[tuple[str, str, Prohibition]]]:
    """How many kinds of data the product keeps, and those whose name says punch cards, points, tracks and the like."""
    names = [
        (model._meta.label, str(getattr(field, "verbose_name", field.name)))
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if model.__module__.startswith("shijian.") and hasattr(field, "verbose_name")
    ]
    wrong = [(label, name, found.prohibition) for label, name in names for found in findings(name)]
    return len(names), wrong
