from .boundary import Boundary
from .level import Level
from .node import Node
from .organisation import Body, HouseRule, Seat
from .recut import Consent, Recut
from .routine import Milestone, PointVisit, RoutineDuty, RoutineRecord, ServicePoint
from .staffing import Staffing
from .street import StreetGrid
from .work import GridTask, Meeting, Opinion

__all__ = [
    "Body",
    "Boundary",
    "Consent",
    "GridTask",
    "HouseRule",
    "Level",
    "Meeting",
    "Milestone",
    "Node",
    "Opinion",
    "PointVisit",
    "Recut",
    "RoutineDuty",
    "RoutineRecord",
    "Seat",
    "ServicePoint",
    "Staffing",
    "StreetGrid",
]
