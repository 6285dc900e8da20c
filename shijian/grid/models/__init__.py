from .boundary import Boundary
from .level import Level
from .node import Node
from .recut import Consent, Recut
from .staffing import Staffing

__all__ = ["Boundary", "Consent", "Level", "Node", "Recut", "Staffing"]
