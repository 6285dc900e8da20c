"""A value built from rows and kept in the process for as long as the rows do not change."""

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.core.signals import request_finished, request_started

T = TypeVar("T")


class Versioned(Generic[T]):
    """Asks `version` (one short query) before each use, but once per request; builds anew when it differs.

    So a change made by another process is seen by the next request, job or command.
    """

    def __init__(self, version: Callable[[], Any], build: Callable[[], T]) -> None:
        self._version, self._build = version, build
        self._held: tuple[Any, T] | None = None
        self._thread = threading.local()
        request_started.connect(self._begin, weak=False)
        request_finished.connect(self._end, weak=False)

    def get(self) -> T:
        checked: T | None = getattr(self._thread, "checked", None)
        if checked is not None:
            return checked
        version = self._version()
        held = self._held
        if held is None or held[0] != version:
            held = (version, self._build())
            self._held = held
        if getattr(self._thread, "in_request", False):
            self._thread.checked = held[1]
        return held[1]

    def forget(self) -> None:
        """Ask again at the next use, also within this request: the rows have just been changed here."""
        self._thread.checked = None

    def _begin(self, **_: Any) -> None:
        self._thread.in_request, self._thread.checked = True, None

    def _end(self, **_: Any) -> None:
        self._thread.in_request, self._thread.checked = False, None
