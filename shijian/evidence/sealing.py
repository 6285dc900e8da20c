"""Taking a file in for good: both hashes over the bytes as they came, the original sealed, a copy for the screen without
metadata. The original is on the disk before any row names it."""

import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from django.conf import settings
from PIL import Image, ImageOps

from shijian.core.files import IMAGES, SIZES, FileRefused, Upload, path_of, safe_name
from shijian.core.files import _capture_facts as capture_facts
from shijian.core.models import StoredFile

from . import inspection
from .choices import Medium
from .inspection import Found
from .rules.capture import LIMITS_MB

CHUNK = 2**20
BIG = 1_500_000_000  # Pillow's own alarm is set aside: sizes are judged before, by the header


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file of the store, its second hash, and what inspection found."""

    file: StoredFile
    name: str
    sm3: str
    found: Found


def seal(path: Path, name: str, medium: str, *, now: datetime) -> Sealed:
    """Judge a file that lies whole on the disk and move it into the store. Raises FileRefused; the file then stays."""
    given, name, size = name, safe_name(name), path.stat().st_size
    if not size:
        raise FileRefused(f"“{name}”是空文件，请重新选择。")
    if size > LIMITS_MB[Medium(medium)] * 2**20:
        raise FileRefused(f"“{name}”超过 {LIMITS_MB[Medium(medium)]} MB，请分段后再上传。")
    found = inspection.inspect(path, given, medium)
    key, sm3 = sums(path)
    target = path_of(key, "original")
    if found.media_type in IMAGES.values() and not (medium == Medium.DATA and found.dangers):
        _copies(path, key, found)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = target.with_name(f".{key}.{os.urandom(4).hex()}")
        shutil.copyfile(path, fresh)
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        fresh.chmod(0o400)
        fresh.replace(target)
    stored, _ = StoredFile.objects.get_or_create(
        sha256=key,
        defaults={
            "size": size,
            "media_type": found.media_type,
            "width": found.facts.get("width"),
            "height": found.facts.get("height"),
            "facts": found.facts,
            "stored_at": now,
        },
    )
    return Sealed(stored, name, sm3, found)


def spool(upload: Upload) -> Path:
    """A small upload sent with a form, written where `seal` reads it; the caller takes it away."""
    folder = Path(settings.FILES_DIR).with_name("uploads")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"form-{os.urandom(12).hex()}"
    with path.open("xb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
    return path


def sums(path: Path) -> tuple[str, str]:
    """SHA-256 and SM3 (GB/T 32905-2016) of a file, read once."""
    first, second = sha256(), hashes.Hash(hashes.SM3())
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            first.update(chunk)
            second.update(chunk)
    return first.hexdigest(), second.finalize().hex()


def _copies(path: Path, key: str, found: Found) -> None:
    """A display copy and a thumbnail, made anew from the pixels: no EXIF, no place, nothing glued on."""
    alarm, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, BIG
    try:
        with Image.open(path, formats=inspection.FORMATS) as image:
            found.facts |= capture_facts(image)
            found.facts |= {"width": image.width, "height": image.height}
            side = SIZES["display"]
            if image.width * image.height > inspection.JPEG_PIXELS or (not found.shows and found.dangers):
                return
            image.draft("RGB", (side, side))
            turned = image.getexif().get(0x0112, 1)
            image.thumbnail((side, side))
            small = image.convert("RGB")
            small.getexif()[0x0112] = turned
            small = ImageOps.exif_transpose(small)
    except (OSError, SyntaxError, ValueError) as error:
        raise FileRefused("照片已损坏，无法读取，请重新拍摄或导出。") from error
    finally:
        Image.MAX_IMAGE_PIXELS = alarm
    for variant, side in SIZES.items():
        target = path_of(key, variant)
        if target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        copy = small.copy()
        copy.thumbnail((side, side))
        fresh = target.with_name(f".{key}.{os.urandom(4).hex()}")
        with fresh.open("wb") as file:
            copy.save(file, "JPEG", quality=82, exif=b"", comment=b"")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)
