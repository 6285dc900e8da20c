"""Words as transparent pictures in the face of the seals: the date beside a signature, the note in place of a refused one."""

from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

FACE = "@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf"
TALL = 60  # pixels to an em
# Where the figures stand in the printed blank 年 月 日, in ems from its left edge to the right edge of each figure
# (`day-blank` of documents/typst/form.typ).
YEAR, MONTH, DAY, DATE_WIDTH = 2.3, 4.85, 7.45, 8.6


def words(text: str) -> bytes:
    """A line of words with as much room above and below, so that it stands smaller than a signature."""
    left, top, right, bottom = _face().getbbox(text)
    image = Image.new("RGBA", (int(right - left) + 4, 2 * TALL))
    ImageDraw.Draw(image).text((2 - left, TALL - (top + bottom) / 2), text, font=_face(), fill="#111")
    return _png(image)


def figures(on: date) -> bytes:
    """Year, month and day where the printed blank leaves room for them; as wide as the blank, one em high."""
    image = Image.new("RGBA", (int(DATE_WIDTH * TALL), int(1.2 * TALL)))
    draw = ImageDraw.Draw(image)
    for text, edge in ((str(on.year), YEAR), (str(on.month), MONTH), (str(on.day), DAY)):
        draw.text((edge * TALL, TALL), text, font=_face(), fill="#111", anchor="rs")
    return _png(image)


@cache
def _face() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(Path(settings.NODE_MODULES) / FACE), TALL)


def _png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
