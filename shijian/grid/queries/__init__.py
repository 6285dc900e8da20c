"""Reads of the grid: the door, the partition that answers for points, who is responsible, and what is at fault."""

from .burden import settings_of
from .checking import CheckResult, check
from .nodes import (
    approved_codes,
    levels,
    lowest_depth,
    node_for,
    nodes_for,
    own_codes,
    scheme,
    shapes,
    sums_below,
    top_codes,
    tree,
)
from .partitions import assign, code_at, forget_partitions, neighbours_of, partition, street_place
from .responsible import Responsible, chain_of, chief_of, responsible_for
from .staffing import duties_of, faults_of, people_by_code, staff_of, staffing_faults, title_of
from .work import Routine, Waiting, recuts_for, routine_of, waiting_for, work_for

__all__ = [
    "CheckResult",
    "Responsible",
    "Routine",
    "Waiting",
    "approved_codes",
    "assign",
    "chain_of",
    "check",
    "chief_of",
    "code_at",
    "duties_of",
    "faults_of",
    "forget_partitions",
    "levels",
    "lowest_depth",
    "neighbours_of",
    "node_for",
    "nodes_for",
    "own_codes",
    "partition",
    "people_by_code",
    "recuts_for",
    "responsible_for",
    "routine_of",
    "scheme",
    "settings_of",
    "shapes",
    "staff_of",
    "staffing_faults",
    "street_place",
    "sums_below",
    "title_of",
    "top_codes",
    "tree",
    "waiting_for",
    "work_for",
]
