"""What a seal looks like: one path in millimetres, from which both the picture on a page and the mark on a PDF are made.

A round seal of an organ bears a five-pointed star, the name running from left to right along the rim, and for a special
seal what it is for in a line below the star; the face is Song. Sizes: 42 mm for an organ below a province.
Source: 国务院关于国家行政机关和企业事业单位社会团体印章管理的规定 (国发〔1999〕25号) items 4, 8–10, 23.
"""

import math
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from fontTools.misc.transform import Transform
from fontTools.pens.basePen import BasePen
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

from shijian.core.errors import Refused

RED = "#d7000f"
FACES = "@expo-google-fonts/noto-serif-sc/600SemiBold/NotoSerifSC_600SemiBold.ttf"
CIRCLE = 0.5522847498  # how far the handles of four curves reach that draw a circle
RIM = 1.2 / 42  # all further sizes are parts of the diameter
STAR = 13.6 / 42
GAP = 1.9 / 42  # between the rim and the heads of the characters
TALL = 6.2 / 42
NARROW = 0.66  # width of a character along the arc by its height
WIDEST, WIDEST_ABOVE_LINE = math.radians(276), math.radians(226)  # the name leaves the foot of the seal free
LINE = 3.3 / 42


class CannotDraw(Refused):
    code = "seals.cannot_draw"


def round_seal(name: str, line: str = "", *, diameter: float = 42) -> str:
    """The path of a round seal in its own square, y downwards: `M L C Z` with absolute millimetres, filled non-zero.

    Raises CannotDraw for a name that does not fit along the rim or has characters the face lacks.
    """
    if not 4 <= len(name) <= 24:
        raise CannotDraw("印章上的单位名称应为 4 至 24 个字。")
    if len(line) > 12:
        raise CannotDraw("印章下方的用途文字最多 12 个字。")
    middle = diameter / 2
    pen = _Pen()
    pen.circle(middle, middle, middle)
    pen.circle(middle, middle, middle - RIM * diameter, backwards=True)
    pen.star(middle, middle, STAR * diameter / 2)
    height = TALL * diameter * min(1, 14 / len(name)) ** 0.5
    radius = middle - RIM * diameter - GAP * diameter - height / 2
    span = WIDEST_ABOVE_LINE if line else WIDEST
    step = min(span / (len(name) - 1), math.radians(27))
    wide = min(NARROW, 0.9 * step * (radius - height / 4) / height)
    for place, char in enumerate(name):
        angle = step * (place - (len(name) - 1) / 2)
        turned = Transform().translate(middle, middle).rotate(angle).translate(0, -radius)
        _character(pen, char, turned, height * wide, height)
    if line:
        size = LINE * diameter * min(1, 8 / len(line))
        for place, char in enumerate(line):
            across = middle + (place - (len(line) - 1) / 2) * size * 1.06
            _character(pen, char, Transform().translate(across, middle + 0.29 * diameter), size * 0.9, size * 1.12)
    return pen.text()


def svg(path: str, *, diameter: float = 42) -> str:
    """The seal as a picture of its real size."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{diameter:g}mm" height="{diameter:g}mm"'
        f' viewBox="0 0 {diameter:g} {diameter:g}"><path fill="{RED}" d="{path}"/></svg>'
    )


def operators(path: str, *, height: float, colour: str = RED) -> bytes:
    """The same path as PDF drawing operators in points, y upwards, its foot at `height` millimetres."""
    scale = 72 / 25.4
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    marks = {"M": "m", "L": "l", "C": "c"}
    made = [f"{red:.3f} {green:.3f} {blue:.3f} rg"]
    for part in path.split(" "):
        if part == "Z":
            made.append("h")
            continue
        numbers = [float(number) for number in part[1:].split(",")]
        points = [f"{(height - number if place % 2 else number) * scale:.2f}" for place, number in enumerate(numbers)]
        made.append(f"{' '.join(points)} {marks[part[0]]}")
    return "\n".join([*made, "f"]).encode()


class _Pen(BasePen):  # type: ignore[misc]
    """Writes what is drawn as path data; quadratic curves become cubic ones by themselves."""

    def __init__(self) -> None:
        super().__init__(None)
        self.parts: list[str] = []

    def text(self) -> str:
        return " ".join(self.parts)

    def circle(self, x: float, y: float, radius: float, *, backwards: bool = False) -> None:
        reach, way = radius * CIRCLE, -1 if backwards else 1
        self.moveTo((x + radius, y))
        for before, after in (((1, 0), (0, 1)), ((0, 1), (-1, 0)), ((-1, 0), (0, -1)), ((0, -1), (1, 0))):
            (a, b), (c, d) = before, after
            self.curveTo(
                (x + a * radius + c * reach, y + way * (b * radius + d * reach)),
                (x + c * radius + a * reach, y + way * (d * radius + b * reach)),
                (x + c * radius, y + way * d * radius),
            )
        self.closePath()

    def star(self, x: float, y: float, radius: float) -> None:
        inner = radius * math.sin(math.radians(18)) / math.sin(math.radians(54))
        for place in range(10):
            angle, reach = math.radians(36 * place - 90), radius if place % 2 == 0 else inner
            point = (x + reach * math.cos(angle), y + reach * math.sin(angle))
            self.lineTo(point) if place else self.moveTo(point)
        self.closePath()

    def _moveTo(self, pt: tuple[float, float]) -> None:
        self.parts.append("M" + _numbers([pt]))

    def _lineTo(self, pt: tuple[float, float]) -> None:
        self.parts.append("L" + _numbers([pt]))

    def _curveToOne(self, *points: tuple[float, float]) -> None:
        self.parts.append("C" + _numbers(points))

    def _closePath(self) -> None:
        self.parts.append("Z")


def _numbers(points: Any) -> str:
    return ",".join(f"{number:.3f}".rstrip("0").rstrip(".") for point in points for number in point)


def _character(pen: _Pen, char: str, place: Transform, width: float, height: float) -> None:
    """Draw a character around the origin of `place`, its ink filling the given box; brackets and figures keep their air."""
    font, glyphs, names = _face()
    name = names.get(ord(char))
    if name is None:
        raise CannotDraw(f"字库中没有“{char}”，请核对名称。")
    em = font["head"].unitsPerEm
    body = (0, -0.12 * em, glyphs[name].width or em, 0.88 * em)
    if ord(char) > 0x2E7F and char not in "（）一二三":
        bounds = BoundsPen(glyphs)
        glyphs[name].draw(bounds)
        body = bounds.bounds or body
    left, foot, right, head = body
    if ord(char) < 0x2E7F:
        width *= 0.55
    scaled = place.scale(width / (right - left), -height / (head - foot)).translate(
        -(left + right) / 2, -(foot + head) / 2
    )
    glyphs[name].draw(TransformPen(pen, scaled))


@lru_cache(maxsize=1)
def _face() -> tuple[Any, Any, Any]:
    """The face, opened once: only the characters asked for are read."""
    path = Path(settings.NODE_MODULES) / FACES
    if not path.exists():
        raise CannotDraw("缺少印章字体，请先运行 bin/setup 安装页面资源。")
    font = TTFont(path, lazy=True)
    return font, font.getGlyphSet(), font.getBestCmap()


def points(path: str) -> Iterator[tuple[float, float]]:
    """All points of a path, for tests of where the ink lies."""
    for part in path.split(" "):
        numbers = [float(number) for number in part[1:].split(",")] if part != "Z" else []
        yield from zip(numbers[::2], numbers[1::2], strict=True)
