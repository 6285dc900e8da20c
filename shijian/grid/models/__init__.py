from .boundary import Boundary
from .level import Level
from .node import Node
from .staffing import Staffing

__all__ = ["Boundary", "Level", "Node", "Staffing"]
