"""Cells of the map, of three sizes; a cell of one size is 25 of the size below."""

SIZES = (0.001, 0.005, 0.025)  # degrees: zoom 0, 1, 2
PARTS = 5  # cells of one size along the side of a cell of the next


def zoom_for(side: float) -> int | None:
    """The largest cells that are no larger than `side` degrees; None when all are."""
    fitting = [zoom for zoom, size in enumerate(SIZES) if size <= side + 1e-12]
    return max(fitting, default=None)
