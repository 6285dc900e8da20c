"""What modules above add to an event's page: links to acts of their own, such as turning a clue into a case source."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ActLink:
    """A button on the event's page. `icon` is the name of a Tabler icon."""

    label: str
    url: str
    icon: str = "external-link"


# (event, user) -> the links this person may follow now
act_links: list[Callable[[Any, Any], list[ActLink]]] = []
