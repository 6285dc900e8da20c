"""Who is posted where, and what is missing."""

from collections.abc import Collection, Iterable
from datetime import date

from django.urls import reverse
from django.utils.timezone import localdate

from shijian.accounts.models import User

from ..choices import Duty
from ..models import Node, Staffing
from ..rules import staffing as staffing_rules
from .nodes import lowest_depth


def staff_of(bureau_code: str, codes: Iterable[str], *, on: date) -> list[Staffing]:
    """Everybody posted to these nodes on a day."""
    return list(
        Staffing.objects.filter(bureau_code=bureau_code, area_code__in=list(codes), valid__contains=on)
        .select_related("person__unit", "node__level")
        .order_by("area_code", "duty", "person__name")
    )


def faults_of(node: Node, posts: Iterable[Staffing], *, on: date) -> list[staffing_rules.StaffingFault]:
    """What is wrong with the staffing of one node, given its posts of the day."""
    rows = [
        staffing_rules.Post(
            each.area_code, str(each.person_id), each.duty, each.person.kind, each.valid.lower, each.valid.upper
        )
        for each in posts
    ]
    is_lowest = node.level.depth == lowest_depth(node.bureau_code)
    return staffing_rules.staffing_faults(
        {node.area_code: is_lowest}, rows, on, {node.area_code: node.level.chief_title}
    )


def staffing_faults(bureau_code: str, *, on: date, prefix: str = "") -> list[staffing_rules.StaffingFault]:
    lowest = lowest_depth(bureau_code)
    nodes = Node.objects.approved().filter(bureau_code=bureau_code, area_code__startswith=prefix)
    rows = list(nodes.values_list("area_code", "level__depth", "level__chief_title"))
    posts = [
        staffing_rules.Post(code, str(person), duty, kind, on)  # that it holds on the day is asked below, not read back
        for code, person, duty, kind in Staffing.objects.filter(
            bureau_code=bureau_code, area_code__startswith=prefix, valid__contains=on, duty__in=staffing_rules.COUNTED
        ).values_list("area_code", "person_id", "duty", "person__kind")
    ]
    lowest_codes = {code: depth == lowest for code, depth, _ in rows}
    return staffing_rules.staffing_faults(lowest_codes, posts, on, {code: title for code, _, title in rows})


def people_by_code(bureau_code: str, *, on: date, codes: Collection[str] | None = None) -> dict[str, list[Staffing]]:
    """Who is posted where on a day, in the whole bureau or at some nodes only."""
    found: dict[str, list[Staffing]] = {}
    rows = Staffing.objects.filter(bureau_code=bureau_code, valid__contains=on).select_related("person")
    if codes is not None:
        rows = rows.filter(area_code__in=codes)
    for row in rows.order_by("area_code", "duty"):
        found.setdefault(row.area_code, []).append(row)
    return found


def title_of(post: Staffing) -> str:
    """What a person's duty at a node is called: the chief by the level's own title."""
    return post.node.level.chief_title if post.duty == Duty.CHIEF else str(post.get_duty_display())


def duties_of(person: User) -> tuple[str, list[tuple[str, str]]]:
    """A person's grid duties for his page (一员多责)."""
    posts = person.staffing.filter(valid__contains=localdate()).select_related("node__level")
    rows = [
        (
            f"{post.node} {title_of(post)}",
            reverse("grid:node", args=[post.area_code]),
        )
        for post in posts
    ]
    return "网格职责", rows
