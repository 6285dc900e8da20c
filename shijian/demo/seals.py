"""Seals of the demo bureau, with certificates of the demo's own authority; papers sealed, waiting and to be signed."""

from datetime import datetime, timedelta
from typing import Any

import typst
from django.conf import settings

from shijian.accounts.models import User
from shijian.seals import services
from shijian.seals.crypto import authority
from shijian.seals.pdf.placing import Box
from shijian.seals.services.signing import Place

SEALS = [("official", ""), ("penalty", "行政处罚专用章"), ("business", "业务专用章")]


def play(staff: dict[str, User], *, now: datetime) -> None:
    """Three seals kept by the office, one paper sealed, one applied for, one laid before its signers."""
    keeper, leader, officer = staff["Y001"], staff["J002"], staff["W050101"]
    root = services.make_demo_authority(organ="Shijian 演示", now=now - timedelta(days=60))
    organ = str(keeper.unit.parent or keeper.unit)[:24]
    made = []
    for kind, line in SEALS:
        since = now - timedelta(days=60)
        seal = services.register_seal(
            organ=organ, line=line, kind=kind, keeper=keeper, deputy=None, in_use_from=since.date(), in_use_until=None,
            by=keeper, now=since,
        )  # fmt: skip
        services.add_key(seal, authority.issue(root, str(seal), organ=organ, at=since), by=keeper, now=since)
        made.append(seal)
    first = services.apply_for_use(
        made[1], _paper("行政处罚决定书（演示）"), title="行政处罚决定书（演示）", purpose="送达当事人", page=-1, x_mm=150,
        y_mm=235, by=officer, now=now - timedelta(days=2),
    )  # fmt: skip
    services.approve(first, note="同意。", by=leader, now=now - timedelta(days=2))
    services.press(first, by=keeper, now=now - timedelta(days=1))
    services.apply_for_use(
        made[0], _paper("协助调查函（演示）"), title="协助调查函（演示）", purpose="发相邻区局", page=-1, x_mm=150, y_mm=235,
        by=officer, now=now - timedelta(hours=3),
    )  # fmt: skip
    places = [
        Place("party", "王安柏", Box(-1, 30, 235, 55, 22)),
        Place("officer", officer.name, Box(-1, 110, 235, 55, 22)),
    ]
    title = "现场笔录（演示）"
    services.ask_signatures(_paper(title), places, title=title, by=officer, now=now - timedelta(hours=1))


def _paper(title: str) -> bytes:
    body = f'#set page(paper: "a4", margin: 28mm)\n#set text(font: "Noto Serif SC", lang: "zh", size: 14pt)\n#align(center)[= {title}]\n'
    text = "本文件由演示数据生成，仅用于演示用印、签名和核验，不具有法律效力。"
    source: Any = (body + text).encode()
    made: Any = typst.compile(source, font_paths=[_fonts()])
    return bytes(made)


def _fonts() -> str:
    return f"{settings.NODE_MODULES}/@expo-google-fonts/noto-serif-sc/400Regular"
