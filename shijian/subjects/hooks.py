"""What modules above add to an entity's page: tabs, and entries of its one timeline."""

from collections.abc import Callable, Sequence
from typing import Any

from shijian.core.pages import Moment

Tab = tuple[str, str, int]  # label, address of the rows, how many
# What a module knows of an entity (the first) and of those merged into it, for the person who looks; one statement each.
profiles: list[Callable[[Sequence[Any], Any], tuple[list[Moment], Tab]]] = []
