from .entry import Entry
from .tree import Leaf, Node, TreeHead

__all__ = ["Entry", "Leaf", "Node", "TreeHead"]
