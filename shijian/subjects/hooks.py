"""What modules above add to an entity's page: tabs, and entries of its one timeline."""

from collections.abc import Callable
from typing import Any

from shijian.core.pages import Moment

# (label, address of the rows, count), for an entity and the person who looks
profile_tabs: list[Callable[[Any, Any], tuple[str, str, int]]] = []
timeline_sources: list[Callable[[Any, Any], list[Moment]]] = []
