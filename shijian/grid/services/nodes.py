from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import localdate

from shijian.accounts.models import Unit, User
from shijian.audit import services as audit
from shijian.core.errors import Refused

from .. import queries
from ..choices import NodeStatus, Verb
from ..models import Level, Node, Staffing
from ..rules import codes

# Default texts of the 五定 card, in our own words after 灞桥区市场监管网格化管理实施方案 (2022-06-15) 五, 六.
DUTIES = (
    "掌握网格内经营主体的数量、分布和经营状况；日常核查，发现问题及时处置或上报；受理和处置投诉举报线索；"
    "发现并报告突发事件；开展普法和消费维权宣传；完成上级交办事项。行政检查只能由两名以上持证执法人员实施。"
)
FLOW = "发现受理 → 核查取证 → 处置上报 → 结果反馈 → 上级复核办结。本级处理不了的上报上一级，原期限不变。"
RULES = "网格化管理实施方案；网格人员职责；事件处置与复核规定；网格例会制度；考核评价办法。"


class CodeRefused(Refused):
    code = "grid.code_refused"


class NotProposed(Refused):
    code = "grid.not_proposed"


class StillInUse(Refused):
    code = "grid.still_in_use"


@transaction.atomic
def define_levels(bureau_code: str, levels: Sequence[tuple[str, str, str, int]]) -> list[Level]:
    """Set a bureau's levels from the top down as (key, name, chief's title, digits), before any node exists."""
    if Node.objects.filter(bureau_code=bureau_code).exists():
        raise StillInUse("已有网格，层级不能再改。")
    codes.Scheme(tuple(row[3] for row in levels), tuple(row[1] for row in levels))
    Level.objects.filter(bureau_code=bureau_code).delete()
    queries.forget_partitions()
    return Level.objects.bulk_create(
        Level(bureau_code=bureau_code, depth=depth, key=key, name=name, chief_title=title, digits=digits)
        for depth, (key, name, title, digits) in enumerate(levels)
    )


@transaction.atomic
def propose_node(
    *,
    bureau_code: str,
    parent: Node | None,
    name: str,
    code: str | None = None,
    unit: Unit | None = None,
    extent_text: str = "",
    in_sequence: bool = True,
    by: User,
    now: datetime,
) -> Node:
    """Propose a node; without a code it gets the next number below its parent. Raises CodeRefused with the reason.

    Source: 灞桥区市场监管网格化管理实施方案 (2022-06-15) 四(二): the station fixes the code, the grid office approves it.
    """
    lock_tree(bureau_code)
    scheme = queries.scheme(bureau_code)
    known = dict(Node.objects.filter(bureau_code=bureau_code).values_list("area_code", "status"))
    approved = {each for each, status in known.items() if status == NodeStatus.APPROVED}
    if code is None:
        code = codes.next_code(scheme, parent.area_code, known) if parent else "0" * scheme.digits[0]
        if code is None:
            raise CodeRefused(f"{parent} 之下的编码已经用完，或已是最末一级，不能再编码。")
    fault = codes.code_fault(
        scheme, code, parent.area_code if parent else None, taken=known, approved=approved, in_sequence=in_sequence
    )
    if fault:
        raise CodeRefused(fault.reason)
    depth = scheme.depth_of(code) or 0
    node = Node.objects.create(
        bureau_code=bureau_code,
        area_code=code,
        name=name,
        level=Level.objects.get(bureau_code=bureau_code, depth=depth),
        parent=parent,
        unit=unit or (parent.unit if parent else None),
        extent_text=extent_text,
        duties_text=DUTIES,
        flow_text=FLOW,
        rules_text=RULES,
        proposed_by=by,
        proposed_at=now,
    )
    _record(Verb.PROPOSED, node, by, now, {"name": name})
    return node


@transaction.atomic
def approve_node(node: Node, *, note: str = "", by: User, now: datetime) -> Node:
    """The grid office approves a code: from now on it is the key of the map at every level."""
    return _decide(node, NodeStatus.APPROVED, Verb.APPROVED, note, by, now)


@transaction.atomic
def refuse_node(node: Node, *, note: str, by: User, now: datetime) -> Node:
    """The grid office refuses a code with its reason; the code stays used up."""
    return _decide(node, NodeStatus.REFUSED, Verb.REFUSED, note, by, now)


@transaction.atomic
def retire_node(node: Node, *, note: str, by: User, now: datetime) -> Node:
    """Take a node out of service: it must have neither nodes below it nor people."""
    node = Node.objects.select_for_update(no_key=True, of=("self",)).get(pk=node.pk)
    today = localdate(now)
    if node.children.filter(status__in=[NodeStatus.APPROVED, NodeStatus.PROPOSED]).exists():
        raise StillInUse(f"{node} 之下还有网格，请先撤销或调整下级。")
    if Staffing.objects.filter(node=node, valid__contains=today).exists():
        raise StillInUse(f"{node} 还有任职人员，请先免去其任职。")
    node.status, node.decided_by, node.decided_at, node.decision_note = NodeStatus.RETIRED, by, now, note
    node.save(update_fields=["status", "decided_by", "decided_at", "decision_note"])
    _record(Verb.RETIRED, node, by, now, {"note": note})
    return node


@transaction.atomic
def describe_node(node: Node, *, texts: dict[str, str], by: User, now: datetime) -> Node:
    """Change the name, the extent or the texts of the 五定 card."""
    node = Node.objects.select_for_update(no_key=True, of=("self",)).get(pk=node.pk)
    changed = {name: text for name, text in texts.items() if getattr(node, name) != text}
    if changed:
        before = {name: getattr(node, name) for name in changed}
        for name, text in changed.items():
            setattr(node, name, text)
        node.save(update_fields=[*changed])
        _record(Verb.DESCRIBED, node, by, now, {"before": before, "after": changed})
    return node


def lock_tree(bureau_code: str) -> None:
    """One change of a bureau's tree or boundaries at a time, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"grid {bureau_code}"])


def _decide(node: Node, status: str, verb: str, note: str, by: User, now: datetime) -> Node:
    node = Node.objects.select_for_update(no_key=True, of=("self",)).get(pk=node.pk)
    if node.status != NodeStatus.PROPOSED:
        raise NotProposed(f"{node} 的状态是“{node.get_status_display()}”，不在待审定之列。")
    node.status, node.decided_by, node.decided_at, node.decision_note = status, by, now, note
    node.save(update_fields=["status", "decided_by", "decided_at", "decision_note"])
    _record(verb, node, by, now, {"note": note})
    return node


def _record(verb: str, node: Node, by: User, now: datetime, detail: dict[str, Any]) -> None:
    audit.record(
        by=by, verb=verb, on=node, at=now, bureau_code=node.bureau_code, area_code=node.area_code, detail=detail
    )
