"""Who must be posted to a node, and what is wrong when they are not.

Source: 灞桥区市场监管网格化管理实施方案 (2022-06-15) parts 3 (1) and 5: one chief per node, a regulator (监管干部)
as chief of every grid, 1 to 3 monitors per grid; managers and informants as many as needed; one person may serve
several grids (一员多责).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

CHIEF, MANAGER, INFORMANT, MONITOR, LEADER = "chief", "manager", "informant", "monitor", "leader"
OFFICER, AUXILIARY, EXTERNAL = "officer", "auxiliary", "external"
MONITORS_MIN, MONITORS_MAX = 1, 3
COUNTED = (CHIEF, MONITOR)  # the duties whose number is prescribed: of the others as many as needed

# Who may hold which duty. Managers are regulators or helpers, informants helpers as a side duty (regulators may
# stand in), monitors come from outside; a leader answers for grids as 包抓领导.
ALLOWED: dict[str, frozenset[str]] = {
    CHIEF: frozenset({OFFICER}),
    MANAGER: frozenset({OFFICER, AUXILIARY}),
    INFORMANT: frozenset({OFFICER, AUXILIARY, EXTERNAL}),
    MONITOR: frozenset({EXTERNAL, AUXILIARY}),
    LEADER: frozenset({OFFICER}),
}


@dataclass(frozen=True, slots=True)
class Post:
    """One person's duty at one node over a span of days; `until` is the first day no longer covered."""

    code: str
    person: str
    duty: str
    kind: str
    since: date
    until: date | None = None

    def holds(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class StaffingFault:
    """`kind` is for programs, `text` for people."""

    code: str
    kind: str
    text: str


def duty_fault(duty: str, kind: str) -> str | None:
    """Why a person of this kind may not hold the duty, or None."""
    if kind in ALLOWED[duty]:
        return None
    if duty == CHIEF:
        return "负责人（片区长、单元长、网格长）必须由在编监管人员担任，协管辅助人员和社会监督人员不能担任。"
    if duty == MONITOR:
        return "监督员由社区（村）干部、人大代表、政协委员、物业管理人员等兼任，不能由监管人员自己担任。"
    if duty == LEADER:
        return "包抓领导必须是本局监管人员。"
    return "管理员由监管人员或者协管人员担任，社会监督人员不能担任。"


def staffing_faults(
    nodes: Mapping[str, bool], posts: Iterable[Post], on: date, titles: Mapping[str, str] | None = None
) -> list[StaffingFault]:
    """What is wrong with the staffing on a day. `nodes` maps each code to whether it is a grid (lowest level).

    Every node has exactly one chief, who is a regulator; every grid has 1 to 3 monitors. `titles` names the chief
    per code.
    """
    duties: dict[str, Counter[str]] = {code: Counter() for code in nodes}
    chiefs: dict[str, list[Post]] = {}
    for post in posts:
        if post.code in duties and post.holds(on):
            duties[post.code][post.duty] += 1
            if post.duty == CHIEF:
                chiefs.setdefault(post.code, []).append(post)
    faults = []
    for code in sorted(nodes):
        title = (titles or {}).get(code, "负责人")
        here = chiefs.get(code, [])
        if not here:
            faults.append(StaffingFault(code, "no_chief", f"没有{title}，请任命一名监管人员。"))
        if len(here) > 1:
            faults.append(
                StaffingFault(code, "several_chiefs", f"有 {len(here)} 名{title}，只能有 1 名，请免去多余的任职。")
            )
        if any(post.kind != OFFICER for post in here):
            faults.append(StaffingFault(code, "chief_not_officer", f"{title}不是监管人员，请改由监管人员担任。"))
        if nodes[code]:
            monitors = duties[code][MONITOR]
            if monitors < MONITORS_MIN:
                faults.append(StaffingFault(code, "no_monitor", "没有监督员，应配备 1 至 3 名。"))
            if monitors > MONITORS_MAX:
                faults.append(StaffingFault(code, "too_many_monitors", f"监督员有 {monitors} 名，最多 3 名。"))
    return faults
