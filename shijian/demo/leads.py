"""Leads handed over and field tasks registered in the demo: waiting, accepted, returned; run, running, registered."""

from datetime import datetime, timedelta

from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.events import queries as events
from shijian.events import services
from shijian.events.choices import State
from shijian.events.models import Event

RESULT = "现场检查 6 户，2 户责令改正，已复查合格。"


def play(staff: dict[str, User], *, now: datetime) -> None:
    _leads(staff, now)
    _tasks(staff, now)


def _leads(staff: dict[str, User], now: datetime) -> None:
    rows = Event.objects.filter(
        state__in=[State.HANDLING, State.REVIEWING], handler__isnull=False, entity__isnull=False
    )
    found = rows.select_related("kind", "entity", "handler__unit").order_by("-number")
    head = User.objects.select_related("unit").filter(employee_no="A001").first()
    if head is None:
        return  # the brigade comes with the shipped processes
    for number, event in enumerate(found[:6]):
        sender = event.handler
        if sender is None or (sender.unit_id == head.unit_id and number % 2):
            continue
        lead = services.send_lead(
            events.as_record(event), suspected=str(event.kind), facts_text=event.description, party=event.entity.name if event.entity else "",
            found_on=localdate(event.discovered_at), to_unit=head.unit, by=sender, now=now,
        )  # fmt: skip
        if number in {2, 3}:
            services.accept_lead(lead, note="列入案源，已安排核查。", by=head, now=now)
        if number == 4:
            services.return_lead(lead, note="缺少现场照片和主体资格材料，请补充后再移交。", by=head, now=now)


def _tasks(staff: dict[str, User], now: datetime) -> None:
    today = localdate(now)
    chief = staff["W050101"]
    mates = User.objects.filter(unit=chief.unit, certificates__valid_until__gte=today, is_active=True).exclude(
        pk=chief.pk
    )
    officers = [chief, *mates.order_by("employee_no").distinct()[:1]]
    if len(officers) < 2:
        return
    plans = [
        ("inspection", "夜市食品摊点错时检查", "纺正街夜市"),
        ("sampling", "农贸市场食用农产品抽样", "农贸市场"),
        ("inspection", "电梯使用单位检查", "辖区小区"),
    ]
    for number, (kind, title, place) in enumerate(plans):
        task = services.register_task(
            kind=kind, title=title, place=place, basis="年度监督检查计划", area_code="050101", officers=officers, begins_on=today,
            ends_on=today + timedelta(days=number), by=chief, now=now,
        )  # fmt: skip
        if number < 2:
            services.start_task(task, by=chief, now=now)
            if number == 0:
                services.end_task(task, result=RESULT, by=chief, now=now)
