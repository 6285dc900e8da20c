"""A kind of record to attach to, officers with certificates, files of every sort: for this module's tests and the demo."""

import io
import struct
import wave
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from math import pi, sin
from typing import Any
from uuid import UUID

from PIL import Image, ImageDraw

from shijian.accounts.models import EnforcementCertificate, User
from shijian.core.ids import new_id
from shijian.core.records import Record

from .services import Capture

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday 10:00 in Beijing
KEY = UUID("019aa000-0000-7000-8000-000000000001")


def certify(*officers: User) -> None:
    for officer in officers:
        EnforcementCertificate.objects.create(
            user=officer, number=f"演示{new_id().hex[-8:]}", organ="演示发证机关", field="市场监管",
            valid_from=date(2020, 1, 1), valid_until=date(2030, 12, 31),
        )  # fmt: skip


def matter(bureau_code: str, area_code: str = "050101") -> tuple[Record, Callable[[Any, UUID], Record | None]]:
    """A record of a kind of its own, and its door: whoever reaches the area sees it."""
    record = Record("matter", KEY, "SJ2026-000001", "无照经营", "/", bureau_code, area_code, {"place": "纺东街1号"})

    def find(user: User | None, key: UUID) -> Record | None:
        inside = user is None or (user.bureau_code == bureau_code and area_code.startswith(user.reach() or ("x",)))
        return record if key == KEY and inside else None

    return record, find


def said(officer: User, second: User | None = None, **facts: Any) -> Capture:
    given: dict[str, Any] = {
        "kind": "documentary", "way": "on_site" if second else "platform", "medium": "photo", "title": "",
        "purpose": "证明当事人未悬挂营业执照", "officer": officer, "second_officer": second,
        "taken_at": NOW - timedelta(minutes=5),
    }  # fmt: skip
    return Capture(**{**given, **facts})


def jpeg(
    text: str = "现场", *, size: tuple[int, int] = (640, 480), gps: bool = False, colour: str = "#c87850"
) -> bytes:
    image = Image.new("RGB", size, colour)
    ImageDraw.Draw(image).rectangle((40, 40, size[0] - 40, size[1] - 40), outline="white", width=6)
    ImageDraw.Draw(image).text((60, 60), text.encode("ascii", "ignore").decode() or "photo", fill="white")
    exif = Image.Exif()
    if gps:
        exif[0x010F] = "Maker"
        exif.get_ifd(0x8825).update({1: "N", 2: (34.0, 12.0, 18.0), 3: "E", 4: (109.0, 0.0, 18.0)})
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


def tone(seconds: float = 1.0, hertz: float = 440.0) -> bytes:
    """A sound as WAV."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        frames = (int(9000 * sin(2 * pi * hertz * n / 8000)) for n in range(int(8000 * seconds)))
        file.writeframes(b"".join(struct.pack("<h", frame) for frame in frames))
    return buffer.getvalue()


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


def film(*, place: bytes = b"+34.2050+109.0050/", length: int = 5000) -> bytes:
    """A file with the boxes of an MP4, saying where it was made; no picture in it."""
    said_place = box(b"udta", box(b"\xa9xyz", struct.pack(">HH", len(place), 0x15C7) + place))
    moov = box(b"moov", box(b"mvhd", bytes(100)) + said_place + box(b"trak", box(b"udta", b"named " + place)))
    return box(b"ftyp", b"isom\0\0\2\0isomiso2") + moov + box(b"mdat", bytes(range(256)) * (length // 256))


def pdf(inside: bytes = b"") -> bytes:
    """One page, with whatever is asked for in its catalogue."""
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R " + inside + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 280] >>",
    ]
    out, at = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        at.append(len(out))
        out += b"%d 0 obj\n" % number + part + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % each for each in at)
    start = len(out)
    out += b"xref\n0 4\n0000000000 65535 f \n" + table
    return out + b"trailer << /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
