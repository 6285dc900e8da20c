"""从旧兼从轻: the law of the act, or a later one that is lighter. Source: 行政处罚法 (2021-01-22) art. 37."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from .circumstances import penalty_law
from .compute import Ruling
from .refusals import FactMissing
from .table import Entry
from .tiering import Step


def in_force(entries: Sequence[Entry], on: date) -> Entry:
    """The row of a violation that holds on the day. Raises `FactMissing` with the days that are known."""
    for entry in entries:
        if entry.valid_from <= on and (entry.valid_until is None or on <= entry.valid_until):
            return entry
    known = "；".join(f"{entry.valid_from} 至 {entry.valid_until or '今'}" for entry in entries)
    raise FactMissing(f"{on} 没有有效的裁量基准。已登记的有效期：{known}。请核对行为日期，或者补充当时的版本。")


def lighter(old: Ruling, new: Ruling) -> Ruling:
    """The ruling under the law of the act, unless the law in force at the decision is lighter; with a line that says so."""
    if (new.tier.rank, new.high, new.low) < (old.tier.rank, old.high, old.low):
        said = f"从旧兼从轻：行为时的{old.violation.article}处罚较重，适用作出决定时处罚较轻的{new.violation.article}。"
        return replace(new, steps=(*new.steps, Step(said, str(penalty_law(37)))))
    said = f"从旧兼从轻：适用行为时的{old.violation.article}；作出决定时的{new.violation.article}并不更轻。"
    return replace(old, steps=(*old.steps, Step(said, str(penalty_law(37)))))
