"""What modules above show on a person's page: sections as (title, rows), each row a text with an address or ""."""

from collections.abc import Callable
from typing import Any

person_sections: list[Callable[[Any], tuple[str, list[tuple[str, str]]]]] = []
