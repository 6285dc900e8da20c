"""Where a mark lies on a page: millimetres from the upper left corner, as one measures on paper."""

from dataclasses import dataclass

from .intake import Facts, PdfRefused

POINTS = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page (1 = first, -1 = last) by its upper left corner and its size, all in millimetres."""

    page: int
    x: float
    y: float
    width: float
    height: float

    def part(self, at: int, of: int) -> "Box":
        """One of `of` equal parts beside each other."""
        wide = self.width / of
        return Box(self.page, round(self.x + wide * at, 2), self.y, round(wide, 2), self.height)


def around(page: int, x: float, y: float, *, diameter: float = 42) -> Box:
    """The square of a round seal with its centre at x, y."""
    return Box(page, x - diameter / 2, y - diameter / 2, diameter, diameter)


def located(box: Box, facts: Facts) -> tuple[int, tuple[float, float, float, float]]:
    """The page counted from 0 and the rectangle in points from the lower left. Raises PdfRefused when it is not there."""
    count = len(facts.pages)
    page = count + box.page if box.page < 0 else box.page - 1
    if not 0 <= page < count:
        raise PdfRefused(f"文件共 {count} 页，没有第 {box.page} 页。请改正位置。")
    width, height, turn = facts.pages[page]
    if turn:
        raise PdfRefused(f"第 {page + 1} 页是旋转过的页面，盖章位置无法确定。请另存为正向页面后再试。")
    left, head = box.x * POINTS, height - box.y * POINTS
    right, foot = left + box.width * POINTS, head - box.height * POINTS
    if left < -0.5 or foot < -0.5 or right > width + 0.5 or head > height + 0.5:
        size = f"{width / POINTS:.0f}×{height / POINTS:.0f} 毫米"
        raise PdfRefused(f"位置超出第 {page + 1} 页（{size}）。请改正位置。")
    return page, (round(left, 2), round(foot, 2), round(right, 2), round(head, 2))
