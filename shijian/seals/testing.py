"""Papers and keys for tests: a PDF, a demo authority with a seal's key, a time-stamp service."""

import base64
import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import typst
from asn1crypto import x509
from PIL import Image, ImageDraw

from shijian.accounts.models import User

from . import services
from .crypto import authority
from .crypto.timestamps import LocalStamper
from .crypto.vault import FileHolder
from .drawing import round_seal
from .models import Signature, Slot
from .pdf import placing, stamping
from .pdf.verification import Trust

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
NAME = "灞桥区市场监督管理局（演示）"


def paper(text: str = "Decision No. 1", pages: int = 1) -> bytes:
    body = "\n#pagebreak()\n".join(f"{text} page {number}" for number in range(1, pages + 1))
    return bytes(typst.compile(f'#set page(paper: "a4")\n{body}'.encode(), timestamp=0))


@dataclass(slots=True)
class Keys:
    """An authority and what it issued, from a month before `NOW` on."""

    root: FileHolder
    seal: FileHolder
    stamps: FileHolder

    @property
    def trust(self) -> Trust:
        return Trust((self.root.certificate,))

    @property
    def serial(self) -> int:
        return int(x509.Certificate.load(self.seal.certificate).serial_number)

    def press(self, data: bytes, *, at: datetime = NOW, stamped: bool = True, x: float = 150) -> bytes:
        return self.press_with(LocalStamper(self.stamps, lambda: at) if stamped else None, data, at=at, x=x)

    def press_with(self, stamper: Any, data: bytes = b"", *, at: datetime = NOW, x: float = 150) -> bytes:
        box = placing.around(1, x, 240)
        return stamping.press(
            data or paper(), self.seal, round_seal(NAME), box, name=NAME, reason="测试", at=at, stamper=stamper
        ).content


STROKES = [{"penColor": "#111", "points": [{"x": n, "y": n, "time": n, "pressure": 0.5} for n in range(20)]}]


def picture(size: tuple[int, int] = (300, 120), *, ink: bool = True) -> str:
    """What the pad sends: a PNG as data address."""
    image = Image.new("RGBA", size)
    if ink:
        ImageDraw.Draw(image).line((20, 90, 150, 20, 280, 100), fill="black", width=6)
    out = io.BytesIO()
    image.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def sign(slot: Slot, by: User, now: datetime = NOW, **more: Any) -> Signature:
    fields = {"strokes": STROKES, "picture": picture(), "place_name": "店内", "device": "手机", **more}
    return services.record_signature(slot, by=by, now=now, **fields)


def make_keys(*, bits: int = 0) -> Keys:
    since = NOW - timedelta(days=30)
    root = authority.make_root("演示根证书", at=since)
    seal = authority.issue(root, NAME, organ=NAME, at=since, days=365, bits=bits)
    return Keys(root, seal, authority.issue(root, "演示时间戳服务", organ=NAME, at=since, stamps=True))
