from .catalogue import current, entries_of, regions_of, visible, working
from .similar import deviates, similar_to

__all__ = ["current", "deviates", "entries_of", "regions_of", "similar_to", "visible", "working"]
