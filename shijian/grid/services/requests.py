"""人在网中走、事在格中办: a request from a shop or a resident lands with the head of its grid, without an account (G-24)."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from shijian.accounts.services.clockwork import clockwork
from shijian.audit import services as audit
from shijian.core.errors import Refused
from shijian.core.sealed import print_of
from shijian.notices import services as notices

from .. import queries
from ..choices import Verb
from ..models import Node, Opinion
from .work import OPINION_DAYS

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without those taken for one another
FROM_ONE, IN_ONE_GRID = 5, 60  # a day, from one address and into one grid


class TooOften(Refused):
    code = "grid.request_too_often"


class NobodyThere(Refused):
    code = "grid.request_nobody_there"


@transaction.atomic
def send_request(
    node: Node, *, source: str, text: str, from_name: str = "", phone: str = "", address: str, now: datetime
) -> Opinion:
    """Take a request in for a grid; its receipt, which nobody can guess, opens the answer.

    `address` is where it came from; only its keyed print is kept, to bound how often. It goes to the chief of the grid, else of
    the level above. Raises TooOften, NobodyThere.
    """
    mark, since = print_of(address), now - timedelta(days=1)
    recent = Opinion.objects.exclude(receipt="").filter(recorded_at__gte=since)
    if recent.filter(sender_print=mark).count() >= FROM_ONE:
        raise TooOften(f"今天已提交 {FROM_ONE} 次，请明天再提交；紧急的请拨打 12315。")
    if recent.filter(bureau_code=node.bureau_code, area_code=node.area_code).count() >= IN_ONE_GRID:
        raise TooOften("这个网格今天收到的诉求较多，请稍后再提交；紧急的请拨打 12315。")
    today = localdate(now)
    chain = queries.chain_of(node.bureau_code, node.area_code, on=today)
    head = next((each.chief for each in chain if each.chief and each.chief.is_active), None)
    if head is None:
        raise NobodyThere("这个网格暂时没有负责人，请拨打 12315 反映。")
    made = Opinion.objects.create(
        bureau_code=node.bureau_code, area_code=node.area_code, source=source, from_name=from_name.strip(), phone=phone.strip(),
        text=text.strip(), received_on=today, recorded_at=now, assignee=head, due_on=today + timedelta(days=OPINION_DAYS),
        receipt=f"SQ{today:%y%m%d}-" + "".join(secrets.choice(LETTERS) for _ in range(10)), sender_print=mark,
    )  # fmt: skip
    audit.record(
        by=clockwork(node.bureau_code), verb=Verb.REQUESTED, on=("grid.opinion", str(made.pk), "网上诉求"), at=now, bureau_code=made.bureau_code,
        area_code=made.area_code, detail={"assignee": head.employee_no},
    )  # fmt: skip
    link = reverse("grid:opinion", args=[made.pk])
    body = f"{node}，{made.due_on} 前答复"
    notices.notify(
        [head], kind="grid.work", title="有网上诉求待答复", body=body, link=link, at=now, bureau_code=made.bureau_code
    )
    return made
