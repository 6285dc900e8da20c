"""What is at fault with the boundaries."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ..hooks import coverage
from ..models import Node
from ..rules import staffing as staffing_rules
from ..rules.coverage import Fault, coverage_faults
from .nodes import levels, shapes
from .staffing import staffing_faults


@dataclass
class CheckResult:
    """What `grid check` found. Areas in m²."""

    geometry: list[Fault] = field(default_factory=list)
    staffing: list[staffing_rules.StaffingFault] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)  # approved nodes without an outline
    unbound: int = 0
    entities: int = 0

    @property
    def ok(self) -> bool:
        return not (self.geometry or self.staffing or self.missing or self.unbound)


def check(bureau_code: str, *, on: date, prefix: str = "") -> CheckResult:
    """Every fault below a prefix: 不重复、不交叉、不遗漏, the staffing, the entities without a grid."""
    result = CheckResult(staffing=staffing_faults(bureau_code, on=on, prefix=prefix))
    rows = levels(bureau_code)
    drawn: dict[int, dict[str, Any]] = {row.depth: shapes(bureau_code, on=on, depth=row.depth) for row in rows}
    for row in rows[1:]:
        children = drawn[row.depth]
        width = sum(level.digits for level in rows[: row.depth])
        for parent in sorted({code[:width] for code in children if code.startswith(prefix)}):
            below = {code: shape for code, shape in children.items() if code[:width] == parent}
            result.geometry += coverage_faults(below, drawn[row.depth - 1].get(parent), parent_code=parent)
    approved = Node.objects.approved().filter(bureau_code=bureau_code, area_code__startswith=prefix)
    with_outline = {code for codes in drawn.values() for code in codes}
    result.missing = [code for code in approved.values_list("area_code", flat=True) if code not in with_outline]
    for count in coverage:
        bound, all_of_them = count(bureau_code)
        result.unbound += all_of_them - bound
        result.entities += all_of_them
    return result
