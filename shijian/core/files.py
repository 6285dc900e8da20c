"""Uploads: sniffed by content, bounded, kept by their hash. Who may see a file is decided by the door of its record."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.text import get_valid_filename
from PIL import Image, ImageOps, UnidentifiedImageError
from pillow_heif import register_heif_opener

from .errors import Refused
from .models import StoredFile

register_heif_opener()

if TYPE_CHECKING:
    Upload = UploadedFile[Any]
else:
    Upload = UploadedFile

MAX_PIXELS = 60_000_000
SIZES = {"display": 1600, "thumb": 320}
IMAGES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "HEIF": "image/heic", "MPO": "image/jpeg"}
SIGNATURES: list[tuple[int, bytes, str]] = [
    (0, b"%PDF-", "application/pdf"),
    (4, b"ftyp", "video/mp4"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"RIFF", "audio/wav"),
    (0, b"OggS", "audio/ogg"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
]
EXIF_TAKEN, EXIF_GPS = 36867, 34853


class FileRefused(Refused):
    code = "core.file_refused"


def store(upload: Upload, *, now: datetime, images_only: bool = False) -> StoredFile:
    """Keep an upload and give its record; the same content again gives the same record.

    Raises FileRefused with a sentence that names the file: too large, not what it pretends to be, an unknown type.
    Written through to the disk before the record exists, so a record never points to a missing file.
    """
    name = safe_name(upload.name)
    if (upload.size or 0) > settings.UPLOAD_MAX_MB * 2**20:
        raise FileRefused(f"“{name}”超过 {settings.UPLOAD_MAX_MB} MB，请压缩后再上传。")
    digest, head = sha256(), b""
    for chunk in upload.chunks():
        head = head or chunk[:16]
        digest.update(chunk)
    if not head:
        raise FileRefused(f"“{name}”是空文件，请重新选择。")
    key = digest.hexdigest()
    if known := StoredFile.objects.filter(sha256=key).first():
        if images_only and not known.is_image:
            raise FileRefused(f"“{name}”不是照片。请上传 JPG、PNG、WebP 或 HEIC 照片。")
        return known
    made = StoredFile(sha256=key, size=upload.size or 0, stored_at=now)
    if not _take_image(made, upload, name):
        if images_only:
            raise FileRefused(f"“{name}”不是照片，或照片已损坏。请上传 JPG、PNG、WebP 或 HEIC 照片。")
        made.media_type = _sniff(head, name)
    with _writing(path_of(key, "original")) as file:
        upload.seek(0)
        for chunk in upload.chunks():
            file.write(chunk)
    stored, _ = StoredFile.objects.get_or_create(
        sha256=key,
        defaults={
            field: getattr(made, field) for field in ("size", "media_type", "width", "height", "facts", "stored_at")
        },
    )
    return stored


def safe_name(name: str | None) -> str:
    """A name fit for messages and downloads: no path, no control characters, short."""
    last = (name or "").replace("\\", "/").rsplit("/", 1)[-1]
    try:
        return get_valid_filename(last)[-80:]
    except SuspiciousFileOperation:  # names like ".."
        return "文件"


def path_of(key: str, variant: str) -> Path:
    return Path(settings.FILES_DIR) / variant / key[:2] / key[2:4] / key


def serve(request: HttpRequest, stored: StoredFile, variant: str, *, name: str = "") -> HttpResponseBase:
    """Send a variant ("thumb", "display" or "original"). Only display copies of images are shown in the page."""
    if variant != "original" and not stored.is_image:
        variant = "original"
    etag = f'"{stored.sha256[:32]}-{variant}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304)
    inline = variant != "original"
    media_type = "image/jpeg" if inline else stored.media_type
    file = path_of(stored.sha256, variant).open("rb")
    response: HttpResponseBase
    if not inline and (span := _span(request.headers.get("Range", ""), stored.size)):
        first, last = span
        file.seek(first)
        with file:  # a part of what was at most an upload: small enough to be read at once
            response = HttpResponse(file.read(last - first + 1), status=206, content_type=media_type)
        response["Content-Range"] = f"bytes {first}-{last}/{stored.size}"
    else:
        response = FileResponse(
            file, content_type=media_type, as_attachment=not inline, filename=name or f"{stored.sha256[:12]}"
        )
    if not inline:
        response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    response["Cache-Control"] = "private, max-age=86400, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _span(header: str, size: int) -> tuple[int, int] | None:
    """The first and last byte asked for, as players of sound and film do (RFC 9110 14.2); None = everything."""
    found = re.fullmatch(r"bytes=(\d{1,12})-(\d{0,12})", header)
    if not found:
        return None
    first = int(found[1])
    last = min(int(found[2]) if found[2] else size - 1, size - 1)
    return (first, last) if first <= last else None


def _take_image(made: StoredFile, upload: Upload, name: str) -> bool:
    """Fill in what is known of an image and write its copies without metadata; False when it is none."""
    upload.seek(0)
    try:
        with Image.open(upload, formats=["JPEG", "PNG", "WEBP", "HEIF", "MPO"]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise FileRefused(f"“{name}”像素过大（{image.width}×{image.height}），请缩小后再上传。")
            made.media_type = IMAGES[image.format or ""]
            made.facts = _capture_facts(image)
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError, KeyError):
        return False
    made.width, made.height = upright.size
    for variant, side in SIZES.items():
        copy = upright.copy()
        copy.thumbnail((side, side))
        with _writing(path_of(made.sha256, variant)) as file:
            copy.save(file, "JPEG", quality=82, exif=b"", comment=b"")
    return True


def _capture_facts(image: Image.Image) -> dict[str, Any]:
    """When and where a photo says it was taken: kept with the record, taken off the copies."""
    exif = image.getexif()
    facts: dict[str, Any] = {}
    if taken := exif.get_ifd(0x8769).get(EXIF_TAKEN):
        facts["taken"] = str(taken)[:19]
    gps = exif.get_ifd(EXIF_GPS)
    try:
        if 2 in gps and 4 in gps:
            lat, lon = (float(a) + float(b) / 60 + float(c) / 3600 for a, b, c in (gps[2], gps[4]))
            facts["lat"] = round(-lat if gps.get(1) == "S" else lat, 6)
            facts["lon"] = round(-lon if gps.get(3) == "W" else lon, 6)
    except (TypeError, ValueError, ZeroDivisionError):
        pass
    return facts


def _sniff(head: bytes, name: str) -> str:
    for offset, mark, media_type in SIGNATURES:
        if head[offset : offset + len(mark)] == mark:
            return media_type
    raise FileRefused(f"“{name}”不是可接收的类型。可上传照片、PDF、视频（MP4）和录音。")


@contextmanager
def _writing(path: Path) -> Iterator[BinaryIO]:
    """A file that appears whole or not at all, and is on the disk when it appears."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        with fresh.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
