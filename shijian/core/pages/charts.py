"""Charts as plain SVG made on the server: no script, links on every bar, the table beside them says the same."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDE, HIGH = 720, 200
LEFT, BOTTOM, TOP = 44, 24, 12


@dataclass(frozen=True, slots=True)
class Bar:
    """A value with its label for readers, its address, and which series it belongs to (0, 1, …)."""

    value: float
    label: str
    url: str = ""
    series: int = 0


@dataclass(frozen=True, slots=True)
class Columns:
    """Groups of upright bars over a common scale, laid out in a fixed box that the page scales.

    `groups` are (name, bars); `title` says what is shown to who cannot see it.
    """

    title: str
    groups: Sequence[tuple[str, Sequence[Bar]]]
    series: Sequence[str]

    @property
    def view_box(self) -> str:
        return f"0 0 {WIDE} {HIGH}"

    @property
    def top(self) -> int:
        """The end of the scale: the next 1, 2 or 5 times a power of ten that all values fit under, at least 5."""
        most = max((bar.value for _, bars in self.groups for bar in bars), default=0)
        step = 5
        factors = (2, 2, 2.5)
        turn = 0
        while step < most:
            step = int(step * factors[turn % 3])
            turn += 1
        return step

    @property
    def lines(self) -> list[dict[str, float]]:
        """Grid lines at fifths of the scale, with their values."""
        return [{"value": self.top * part // 5, "y": round(self._y(self.top * part / 5), 1)} for part in range(6)]

    @property
    def bars(self) -> list[dict[str, object]]:
        made: list[dict[str, object]] = []
        slot = (WIDE - LEFT) / max(1, len(self.groups))
        for place, (_, bars) in enumerate(self.groups):
            width = min(28.0, slot * 0.7 / max(1, len(bars)))
            start = LEFT + slot * (place + 0.5) - width * len(bars) / 2
            for number, bar in enumerate(bars):
                y = self._y(bar.value)
                made.append(
                    {
                        "x": round(start + number * width, 1),
                        "y": round(y, 1),
                        "width": round(width * 0.88, 1),
                        "height": round(HIGH - BOTTOM - y, 1),
                        "bar": bar,
                    }
                )
        return made

    @property
    def names(self) -> list[dict[str, object]]:
        """The names under the groups; every second one where they would run into each other."""
        slot = (WIDE - LEFT) / max(1, len(self.groups))
        every = max(1, -(-len(self.groups) * 52 // (WIDE - LEFT)))
        return [
            {"x": round(LEFT + slot * (place + 0.5), 1), "y": HIGH - 6, "name": name}
            for place, (name, _) in enumerate(self.groups)
            if place % every == 0
        ]

    def _y(self, value: float) -> float:
        return HIGH - BOTTOM - (HIGH - BOTTOM - TOP) * value / self.top
