"""Acts on the grid: codes, boundaries, staff."""

from .areas import import_areas
from .boundaries import BadGeometry, preview_boundary, set_boundary
from .nodes import CodeRefused, approve_node, define_levels, describe_node, propose_node, refuse_node, retire_node
from .recuts import approve_recut, propose_recut, refuse_recut, say, withdraw_recut
from .staffing import appoint, dismiss

__all__ = [
    "BadGeometry",
    "CodeRefused",
    "appoint",
    "approve_node",
    "approve_recut",
    "define_levels",
    "describe_node",
    "dismiss",
    "import_areas",
    "preview_boundary",
    "propose_node",
    "propose_recut",
    "refuse_node",
    "refuse_recut",
    "retire_node",
    "say",
    "set_boundary",
    "withdraw_recut",
]
