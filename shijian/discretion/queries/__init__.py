from .basis import uses_of_laws
from .catalogue import current, entries_of, regions_of, visible, working
from .powers import runs as runs_of_power
from .similar import deviates, similar_to
from .standards import clauses_for, standards_of

__all__ = [
    "clauses_for",
    "current",
    "deviates",
    "entries_of",
    "regions_of",
    "runs_of_power",
    "similar_to",
    "standards_of",
    "uses_of_laws",
    "visible",
    "working",
]
