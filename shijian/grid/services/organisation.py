"""Acts on 领导小组, 网格办 and the rules of the house (G-11, G-20)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from shijian.accounts.choices import UserKind
from shijian.accounts.models import Unit, User
from shijian.audit import services as audit
from shijian.core import burden
from shijian.core.errors import Refused

from ..choices import BodyKind, Post, Verb
from ..models import Body, HouseRule, Seat

POSTS = {
    BodyKind.GROUP: [Post.HEAD, Post.DEPUTY, Post.MEMBER],
    BodyKind.OFFICE: [Post.DIRECTOR, Post.VICE, Post.MEMBER, Post.LIAISON],
}


class NotSeated(Refused):
    code = "grid.not_seated"


class RuleRefused(Refused):
    code = "grid.rule_refused"


@transaction.atomic
def set_body(
    bureau_code: str, kind: str, *, name: str, duties: str, based_on: str = "", unit: Unit | None = None,
    members: Iterable[Unit] = (), by: User, now: datetime,
) -> Body:  # fmt: skip
    """Set up 领导小组 or 网格办, or change its duties and units."""
    body, _ = Body.objects.update_or_create(
        bureau_code=bureau_code,
        kind=kind,
        defaults={"name": name, "duties": duties, "based_on": based_on, "unit": unit},
    )
    body.members.set(members)
    _record(Verb.BODY_SET, body, by, now, name=name)
    return body


@transaction.atomic
def take_seat(body: Body, person: User, post: str, *, since: date, by: User, now: datetime) -> Seat:
    """Give a person a post in it; one head, one post each. Raises NotSeated."""
    if person.bureau_code != body.bureau_code or not person.is_active:
        raise NotSeated(f"{person.name}不是本局在岗人员。")
    if post not in POSTS[BodyKind(body.kind)]:
        raise NotSeated(f"{body}没有“{Post(post).label}”这个职务。")
    try:
        with transaction.atomic():
            seat = Seat.objects.create(body=body, person=person, post=post, since=since)
    except IntegrityError as error:
        raise NotSeated(f"{person.name}已在其中任职，或者已有{Post(post).label}。请先办理离任。") from error
    _record(Verb.SEAT_TAKEN, body, by, now, person=person.employee_no, post=post)
    return seat


@transaction.atomic
def leave_seat(seat: Seat, *, until: date, by: User, now: datetime) -> None:
    """End a post; who held it when stays on record."""
    if until < seat.since:
        raise NotSeated(f"离任日期不能早于任职日期 {seat.since}。")
    if not Seat.objects.filter(pk=seat.pk, until=None).update(until=until):
        raise NotSeated("已经离任。")
    _record(Verb.SEAT_LEFT, seat.body, by, now, person=seat.person.employee_no)


@transaction.atomic
def adopt_rule(
    bureau_code: str, number: int, *, kind: str, title: str, text: str, binds_kinds: Iterable[str], binds_units: Iterable[Unit] = (),
    document_no: str = "", valid_from: date, by: User, now: datetime,
) -> HouseRule:  # fmt: skip
    """Put a rule in force; the version in force before ends on that day. Raises RuleRefused, Burdensome."""
    burden.check(title)
    kinds = [each for each in binds_kinds if each in UserKind.values]
    if not kinds:
        raise RuleRefused("请选择制度约束哪些人员。")
    versions = HouseRule.objects.select_for_update().filter(bureau_code=bureau_code, number=number)
    last = versions.order_by("-version").first()
    current = versions.filter(valid__endswith=None).first()
    if current:
        if valid_from <= current.valid.lower:
            raise RuleRefused(f"第 {number} 号制度现行版本自 {current.valid.lower} 施行，新版本须在其后施行。")
        HouseRule.objects.filter(pk=current.pk).update(valid=(current.valid.lower, valid_from))
    rule = HouseRule.objects.create(
        bureau_code=bureau_code, number=number, version=last.version + 1 if last else 1, kind=kind, title=title, text=text,
        binds_kinds=kinds, document_no=document_no, valid=(valid_from, None), by=by, at=now,
    )  # fmt: skip
    rule.binds_units.set(binds_units)
    _record(Verb.RULE_ADOPTED, rule, by, now, number=number, version=rule.version, valid_from=str(valid_from))
    return rule


def _record(verb: str, row: Any, by: User, now: datetime, **detail: Any) -> None:
    audit.record(by=by, verb=verb, on=row, at=now, bureau_code=row.bureau_code, detail=detail)
