"""The national benchmarks that come with the product: the ranges of the articles, in our own short words."""

import csv
from functools import cache
from pathlib import Path

from .rules import table

SHIPPED = Path(__file__).parent / "data" / "violations.csv"


@cache
def entries() -> tuple[table.Entry, ...]:
    """Every violation of the shipped table in every version."""
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        found, faults = table.read(csv.DictReader(file))
    if faults:
        raise ValueError(f"violations.csv, line {faults[0].line}: {faults[0].field} {faults[0].reason}")
    return tuple(found)
