"""Whom to send: candidates ranked by grid, duty and load, each with its reasons. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

DUTY_POINTS = {"chief": 30, "manager": 15, "station": 10, "": 0}
SAME_GRID, SAME_UNIT = 60, 25
PER_OPEN_EVENT, LOAD_MAX = 4, 40
CERTIFIED, GAVE_UP = 20, 90


@dataclass(frozen=True, slots=True)
class Candidate:
    """An officer who could be sent. `codes` are the nodes he or his unit is posted to, `load` his open events."""

    key: str
    name: str
    unit: str
    codes: tuple[str, ...]
    duty: str
    load: int
    is_certified: bool
    gave_up: bool = False  # refused this matter, or reported upwards that he cannot handle it


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with points and the reasons for them, in Chinese."""

    candidate: Candidate
    points: int
    reasons: tuple[str, ...]


def rank(candidates: Iterable[Candidate], *, area_code: str, unit_code: str, wants_certificate: bool) -> list[Ranked]:
    """Best first; equal points by load, then by key, so that the order is the same every time."""
    made = [_ranked(each, area_code, unit_code, wants_certificate) for each in candidates]
    return sorted(made, key=lambda each: (-each.points, each.candidate.load, each.candidate.key))


def _ranked(candidate: Candidate, area_code: str, unit_code: str, wants_certificate: bool) -> Ranked:
    points, reasons = 0, []
    if area_code and area_code in candidate.codes:
        points, reasons = SAME_GRID, ["本网格"]
    elif unit_code and any(code.startswith(unit_code) for code in candidate.codes):
        points, reasons = SAME_UNIT, ["同一单元"]
    points += DUTY_POINTS.get(candidate.duty, 0)
    label = {"chief": "负责人", "manager": "管理员", "station": "所内人员"}.get(candidate.duty)
    if label:
        reasons.append(label)
    points -= min(LOAD_MAX, PER_OPEN_EVENT * candidate.load)
    reasons.append(f"在办 {candidate.load} 件")
    if candidate.is_certified:
        points += CERTIFIED if wants_certificate else 0
        reasons.append("持有执法证")
    elif wants_certificate:
        reasons.append("无有效执法证")
    if candidate.gave_up:
        points -= GAVE_UP
        reasons.append("曾退回或上报办不了")
    return Ranked(candidate, points, tuple(reasons))
