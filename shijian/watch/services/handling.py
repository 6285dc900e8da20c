from datetime import datetime

from django.db import transaction

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import Refused
from shijian.notices.services import notify

from ..choices import Act, HitState, Verb
from ..hooks import rules
from ..models import Handling, Hit
from ..permissions import RULE_EDIT

LEADS_TO = {
    Act.CONFIRM: HitState.CONFIRMED,
    Act.EXCLUDE: HitState.EXCLUDED,
    Act.RECTIFY: HitState.RECTIFIED,
    Act.ESCALATE: HitState.ESCALATED,
}
ALLOWED = {
    Act.CONFIRM: (HitState.NEW,),
    Act.EXCLUDE: (HitState.NEW, HitState.CONFIRMED, HitState.ESCALATED),
    Act.RECTIFY: (HitState.CONFIRMED, HitState.ESCALATED),
    Act.ESCALATE: (HitState.NEW, HitState.CONFIRMED),
}


class CannotHandle(Refused):
    code = "watch.cannot_handle"


@transaction.atomic
def handle(hit: Hit, act: str, *, note: str, by: User, now: datetime) -> Hit:
    """Confirm, exclude, rectify or escalate, each with a reason. Nobody excludes a hit about himself."""
    hit = Hit.objects.select_for_update(no_key=True).get(pk=hit.pk)
    step = Act(act)
    if hit.state not in ALLOWED[step]:
        raise CannotHandle(f"这一命中是“{hit.get_state_display()}”，不能“{step.label}”。")
    if not note.strip():
        raise CannotHandle(f"{step.label}须写明理由或者情况。")
    if step is Act.EXCLUDE and hit.subject_kind == "person" and hit.subject_key in map(str, by.hats):
        raise CannotHandle("不能排除涉及自己的命中，请由他人处理。")
    hit.state = LEADS_TO[step]
    hit.ended_at = now if step in (Act.EXCLUDE, Act.RECTIFY) else None
    hit.save(update_fields=["state", "ended_at"])
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


def _tell(hit: Hit, now: datetime) -> None:
    """Those who keep the rules of the bureau hear of it."""
    from django.urls import reverse

    people = User.objects.filter(
        is_active=True,
        bureau_code=hit.bureau_code,
        grants__valid__contains=now.date(),
        grants__role__permissions__contains=[RULE_EDIT.code],
    ).distinct()[:50]
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
