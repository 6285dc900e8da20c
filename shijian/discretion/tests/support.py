"""Facts in the short writing of `golden.csv`, and violations by code."""

import csv
from datetime import date
from pathlib import Path

from shijian.discretion import shipped
from shijian.discretion.rules import compute, from_data, in_force
from shijian.discretion.rules.circumstances import CIRCUMSTANCES

FLAGS = {"yes": True, "no": False}


def golden():
    with (Path(__file__).parent / "golden.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def facts(on: str, party: str, text: str = "") -> dict:
    """`value=8000 undid_harm exempt=no` as the JSON object a person would write."""
    found = {"on": on, "party": party, "circumstances": []}
    for word in text.split():
        name, equals, value = word.partition("=")
        if not equals:
            assert name in CIRCUMSTANCES, name
            found["circumstances"].append(name)
        elif name == "officers":
            found[name] = int(value)
        else:
            found[name] = FLAGS.get(value, value)
    return found


def violation(code: str, on: str = "2026-03-02"):
    entries = [each for each in shipped.entries() if each.violation.code == code]
    return in_force(entries, date.fromisoformat(on)).violation


def ruling(code: str, text: str = "", *, on: str = "2026-03-02", party: str = "unit"):
    return compute(violation(code, on), from_data(facts(on, party, text)))
