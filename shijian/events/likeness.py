"""Photos that look alike: 64 bits of a picture's gradients (dHash), kept with each attachment."""

from PIL import Image, UnidentifiedImageError

from shijian.core import files
from shijian.core.models import StoredFile

WIDE, HIGH = 9, 8
BITS = 64


def fingerprint(stored: StoredFile) -> int | None:
    """The dHash of a stored photo as a signed 64-bit number; None for other files and for plain surfaces.

    Computed from the upright display copy, so that turning the phone does not matter. A picture without any gradient
    says nothing: all such would be alike.
    """
    if not stored.is_image:
        return None
    try:
        with Image.open(files.path_of(stored.sha256, "thumb")) as image:
            return dhash(image)
    except (OSError, UnidentifiedImageError):
        return None


def dhash(image: Image.Image) -> int | None:
    """One bit for each of 8 × 8 neighbouring pairs of grey values: is the left one brighter?"""
    grey = list(image.convert("L").resize((WIDE, HIGH), Image.Resampling.LANCZOS).tobytes())
    if max(grey) - min(grey) < 8:
        return None
    bits = 0
    for row in range(HIGH):
        for column in range(WIDE - 1):
            at = row * WIDE + column
            bits = bits << 1 | (grey[at] > grey[at + 1])
    return bits - (1 << BITS) if bits >> (BITS - 1) else bits
