"""What a bureau does around its events: a supervised matter, a question asked, a second report of the same, phrases."""

from datetime import datetime, timedelta

from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.core.ids import new_id
from shijian.events import services
from shijian.events.choices import PhraseUse, State
from shijian.events.models import Event, Phrase

PHRASES = [
    (PhraseUse.FEED_BACK, "当场改正", "已责令当场改正，经营者已整改。"),
    (PhraseUse.FEED_BACK, "不属实", "经核查不属实，已向当事人说明。"),
    (PhraseUse.FEED_BACK, "下架封存", "已立即下架封存，待进一步处理。"),
]


def play(staff: dict[str, User], *, now: datetime) -> None:
    """On the events that are open now; nothing when there are none."""
    leader, office = staff["J002"], staff["B001"]
    handling = list(
        Event.objects.filter(state=State.HANDLING).select_related("handler").order_by("due_on", "number")[:3]
    )
    for event in handling[:2]:
        until = localdate(now) + timedelta(days=3)
        services.supervise(event, reason="群众反映强烈，请三日内办结并报结果。", until=until, by=leader, now=now)
    for event in handling[2:]:
        head = staff[f"S{event.area_code[:4]}"]
        services.say(
            event, text="经营者称设备已报修，是否等检验结果出来再反馈？", to=[head], by=event.handler or head, now=now
        )
        services.supervise(
            event, reason="涉及特种设备，请盯紧。", until=localdate(now) + timedelta(days=7), by=leader, now=now
        )
    first = Event.objects.filter(state__in=[State.DISPATCHED, State.HANDLING], area_code="050101").first() or (
        handling[0] if handling else None
    )
    if first and first.location_wgs84:
        lon, lat = first.location_wgs84
        services.report(
            id=new_id(), kind=first.kind, source="complaint", description=first.description, place=(lon + 2e-4, lat),
            entity=first.entity, by=staff["Z001"], now=now,
        )  # fmt: skip
    for use, title, text in PHRASES:
        services.keep_phrase(Phrase(use=use, title=title, text=text), by=office, now=now)
