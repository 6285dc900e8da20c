"""What ships with the product: the catalogue of laws, other names, days of commencement, our own summaries of articles."""

import csv
from datetime import date
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a shipped table; none when it is not there."""
    path = DATA / f"{name}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def commencements() -> dict[tuple[str, date], date]:
    """(title, day of the version) → first day in force, for amended texts that repeat an older day or say nothing."""
    return {
        (row["title"], date.fromisoformat(row["promulgated_on"])): date.fromisoformat(row["in_force_on"])
        for row in rows("commencements")
    }
