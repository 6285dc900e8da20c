"""Sending files to a page: display copies inline, films and sounds in ranges without the place they were made, the
original only as a download. Nothing a stranger sent is ever answered as a page of ours."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from typing import BinaryIO

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from shijian.core.files import path_of, safe_name

from .models import Item

CHUNK = 2**18
PAGES_MAX = 500
TOOL_SECONDS = 20
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=86400, immutable",
}


def shown(request: HttpRequest, item: Item, variant: str) -> HttpResponseBase:
    """A copy for the page: "thumb" or "display" of an image, "play" of a film or sound. Raises Http404 for others."""
    if item.shows == "image" and variant in {"thumb", "display"}:
        path = path_of(item.sha256, variant)
        return _safe(FileResponse(_open(path), content_type="image/jpeg"))
    if item.shows in {"video", "audio"} and variant == "play" and item.file:
        return _safe(_played(request, item))
    raise Http404


def original(item: Item) -> HttpResponseBase:
    """The sealed bytes, always as a download under a plain name."""
    name = safe_name(f"{item.record_number}-{item.number}-{item.file_name}")
    file = _open(path_of(item.sha256, "original"))
    response = FileResponse(file, content_type="application/octet-stream", as_attachment=True, filename=name)
    response.headers["Content-Length"] = str(item.size)
    _safe(response)
    response.headers["Cache-Control"] = "no-store"
    return response


def page_count(item: Item) -> int:
    """How many pages a PDF has; 0 when nothing on this computer can tell."""
    if item.shows != "pages" or not which("pdfinfo"):
        return 0
    told = _run(["pdfinfo", str(path_of(item.sha256, "original"))])
    found = re.search(rb"^Pages:\s+(\d+)", told, re.MULTILINE)
    return min(int(found[1]), PAGES_MAX) if found else 0


def page_image(item: Item, number: int) -> HttpResponseBase:
    """A page of a PDF as a picture: scripts and links in it stay dead. Made once, kept beside the files."""
    if item.shows != "pages" or not 1 <= number <= PAGES_MAX or not which("pdftoppm"):
        raise Http404
    made = Path(settings.FILES_DIR).with_name("pages") / item.sha256[:2] / item.sha256 / f"{number}.png"
    if not made.exists():
        picture = _run(
            ["pdftoppm", "-png", "-scale-to", "1600", "-f", str(number), "-l", str(number), "-singlefile",
             str(path_of(item.sha256, "original"))]
        )  # fmt: skip
        if not picture.startswith(b"\x89PNG"):
            raise Http404
        made.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = made.with_suffix(".tmp")
        fresh.write_bytes(picture)
        fresh.replace(made)
    return _safe(FileResponse(made.open("rb"), content_type="image/png"))


def _run(command: list[str]) -> bytes:
    """A reader of foreign files, with little memory and little time."""
    limit = which("prlimit")
    bounded = [limit, "--as=768000000", f"--cpu={TOOL_SECONDS}", *command] if limit else command
    try:
        return subprocess.run(  # noqa: S603 - fixed programs, no shell
            bounded, capture_output=True, timeout=TOOL_SECONDS, check=False
        ).stdout
    except subprocess.TimeoutExpired:
        return b""


def _played(request: HttpRequest, item: Item) -> HttpResponseBase:
    """RFC 9110 14: the bytes asked for, with what tells the place of making covered."""
    assert item.file is not None
    size = item.size
    media = item.media_type.replace("video/", "audio/") if item.shows == "audio" else item.media_type
    span = _asked(request, size)
    if span is None:
        return _beyond(size)
    first, last = span
    hide = [(at, before, length) for at, before, length in item.file.facts.get("hide", [])]
    path = path_of(item.sha256, "original")
    if not path.exists():
        raise Http404
    return _part(_covered(path, first, last, hide), first, last, size, media)


def package(request: HttpRequest, path: Path, name: str, sha256: str) -> HttpResponseBase:
    """A package as a download that can be taken up again where it broke off (RFC 9110 14, `If-Range` by its hash)."""
    size, tag = path.stat().st_size, f'"{sha256}"'
    span = _asked(request, size) if request.headers.get("If-Range", tag) == tag else (0, size - 1)
    if span is None:
        return _beyond(size)
    response = _part(_covered(path, *span, []), *span, size, "application/zip")
    response.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=name) or "attachment"
    )
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "no-store"
    return response


def _asked(request: HttpRequest, size: int) -> tuple[int, int] | None:
    """The first and last byte asked for; all of them without a range, None for one beyond the end."""
    asked = re.fullmatch(r"bytes=(\d{0,15})-(\d{0,15})", request.headers.get("Range", ""))
    if not asked or not (asked[1] or asked[2]):
        return 0, size - 1
    if asked[1]:
        first, last = int(asked[1]), min(int(asked[2] or size - 1), size - 1)
    else:
        first, last = max(0, size - int(asked[2])), size - 1
    return (first, last) if first <= last else None


def _beyond(size: int) -> HttpResponse:
    return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})


def _part(body: Iterator[bytes], first: int, last: int, size: int, media: str) -> StreamingHttpResponse:
    whole = (first, last) == (0, size - 1)
    response = StreamingHttpResponse(body, status=200 if whole else 206, content_type=media)
    response.headers["Content-Length"] = str(last - first + 1)
    response.headers["Accept-Ranges"] = "bytes"
    if not whole:
        response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _covered(path: Path, first: int, last: int, hide: list[tuple[int, int, int]]) -> Iterator[bytes]:
    """The bytes from first to last; each hidden box becomes an empty one of the same length, so that offsets hold."""
    with path.open("rb") as file:
        file.seek(first)
        at = first
        while at <= last:
            chunk = bytearray(file.read(min(CHUNK, last - at + 1)))
            if not chunk:
                return
            for start, before, length in hide:
                _cover(chunk, at, start + 4, b"free")
                _cover(
                    chunk, at, start + before, b"\0" * max(0, min(length - before, at + len(chunk) - start - before))
                )
            yield bytes(chunk)
            at += len(chunk)


def _cover(chunk: bytearray, at: int, start: int, by: bytes) -> None:
    low, high = max(start, at), min(start + len(by), at + len(chunk))
    if low < high:
        chunk[low - at : high - at] = by[low - start : high - start]


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise Http404 from None


def _safe(response: HttpResponseBase) -> HttpResponseBase:
    for name, value in SAFE.items():
        response.headers[name] = value
    return response
