from .instance import Instance
from .process import Process, ProcessVersion
from .qualification import Qualification
from .task import Move, Task

__all__ = ["Instance", "Move", "Process", "ProcessVersion", "Qualification", "Task"]
