"""分析研判: a conclusion from figures, with measures and somebody who answers for them (E-15)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import Refused
from shijian.notices import services as notices

from ..choices import Verb
from ..models import Study


class CannotAnswer(Refused):
    code = "events.cannot_answer"


class DueIsPast(Refused):
    code = "events.day_is_past"


class NotResponsible(Refused):
    code = "events.not_responsible"


@transaction.atomic
def make_study(
    *,
    sent_id: UUID | None = None,
    title: str,
    conclusion: str,
    measures: str,
    responsible: User,
    due_on: date,
    area_code: str,
    asked: dict[str, Any],
    figures: list[dict[str, Any]],
    by: User,
    now: datetime,
) -> Study:
    """Put a study on record with the figures of the moment; who answers for the measures is told.

    The same form sent again gives the study that is there.
    """
    if sent_id and (
        known := Study.objects.select_for_update(no_key=True, of=("self",)).filter(sent_id=sent_id, by=by).first()
    ):
        return known
    if responsible.bureau_code != by.bureau_code or not responsible.is_active:
        raise CannotAnswer("责任人须是本局在岗人员，请另选。")
    if due_on < localdate(now):
        raise DueIsPast("完成期限不能早于今天，请改正。")
    study = Study.objects.create(
        sent_id=sent_id,
        bureau_code=by.bureau_code,
        area_code=area_code,
        title=title,
        conclusion=conclusion,
        measures=measures,
        responsible=responsible,
        due_on=due_on,
        asked=asked,
        figures=figures,
        by=by,
        at=now,
    )
    _record(study, Verb.STUDIED, by, now)
    if responsible.pk != by.pk:
        _tell(study, responsible, f"研判措施由您落实，{due_on} 前完成", measures, now)
    return study


@transaction.atomic
def settle_study(study: Study, *, result: str, by: User, now: datetime) -> Study:
    """What became of the measures; by who answers for them or who made the study."""
    study = (
        Study.objects.select_for_update(no_key=True, of=("self",)).select_related("by", "responsible").get(pk=study.pk)
    )
    if by.pk not in {study.responsible_id, study.by_id}:
        raise NotResponsible("由责任人或研判人登记落实情况。")
    if study.settled_at:
        raise NotResponsible("落实情况已经登记，请刷新页面查看。")
    if not result.strip():
        raise NotResponsible("请写明落实情况。")
    study.result, study.settled_at = result.strip(), now
    study.save(update_fields=["result", "settled_at"])
    _record(study, Verb.STUDY_SETTLED, by, now)
    if study.by_id != by.pk:
        _tell(study, study.by, "研判措施已落实", result, now)
    return study


def _record(study: Study, verb: str, by: User, now: datetime) -> None:
    audit.record(
        by=by,
        verb=verb,
        on=("events.study", str(study.pk), study.title),
        at=now,
        bureau_code=study.bureau_code,
        area_code=study.area_code,
        detail={"responsible": study.responsible.employee_no, "due_on": study.due_on.isoformat()},
    )


def _tell(study: Study, to: User, title: str, body: str, now: datetime) -> None:
    notices.notify(
        [to],
        kind="events.study",
        title=f"{study.title}：{title}",
        body=body,
        link=f"/events/studies/{study.pk}/",
        at=now,
        bureau_code=study.bureau_code,
    )
