"""Evidence on a few demo events: pictures, a sound and a paper made here, a hand-over, a preserved lot of goods."""

import io
import tempfile
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from PIL import Image, ImageDraw

from shijian.accounts.models import User
from shijian.core import records
from shijian.events.choices import State
from shijian.events.models import Event
from shijian.evidence import sealing, services
from shijian.evidence.models import Item
from shijian.evidence.testing import pdf, tone

SCENES = [
    ("货架全景", "#dfe8ee", "#7d9cb5"),
    ("过期食品标签", "#f3ead8", "#b98743"),
    ("营业场所门头", "#e5efe6", "#5c9472"),
]


KINDS = ("SP02", "SP03", "SP04")  # what the pictures show happens in food shops


def play(staff: dict[str, User], *, now: datetime) -> None:
    """On the last food events in hand whose handler and station head bear certificates; nothing when there are none."""
    in_hand = Event.objects.filter(state=State.HANDLING, kind__code__in=KINDS).select_related("handler")
    for place, event in enumerate(in_hand.order_by("-number")[:2]):
        first, second = event.handler, staff.get(f"S{event.area_code[:4]}")
        if first is None or second is None or first.pk == second.pk:
            continue
        today = now.date()
        if first.has_certificate(today) and second.has_certificate(today):
            at = min(event.steps.latest("at").at + timedelta(hours=1), now - timedelta(hours=1))
            _evidence(event, first, second, at)
            if place == 0:
                _preservation(event, first, second, staff["J002"], at + timedelta(minutes=30))


def _evidence(event: Event, first: User, second: User, now: datetime) -> None:
    record = records.record_for(None, "event", event.pk)
    lon, lat = event.location_wgs84 or (None, None)
    made: list[Item] = []
    for number, (title, ground, ink) in enumerate(SCENES):
        sealed = _sealed(_picture(number, ground, ink), f"{title}.jpg", "photo", now)
        said = services.Capture(
            kind="documentary", way="on_site", medium="photo", title=title, purpose=f"证明现场{title}的状况",
            officer=first, second_officer=second, taken_at=now - timedelta(minutes=20 - number),
            taken_place=event.address, lon_wgs84=lon, lat_wgs84=lat, accuracy_m=8,
        )  # fmt: skip
        made.append(services.capture(record, said, sealed, by=first, now=now))
    sound = services.Capture(
        kind="audiovisual", way="on_site", medium="audio", title="现场说明录音", purpose="证明已告知当事人权利义务",
        officer=first, second_officer=second, taken_at=now - timedelta(minutes=10), taken_place=event.address,
    )  # fmt: skip
    services.capture(record, sound, _sealed(tone(4.0, 520.0), "现场说明录音.wav", "audio", now), by=first, now=now)
    paper = services.Capture(
        kind="documentary", way="party", medium="document", title="进货单据", purpose="证明进货来源和数量",
        officer=first, source="当事人当场提供", is_original=False, copy_note="原件由当事人保管，已核对与原件一致，当场拍照复制",
        taken_at=now - timedelta(minutes=5), taken_place=event.address,
    )  # fmt: skip
    services.capture(record, paper, _sealed(pdf(), "进货单据.pdf", "document", now), by=first, now=now)
    services.add_note(made[1], "照片右侧为同批次第二箱。", by=first, now=now)
    services.send(made[1], second, place="所内物证室", note="存储卡一张，封条完好", by=first, now=now)


def _preservation(event: Event, first: User, second: User, leader: User, now: datetime) -> None:
    record = records.record_for(None, "event", event.pk)
    measure = services.apply_measure(
        record, kind="preservation", power="", party_name=record.facts.get("party_name") or "现场经营者",
        reason="证据可能灭失，需要先行登记保存。", place=event.address or "经营场所", storage="所内物证室",
        officer=first, second_officer=second, is_urgent=False, by=first, now=now,
    )  # fmt: skip
    services.decide_measure(measure, approve=True, opinion="同意", by=leader, now=now)
    lines = [
        services.Line(
            name="夹心饼干", spec="200 克，批号 20250301", quantity=Decimal(36), unit="袋",
            value_yuan=Decimal("6.50"), condition="外包装完好，已过保质期",
        ),
        services.Line(name="进货台账", quantity=Decimal(1), unit="本", condition="手写，共 42 页"),
    ]  # fmt: skip
    services.carry_out(measure, lines, by=first, now=now)


def _sealed(content: bytes, name: str, medium: str, now: datetime) -> sealing.Sealed:
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        return sealing.seal(Path(file.name), name, medium, now=now)


def _picture(seed: int, ground: str, ink: str) -> bytes:
    """Shelves, a label or a shop front, as plain shapes."""
    image = Image.new("RGB", (1280, 960), ground)
    draw = ImageDraw.Draw(image)
    if seed == 0:
        for row in range(4):
            draw.rectangle((80, 200 + row * 190, 1200, 214 + row * 190), fill=ink)
            for box in range(9):
                left = 100 + box * 122
                draw.rectangle((left, 90 + row * 190 + box % 3 * 12, left + 90, 198 + row * 190), outline=ink, width=5)
    elif seed == 1:
        draw.rounded_rectangle((300, 180, 980, 780), 24, fill="white", outline=ink, width=8)
        for line in range(7):
            draw.rectangle((360, 250 + line * 70, 560 + line % 3 * 140, 274 + line * 70), fill=ink)
    else:
        draw.rectangle((160, 240, 1120, 860), fill="white", outline=ink, width=8)
        draw.rectangle((160, 140, 1120, 240), fill=ink)
        draw.rectangle((540, 480, 740, 860), fill=ground, outline=ink, width=6)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()
