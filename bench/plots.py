"""Growth laws as small SVG plots for docs/performance.md, from the figures each benchmark has just measured.

The same figures give the same bytes: no dates, no random ids, glyphs as text.
"""

from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "performance"


def growth(name: str, title: str, unit: str, series: dict[str, Sequence[tuple[float, float]]]) -> None:
    """A plot of (size, figure) pairs on logarithmic axes, with the line that growth in proportion would follow."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "shijian", "svg.fonttype": "none", "font.size": 9})
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(4.6, 3.0), layout="constrained")
    for label, points in series.items():
        axes.plot(*zip(*points, strict=True), marker="o", label=label)
    first = next(iter(series.values()))
    sizes = [first[0][0], first[-1][0]]
    axes.plot(
        sizes, [first[0][1], first[0][1] * sizes[1] / sizes[0]], linestyle=":", color="gray", label="in proportion"
    )
    axes.set(xscale="log", yscale="log", title=title, xlabel="size", ylabel=unit)
    axes.grid(visible=True, which="major", alpha=0.3)
    axes.legend(frameon=False)
    FOLDER.mkdir(exist_ok=True)
    figure.savefig(FOLDER / f"{name}.svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)
