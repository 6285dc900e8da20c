"""A finished event with all its papers: signed by hand, a signature refused before a witness, sealed, served, filed and checked."""

import base64
import io
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Case, When
from django.utils.timezone import localdate, localtime
from PIL import Image, ImageDraw, ImageFont

from shijian.accounts.models import User
from shijian.core.records import Record
from shijian.documents import queries, services
from shijian.documents.models import Paper
from shijian.documents.rules.delivery import Way
from shijian.events.choices import State
from shijian.events.models import Event
from shijian.events.queries import as_record
from shijian.seals import services as seals
from shijian.seals.models import Seal
from shijian.seals.testing import sign

HAND = "@expo-google-fonts/noto-serif-sc/300Light/NotoSerifSC_300Light.ttf"
WITNESS = "社区工作人员 刘和（演示）"
KIND = "JG01"  # 未明码标价, which may be punished on the spot
TOLD = {
    "scene_facts": "货架陈列待售商品十二种，均未标明价格。执法人员当场拍照、录像。",
    "measure_told": "未采取行政强制措施。",
    "illegal_act": "销售商品未明码标价",
    "broken_provision": "《中华人民共和国价格法》第十三条第一款",
    "order_basis": "《中华人民共和国行政处罚法》第二十八条第一款、《中华人民共和国价格法》第四十二条",
    "correct_demands": "1. 对所售商品逐一标明品名、价格。\n2. 将整改情况书面报告本局。",
}


FITTING = Case(When(kind__code=KIND, then=0), default=1)


def play(staff: dict[str, User], *, now: datetime) -> None:
    """On the event about prices closed last, else the last closed with a handler; nothing when there is none, or no seal."""
    closed = Event.objects.filter(state=State.CLOSED, handler__isnull=False).exclude(area_code="")
    event = closed.select_related("kind", "entity", "handler").order_by(FITTING, "-number").first()
    seal = Seal.objects.filter(line="").first()
    if event is None or event.handler is None or seal is None:
        return
    record, officer, leader = as_record(event), event.handler, staff["J002"]
    at = now - timedelta(hours=2)
    scene = services.settle(_filled("scene_record", record, officer, at), by=officer, now=at)
    _signed(scene, record, officer, at, refused="认为不属于其经营范围")
    order = services.approve(_filled("rectification_order", record, officer, at), by=leader, now=at)
    _sealed(order, seal, record, officer, leader, staff["Y001"], at)
    spot = services.approve(_filled("spot_penalty_decision", record, officer, at), by=leader, now=at)
    _signed(spot, record, officer, at)
    _sealed(spot, seal, record, officer, leader, staff["Y001"], at)
    handed = services.Told(Way.ANNOUNCED, at, place=event.address, receiver=_party(spot), is_filmed=True)
    services.deliver(spot, handed, record, by=officer, now=at)
    posted = services.Told(
        Way.POST, at, place=event.address, reason="经营场所两次上门均无人", tracking="XA0000000001CN（演示）"
    )
    services.deliver(order, posted, record, by=officer, now=at)
    file = services.assemble(record, retention="10年", note="", by=officer, now=now - timedelta(hours=1))
    services.check_file(file, by=leader, now=now)


def _filled(form: str, record: Record, officer: User, now: datetime) -> Paper:
    """The form's sample under what is known of the record."""
    version = queries.form_version(form, localdate(now), record.bureau_code)
    draft = services.begin(record, version, by=officer, now=now)
    sample = dict(version.content["sample"])
    officers = [[officer.name, "27010100001"], ["冯执法", "27010100002"]]
    ours = {
        **TOLD,
        "officers": officers,
        "party_name": record.title,
        "penalty_place": draft.data.get("party_address", ""),
    }
    began = localtime(now) - timedelta(hours=1)
    ours |= {"scene_from": f"{began:%Y-%m-%dT%H:%M}", "scene_to": f"{localtime(now):%Y-%m-%dT%H:%M}"}
    ours["correct_by"] = f"{localdate(now) + timedelta(days=10)}"
    told = {**sample, **{code: ours[code] for code in ours if code in sample and ours[code]}, **draft.data}
    told |= {"officers": officers} if "officers" in sample else {}
    return services.write(draft, told, by=officer, now=now)


def _party(paper: Paper) -> str:
    return str(paper.data.get("party_head") or paper.data.get("party_name") or "当事人")[:20]


def _signed(paper: Paper, record: Record, officer: User, now: datetime, *, refused: str = "") -> None:
    """By the party and two officers on the officer's phone; who refuses leaves reason and witness."""
    names = {"party": [_party(paper)], "officers": [officer.name, "冯执法"]}
    request = services.ask_signers(paper, names, record, by=officer, now=now)
    for slot in request.slots.all():
        if refused and slot.role == "party":
            seals.record_refusal(slot, reason=refused, witness=WITNESS, by=officer, now=now)
        else:
            sign(slot, officer, now, picture=_by_hand(slot.signer))


def _by_hand(name: str) -> str:
    """A name as a pad gives it: leaning characters, each a little higher or lower than the one before."""
    face = ImageFont.truetype(str(Path(settings.NODE_MODULES) / HAND), 110)
    image = Image.new("RGBA", (130 * len(name) + 60, 180))
    for place, char in enumerate(name):
        glyph = Image.new("RGBA", image.size)
        ImageDraw.Draw(glyph).text((40 + 122 * place, 20 + 9 * (place % 2)), char, font=face, fill="#1b1b1b")
        image.alpha_composite(
            glyph.rotate((-4, 3, -2)[place % 3], Image.Resampling.BICUBIC, center=(95 + 122 * place, 90))
        )
    leaning = image.transform(image.size, Image.Transform.AFFINE, (1, 0.22, -20, 0, 1, 0), Image.Resampling.BICUBIC)
    out = io.BytesIO()
    leaning.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def _sealed(paper: Paper, seal: Seal, record: Record, officer: User, leader: User, keeper: User, now: datetime) -> None:
    paper.refresh_from_db()
    use = services.ask_seal(paper, seal, record, by=officer, now=now)
    seals.approve(use, by=leader, now=now)
    seals.press(use, by=keeper, now=now)
    paper.refresh_from_db()
