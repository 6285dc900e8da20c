"""Lanes, marks and patterns the shipped procedures share. Roles are data: a bureau changes them in the designer."""

from collections.abc import Mapping, Sequence
from typing import Any

from .drawing import Procedure, Step

OFFICER, HEAD, REVIEW, LEGAL = "办案机构", "办案机构负责人", "审核机构", "法制机构"
LEADER, CHIEF, ENFORCE, CLERK, STARTER = "局领导", "主要负责人", "执行机构", "受理岗", "发起人"
ROLES = {
    CLERK: "complaint_clerk dispatcher grid_office",
    OFFICER: "case_officer grid_chief",
    STARTER: "case_officer grid_chief unit_head station_head dispatcher grid_office",
    HEAD: "unit_head station_head",
    REVIEW: "case_reviewer legal_reviewer",
    LEGAL: "legal_reviewer",
    LEADER: "leader bureau_head",
    CHIEF: "bureau_head",
    ENFORCE: "enforcement_officer",
}
CERTIFIED = {"needsCertificate": "true"}
YES_NO = ("agree", "同意"), ("refuse", "不同意")
Field = tuple[Any, ...]


def procedure(
    key: str, name: str, group: str, basis: str, *steps: Step, kinds: Sequence[str] = ("event",)
) -> Procedure:
    """Lanes in the order of the authority they stand for, only those that are used."""
    return Procedure(key, name, group, basis, ROLES, steps, kinds)


def begin(lane: str, to: str) -> Step:
    return Step("Begin", "开始", lane, to, kind="startEvent")


def end(lane: str, key: str = "Over", name: str = "办结") -> Step:
    return Step(key, name, lane, kind="endEvent")


def do(
    key: str, name: str, lane: str, to: str | Mapping[str, tuple[str, str]], cite: str = "", *form: Field, **marks: str
) -> Step:
    """A step of people; `cite` are the articles it rests on."""
    given = {name.rstrip("_"): value for name, value in marks.items()}
    return Step(key, name, lane, to, form=form, marks={**({"cite": cite} if cite else {}), **given})


def agreed(to: str, back: str, *, yes: str = "同意", no: str = "退回") -> Mapping[str, tuple[str, str]]:
    return {"agree": (yes, to), "refuse": (no, back)}


def text(name: str, label: str, *more: str) -> Field:
    return (name, label, "text", *more)


def long(name: str, label: str, *more: str) -> Field:
    return (name, label, "longtext", *more)


def approval(
    key: str,
    name: str,
    group: str,
    cite: str,
    *form: Field,
    apply: str = "提出申请",
    lane: str = OFFICER,
    leader: str = LEADER,
    act: str = "",
    act_cite: str = "",
    apply_cite: str = "",
    limit: str = "",
    certified: bool = False,
    kinds: Sequence[str] = ("event",),
) -> Procedure:
    """申请 → 机构负责人审核 → 负责人批准 → (办理) : the pattern of most approvals; who applied does not approve."""
    more = {"needsCertificate": "true"} if certified else {}
    steps = [
        begin(lane, "Apply"),
        do("Apply", apply, lane, "Check", apply_cite or cite, *form, assign="starter", **more),
        do("Check", "机构负责人审核", HEAD, agreed("Approve", "Apply"), cite, differsFrom="Apply"),
        do(
            "Approve", "负责人批准" if leader == LEADER else "主要负责人批准", leader,
            {"agree": ("批准", "Act" if act else "Over"), "refuse": ("不批准", "Refused")}, cite,
            long("opinion_text", "批准意见"), differsFrom="Apply Check", **({"limit": limit} if limit else {}),
        ),
    ]  # fmt: skip
    if act:
        steps.append(
            do("Act", act, lane, "Over", act_cite or cite, text("document_no", "文书编号"), assign="same:Apply", **more)
        )
    steps += [end(leader if not act else lane), end(leader, "Refused", "不予批准")]
    return procedure(key, name, group, cite, *steps, kinds=kinds)
