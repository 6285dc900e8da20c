"""What modules above add: facts a paper may be filled with."""

from collections.abc import Callable, Mapping
from typing import Any

from shijian.core.records import Record

# (record) -> facts by field code, such as the amount a discretion computed or the dates of a case. Later ones win.
facts: list[Callable[[Record], Mapping[str, Any]]] = []
