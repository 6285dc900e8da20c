"""Papers of an open event in every state: a notice sealed and served, one voided, one waiting for approval, a record still
being filled."""

from datetime import datetime, timedelta

from django.db.models import Case, When
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.core.records import Record
from shijian.documents import queries, services
from shijian.documents.models import Office, Paper
from shijian.documents.rules.delivery import Way
from shijian.events.choices import State
from shijian.events.models import Event
from shijian.events.queries import as_record
from shijian.seals import services as seals
from shijian.seals.models import Seal

OFFICE = {
    "bureau_name": "西安市灞桥区市场监督管理局", "short_name": "灞桥", "government": "西安市灞桥区人民政府",
    "court": "西安铁路运输法院", "bank": "本局指定的银行（演示）", "office_address": "西安市灞桥区纺织城正街1号（演示）",
    "office_phone": "029-00000000", "office_postcode": "710038",
}  # fmt: skip

PARTY = {"party_name": "禾丰食品店（演示）", "party_address": "纺东街88号"}  # where the event is about no entity


def play(staff: dict[str, User], *, now: datetime) -> None:
    """On an event about purchase records where there is one, else the first in hand; nothing when there is none."""
    office = staff["B001"]
    services.set_office(Office(bureau_code=office.bureau_code, **OFFICE), by=office, now=now)
    placed = Event.objects.exclude(area_code="").select_related("kind", "entity", "handler")
    event = placed.order_by(
        Case(When(state=State.HANDLING, kind__code="SP03", then=0), When(state=State.HANDLING, then=1), default=2),
        "-number",
    ).first()
    handler = (event.handler or staff.get(f"S{event.area_code[:4]}")) if event else None
    if event is None or handler is None:
        return
    record, leader, today = as_record(event), staff["J002"], localdate(now)

    def begin(form: str, **data: object) -> Paper:
        paper = services.begin(record, queries.form_version(form, today, record.bureau_code), by=handler, now=now)
        return services.write(paper, {**PARTY, **paper.data, **data}, by=handler, now=now)

    officers = [[handler.name, "27010100001"], ["冯执法", "27010100002"]]
    demands = "1. 补齐进货查验记录。\n2. 将整改情况书面报告本局。"
    contact = {"contact_person": handler.name, "contact_phone": "029-00000000"}
    order = {
        "illegal_act": "未按照规定查验食品供货者的许可证",
        "broken_provision": "《中华人民共和国食品安全法》第五十三条第一款",
        "order_basis": "《中华人民共和国行政处罚法》第二十八条第一款",
        "correct_when": "限期改正",
        "correct_by": (today + timedelta(days=10)).isoformat(),
        "correct_demands": demands,
        **contact,
    }
    wrong = services.approve(begin("rectification_order", **order), by=leader, now=now)
    services.void(wrong, reason="整改期限写错，重新制作", by=leader, now=now)
    served = services.approve(begin("rectification_order", **order), by=leader, now=now)
    _seal_and_serve(served, record, handler, leader, staff["Y001"], now)
    services.submit(begin("rectification_order", **order), by=handler, now=now)
    begin("inquiry_notice", inquiry_matter="食品进货查验的有关情况", officers=officers, **contact)
    begin("scene_record", officers=officers, scene_facts="货架陈列待售食品若干，进货查验记录不全。")


def _seal_and_serve(paper: Paper, record: Record, officer: User, leader: User, keeper: User, now: datetime) -> None:
    """Sealed by its keeper, refused at the door, left with a witness."""
    seal = Seal.objects.filter(bureau_code=paper.bureau_code, line="").first()
    if seal is None:
        return
    use = services.ask_seal(paper, seal, record, by=officer, now=now)
    seals.approve(use, by=leader, now=now)
    seals.press(use, by=keeper, now=now)
    told = services.Told(
        Way.LEFT,
        now,
        place="纺东街88号",
        reason="经营者看过文书后拒绝签收",
        witness="社区工作人员 刘和（演示）",
        is_filmed=True,
    )
    services.deliver(paper, told, record, by=officer, now=now)
