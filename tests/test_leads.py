"""E-09 and E-13: offences go to who investigates them, and nobody goes out without a number."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import localdate, now

from shijian.accounts.models import EnforcementCertificate
from shijian.audit.models import Entry
from shijian.core.models import FormCount
from shijian.events import queries, services
from shijian.events.models import FieldTask, Lead
from shijian.events.services.leads import AlreadyHandedOver, LeadSettled, NotForYou, ReasonNeeded, WrongDay
from shijian.events.services.tasks import TaskRefused, TwoOfficers
from shijian.notices.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def calendar(db):
    call_command("load_reference", verbosity=0)


def hand_over(world, **more):
    given = {
        "suspected": "未取得许可从事食品经营", "facts_text": "店内正在制售热食，未见许可证。", "found_on": localdate(),
        "to_unit": world.cast.units["0502"], "by": world.cast.chief, "now": now(), **more,
    }  # fmt: skip
    return services.send_lead(queries.as_record(world.event), **given)


def test_one_click_hands_over_and_both_sides_keep_the_link(world):
    sender, receiver = world.cast.client(world.cast.chief), world.cast.client(world.cast.other_head)
    there = reverse("events:record_leads", args=["event", world.event.pk])
    form = sender.get(there).context["form"]
    assert form.initial["facts_text"] == world.event.description
    assert form.initial["party"] == world.entity.name
    sender.post(there, {**form.initial, "to_unit": world.cast.units["0502"].pk})
    lead = Lead.objects.get()
    assert lead.number == f"XS{localdate().year}-00001"
    assert lead.due_on > localdate() + timedelta(days=14)
    assert lead.limit_text
    assert lead.number in receiver.get(reverse("events:leads")).content.decode()
    assert Notice.objects.filter(to=world.cast.other_head, kind="events.lead").exists()
    page = receiver.get(reverse("events:lead", args=[lead.pk])).content.decode()
    assert world.event.number in page
    assert reverse("events:event", args=[world.event.number]) not in page  # not in his areas: named, not linked
    receiver.post(reverse("events:lead", args=[lead.pk]), {"act": "accept", "note": "列入案源"})
    assert "已接收" in sender.get(there).content.decode()
    assert Entry.objects.filter(verb="events.lead.accepted").count() == 1
    assert FormCount.objects.get(form="events.lead").retyped == 0


def test_a_lead_is_handed_over_once_unless_it_came_back(world):
    lead = hand_over(world)
    with pytest.raises(AlreadyHandedOver):
        hand_over(world)
    with pytest.raises(ReasonNeeded):
        services.return_lead(lead, note=" ", by=world.cast.other_head, now=now())
    services.return_lead(lead, note="无管辖权", by=world.cast.other_head, now=now())
    assert hand_over(world).number.endswith("00002")
    with pytest.raises(LeadSettled):
        services.accept_lead(lead, by=world.cast.other_head, now=now())


def test_only_the_receiving_unit_decides_and_never_who_sent_it(world):
    lead = hand_over(world)
    for part in ("station_head", "chief", "grid_office"):
        with pytest.raises(NotForYou):
            services.accept_lead(lead, by=getattr(world.cast, part), now=now())
    own = hand_over_own(world)
    with pytest.raises(NotForYou, match="移交人"):
        services.accept_lead(own, by=world.cast.station_head, now=now())


def hand_over_own(world):
    Lead.objects.all().delete()
    return hand_over(world, by=world.cast.station_head, to_unit=world.cast.units["0501"])


def test_a_lead_of_tomorrow_and_of_another_area_are_refused(world):
    with pytest.raises(WrongDay):
        hand_over(world, found_on=localdate() + timedelta(days=1))
    with pytest.raises(NotForYou):
        hand_over(world, by=world.cast.other_chief)
    assert not Lead.objects.exists()


def certified(*people):
    for person in people:
        EnforcementCertificate.objects.create(
            user=person, number=f"证{person.employee_no}", organ="某局", field="市场监管", valid_from=date(2020, 1, 1),
            valid_until=date(2099, 1, 1),
        )  # fmt: skip
    return list(people)


def register(world, officers, **more):
    given = {
        "kind": "inspection", "title": "夜市检查", "begins_on": localdate(), "ends_on": localdate(), "by": world.cast.chief,
        "now": now(), **more,
    }  # fmt: skip
    return services.register_task(officers=officers, **given)


def test_a_task_has_its_number_before_it_runs_and_its_result_at_the_end(world):
    pair = certified(world.cast.chief, world.cast.other_grid_chief)
    task = register(world, pair, event=world.event)
    assert task.number == f"RW{localdate().year}-00001"
    with pytest.raises(TaskRefused):
        services.end_task(task, result="好", by=world.cast.chief, now=now())
    services.start_task(task, by=world.cast.chief, now=now())
    with pytest.raises(TaskRefused, match="未结束"):
        register(world, pair, event=world.event)
    services.end_task(task, result="未发现问题。", by=world.cast.other_grid_chief, now=now())
    with pytest.raises(TaskRefused):
        services.start_task(task, by=world.cast.chief, now=now())


def test_nobody_inspects_alone_or_without_a_certificate(world):
    chief, other = world.cast.chief, world.cast.other_grid_chief
    with pytest.raises(TwoOfficers, match="执法证"):
        register(world, [chief, other])
    certified(chief)
    with pytest.raises(TwoOfficers, match="两人"):
        register(world, [chief])
    assert register(world, [chief], kind="publicity").number


def test_a_task_of_yesterday_or_of_strangers_is_refused(world):
    pair = certified(world.cast.chief, world.cast.other_grid_chief)
    with pytest.raises(TaskRefused, match="出发前"):
        register(world, pair, begins_on=localdate() - timedelta(days=1))
    with pytest.raises(TaskRefused):
        register(world, [])
    task = register(world, pair)
    with pytest.raises(TaskRefused):
        services.start_task(task, by=world.cast.station_head, now=now())
    with pytest.raises(TaskRefused):
        services.cancel_task(task, reason="", by=world.cast.chief, now=now())
    services.cancel_task(task, reason="下雨改期", by=world.cast.chief, now=now())


def test_the_database_itself_wants_number_and_order(world):
    task = register(world, certified(world.cast.chief, world.cast.other_grid_chief))
    for change in ({"number": ""}, {"state": "running"}, {"state": "done", "result": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            FieldTask.objects.filter(pk=task.pk).update(**change)


def test_a_task_is_registered_and_run_in_the_browser(world):
    pair = certified(world.cast.chief, world.cast.other_grid_chief)
    client = world.cast.client(world.cast.chief)
    there = f"{reverse('events:task_new')}?event={world.event.number}"
    form = client.get(there).context["form"]
    sent = {**form.initial, "begins_on": localdate(), "ends_on": localdate(), "officers": [each.pk for each in pair]}
    client.post(there, sent)
    task = FieldTask.objects.get()
    page = reverse("events:task", args=[task.pk])
    assert task.number in client.get(reverse("events:event", args=[world.event.number])).content.decode()
    assert task.title in client.get(reverse("portal:desk_more")).content.decode()
    client.post(page, {"act": "start"})
    assert client.post(page, {"act": "end", "result": ""}).status_code == 422
    client.post(page, {"act": "end", "result": "已核查"})
    assert FieldTask.objects.get().state == "done"
    assert "已核查" in client.get(page).content.decode()
    assert client.get(reverse("events:field_tasks")).status_code == 200
