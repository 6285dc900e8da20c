"""What modules put on the desk (工作台) and into the one search, without the desk knowing them.

    desk.sources.append(waiting_papers)      # in AppConfig.ready; (user, today) -> Section, several, or None
    desk.searches.append(papers_named)       # (user, text) -> Hits or None

A source asks the database once: all of them together are one fragment that the desk loads after itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: `why` says what is asked, `due` (date or instant) by when."""

    title: str
    why: str
    url: str
    due: Any = None


@dataclass(slots=True)
class Section:
    """Tasks of one kind, the most urgent first, and the way to all of them."""

    title: str
    tasks: list[Task]
    url: str
    total: int = 0


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search found of one kind: rows of (title, note, address) and the way to all of them."""

    title: str
    rows: list[tuple[str, str, str]]
    more: str = ""


sources: list[Callable[[Any, date], Section | list[Section] | None]] = []
searches: list[Callable[[Any, str], Hits | None]] = []


def sections(user: Any, *, today: date) -> list[Section]:
    """What the modules have waiting for this person."""
    made = (source(user, today) for source in sources)
    found = (section for each in made if each for section in (each if isinstance(each, list) else [each]))
    return [section for section in found if section.tasks]


def found(user: Any, text: str) -> list[Hits]:
    """What the modules find, each within its own scope."""
    made = (search(user, text) for search in searches)
    return [hits for hits in made if hits and hits.rows]
