from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.accounts.queries import holders
from shijian.audit import services as audit
from shijian.core.errors import Refused
from shijian.notices.services import notify

from ..choices import DECIDED, OPEN, Act, HitState, Verb
from ..hooks import rules
from ..models import Handling, Hit
from ..permissions import RULE_EDIT

LEADS_TO = {
    Act.CONFIRM: HitState.CONFIRMED,
    Act.EXPLAIN: HitState.EXPLAINED,
    Act.EXCLUDE: HitState.EXCLUDED,
    Act.RECTIFY: HitState.RECTIFIED,
    Act.ESCALATE: HitState.ESCALATED,
    Act.REOPEN: HitState.CONFIRMED,
}
ALLOWED = {
    Act.CONFIRM: (HitState.NEW,),
    Act.EXPLAIN: OPEN,
    Act.EXCLUDE: (HitState.NEW, HitState.CONFIRMED, HitState.ESCALATED),
    Act.RECTIFY: (HitState.CONFIRMED, HitState.ESCALATED),
    Act.ESCALATE: (HitState.NEW, HitState.CONFIRMED),
    Act.AGREE: DECIDED,
    Act.REOPEN: DECIDED,
}
SECOND = (Act.AGREE, Act.REOPEN)
CLOSING = (Act.EXPLAIN, Act.EXCLUDE, Act.RECTIFY)


class CannotHandle(Refused):
    code = "watch.cannot_handle"


@transaction.atomic
def handle(hit: Hit, act: str, *, note: str, by: User, now: datetime) -> Hit:
    """One act on a hit, with a reason: confirm, explain, exclude, rectify or escalate it, or the second look at that.

    Nobody closes a hit about himself, and nobody takes the second look at what he decided.
    """
    hit = Hit.objects.select_for_update(no_key=True).get(pk=hit.pk)
    step = Act(act)
    if step not in open_acts(hit):
        raise CannotHandle(f"这一命中是“{hit.get_state_display()}”，不能“{step.label}”。")
    if not note.strip():
        raise CannotHandle(f"{step.label}须写明理由或者情况。")
    if step in (*CLOSING, *SECOND) and hit.subject_kind == "person" and hit.subject_key in map(str, by.hats):
        raise CannotHandle("不能处理涉及自己的命中，请由他人处理。")
    if step in SECOND:
        last = hit.handlings.order_by("-at", "-pk").first()
        if last is not None and last.by_id in by.hats:
            raise CannotHandle("自己处理的不能自己复核，请由他人复核。")
    hit.state = LEADS_TO.get(step, hit.state)
    hit.ended_at = now if step in CLOSING else hit.ended_at if step is Act.AGREE else None
    hit.looked_at = now if step is Act.AGREE else None
    hit.save(update_fields=["state", "ended_at", "looked_at"])
    Handling.objects.create(hit=hit, act=step, note=note.strip()[:500], by=by, at=now)
    if step is Act.ESCALATE:
        _tell(hit, now)
    audit.record(
        by=by,
        verb=Verb.HANDLED,
        on=hit,
        at=now,
        bureau_code=hit.bureau_code,
        area_code=hit.area_code,
        detail={"act": step.value, "rule": hit.rule},
    )
    return hit


def open_acts(hit: Hit) -> list[Act]:
    """What may be done about a hit as it stands; a second look is taken once."""
    return [act for act in Act if hit.state in ALLOWED[act] and (act not in SECOND or hit.waits_for_second_look)]


def _tell(hit: Hit, now: datetime) -> None:
    """Those who keep the rules of the bureau hear of it."""
    from django.urls import reverse

    people = holders(RULE_EDIT, bureau_code=hit.bureau_code, on=localdate(now))[:50]
    name = rules[hit.rule].name if hit.rule in rules else hit.rule
    notify(
        people,
        kind="watch.escalated",
        title=f"监察上报：{name}",
        body=f"{hit.label}：{hit.reason}",
        link=reverse("watch:hit", args=[hit.pk]),
        at=now,
        bureau_code=hit.bureau_code,
    )
