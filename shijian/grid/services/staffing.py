from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from shijian.accounts import services as accounts
from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.errors import Refused

from .. import queries
from ..choices import Duty, NodeStatus, Verb
from ..models import Node, Staffing
from ..rules.staffing import duty_fault

# The role a duty brings at a grid; the chief of a higher node has his role by his post.
ROLES = {
    Duty.CHIEF: "grid_chief",
    Duty.MANAGER: "grid_manager",
    Duty.INFORMANT: "grid_informant",
    Duty.MONITOR: "grid_monitor",
}


class NotFitForDuty(Refused):
    code = "grid.not_fit_for_duty"


class AlreadyStaffed(Refused):
    code = "grid.already_staffed"


class NotApproved(Refused):
    code = "grid.node_not_approved"


class NotInOffice(Refused):
    code = "grid.not_in_office"


@transaction.atomic
def appoint(
    node: Node,
    person: User,
    duty: str,
    *,
    valid_from: date,
    valid_until: date | None = None,
    by: User,
    now: datetime,
) -> Staffing:
    """Post a person to a node; both days included. At a grid the duty brings its role for the same days.

    Source: 灞桥区市场监管网格化管理实施方案 (2022-06-15) 五 (一长多员); one chief per node is a database constraint.
    """
    if node.status != NodeStatus.APPROVED:
        raise NotApproved(f"{node} 尚未审定，不能配置人员。")
    if person.bureau_code != node.bureau_code:
        raise NotFitForDuty(f"{person.name}不是本局人员。")
    if fault := duty_fault(duty, person.kind):
        raise NotFitForDuty(fault)
    end = valid_until and date.fromordinal(valid_until.toordinal() + 1)
    if end and end <= valid_from:
        raise NotFitForDuty("任期止不能早于任期起。")
    made = Staffing(
        node=node,
        bureau_code=node.bureau_code,
        area_code=node.area_code,
        person=person,
        duty=duty,
        valid=DateRange(valid_from, end, "[)"),
    )
    if node.level.depth == queries.lowest_depth(node.bureau_code) and duty in ROLES:
        made.grant = accounts.grant(
            person,
            ROLES[Duty(duty)],
            bureau_code=node.bureau_code,
            area_prefix=node.area_code,
            valid_from=valid_from,
            valid_until=valid_until,
            by=by,
            now=now,
        )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        title = node.level.chief_title if duty == Duty.CHIEF else made.get_duty_display()
        if duty == Duty.CHIEF:
            message = f"{node} 在此期间已有{title}，一个网格只能有一名，请先免去现任。"
        else:
            message = f"{person.name}在此期间已是 {node} 的{title}。"
        raise AlreadyStaffed(message) from error
    _record(Verb.APPOINTED, made, by, now)
    return made


@transaction.atomic
def dismiss(post: Staffing, *, on: date, by: User, now: datetime) -> Staffing:
    """End a duty and the grant that came with it; `on` is the first day without it."""
    post = (
        Staffing.objects.select_for_update(no_key=True, of=("self",)).select_related("person", "grant").get(pk=post.pk)
    )
    if post.valid.upper and post.valid.upper <= on:
        raise NotInOffice(f"{post.person.name}的任期已经结束。")
    post.valid = DateRange(post.valid.lower, max(on, post.valid.lower), "[)")
    post.save(update_fields=["valid"])
    if post.grant:
        accounts.end_grant(post.grant, on=on, by=by, now=now)
    _record(Verb.DISMISSED, post, by, now)
    return post


def _record(verb: str, post: Staffing, by: User, now: datetime) -> None:
    audit.record(
        by=by,
        verb=verb,
        on=post.node,
        at=now,
        bureau_code=post.bureau_code,
        area_code=post.area_code,
        detail={
            "person": post.person.employee_no,
            "duty": post.duty,
            "from": str(post.valid.lower),
            "until": str(post.valid.upper or ""),
        },
    )
