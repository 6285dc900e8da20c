"""Preservation and seizure: who may, on which law, until when, and what becomes of the goods."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.http import Http404
from django.urls import reverse

from shijian.core import deadlines, records
from shijian.deadlines import services as clocks
from shijian.evidence import queries, services
from shijian.evidence.models import Good, Measure
from shijian.evidence.rules import custody, measures
from shijian.evidence.services import MeasureRefused
from shijian.evidence.services.chain import links_of
from shijian.evidence.testing import KEY, NOW
from shijian.notices.models import Notice

pytestmark = pytest.mark.django_db
LINES = [
    services.Line(name="过期饼干", quantity=Decimal(12), unit="袋", spec="200g，批号20250101"),
    services.Line(name="货架", quantity=Decimal("1.5"), unit="组", list_kind="facility"),
]


def apply(cast, record, kind="preservation", **facts):
    given = {
        "kind": kind, "power": "" if kind == "preservation" else "food", "party_name": "西安安柏便利店有限公司",
        "reason": "证据可能灭失", "place": "纺东街1号", "storage": "所内物证室", "officer": cast.chief,
        "second_officer": cast.station_head, "is_urgent": False, "by": cast.chief, "now": NOW,
    }  # fmt: skip
    return services.apply_measure(record, **{**given, **facts})


def in_force(cast, record, kind="preservation", now=NOW):
    measure = apply(cast, record, kind)
    services.decide_measure(measure, approve=True, opinion="", by=cast.leader, now=now)
    return services.carry_out(measure, LINES, by=cast.chief, now=now)


def test_approved_carried_out_and_the_limit_runs(cast, record):
    measure = in_force(cast, record)
    assert measure.due_on == deadlines.compute("evidence_preservation", date(2026, 11, 20)).due == date(2026, 12, 1)
    assert [good.label for good in measure.goods.all()] == [f"{measure.number}-01", f"{measure.number}-02"]
    assert all(custody.faults(links_of(good)) == [] for good in measure.goods.all())
    assert in_force(cast, record, "detention").due_on == date(2026, 12, 21)  # the thirtieth day is a Sunday


def test_nothing_is_carried_out_without_approval_unless_urgent(cast, record):
    measure = apply(cast, record)
    with pytest.raises(MeasureRefused, match="还没有批准"):
        services.carry_out(measure, LINES, by=cast.chief, now=NOW)
    urgent = apply(cast, record, is_urgent=True)
    services.carry_out(urgent, LINES, by=cast.chief, now=NOW)
    urgent.refresh_from_db()
    assert urgent.approval_clock.due_at == deadlines.compute("urgent_approval", NOW).due_at
    services.decide_measure(urgent, approve=False, opinion="没有必要", by=cast.leader, now=NOW)
    urgent.refresh_from_db()
    assert (urgent.state, urgent.ended_why) == ("ended", "未予批准，立即解除")
    assert set(urgent.goods.values_list("state", flat=True)) == {"released"}


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"kind": "sealing", "power": ""}, "明文规定"),
        ({"kind": "sealing", "power": "price"}, "价格领域没有规定"),
        ({"kind": "detention", "power": "enterprise"}, "没有规定"),
        ({"second_officer": None}, "两名以上"),
    ],
)
def test_what_the_law_does_not_allow_is_refused(cast, record, facts, said):
    with pytest.raises(MeasureRefused, match=said):
        apply(cast, record, **facts)
    with pytest.raises(MeasureRefused, match="执法证"):
        apply(cast, record, second_officer=cast.other_grid_chief)


def test_who_applied_or_acts_does_not_approve(cast, record):
    measure = apply(cast, record)
    for person in (cast.chief, cast.station_head):
        with pytest.raises(MeasureRefused, match="不能批准自己"):
            services.decide_measure(measure, approve=True, opinion="", by=person, now=NOW)
    with pytest.raises(MeasureRefused, match="理由"):
        services.decide_measure(measure, approve=False, opinion=" ", by=cast.leader, now=NOW)
    services.decide_measure(measure, approve=True, opinion="", by=cast.leader, now=NOW)
    with pytest.raises(MeasureRefused, match="不能重复"):
        services.decide_measure(measure, approve=True, opinion="", by=cast.leader, now=NOW)


def test_a_seizure_is_extended_once_and_not_after_its_end(cast, record):
    measure = in_force(cast, record, "sealing")
    with pytest.raises(MeasureRefused, match="届满"):
        services.extend(measure, days=30, reason="复杂", by=cast.leader, now=NOW + timedelta(days=40))
    with pytest.raises(Exception, match="30"):
        services.extend(measure, days=31, reason="复杂", by=cast.leader, now=NOW)
    measure = services.extend(measure, days=30, reason="情况复杂", by=cast.leader, now=NOW)
    assert measure.due_on == date(2027, 1, 19)
    with pytest.raises(MeasureRefused, match="已经延长过"):
        services.extend(measure, days=1, reason="复杂", by=cast.leader, now=NOW)
    with pytest.raises(MeasureRefused, match="不能延长"):
        services.extend(in_force(cast, record), days=1, reason="复杂", by=cast.leader, now=NOW)


def test_preservation_past_its_limit_is_released_by_itself_and_told(cast, record):
    measure, seizure = in_force(cast, record), in_force(cast, record, "sealing")
    last_day = datetime(2026, 12, 1, 4, tzinfo=NOW.tzinfo)
    assert services.sweep(now=last_day) == 0
    assert services.sweep(now=last_day + timedelta(days=1)) == 1
    assert services.sweep(now=NOW + timedelta(days=33)) == 0
    measure.refresh_from_db()
    seizure.refresh_from_db()
    assert (measure.state, measure.ended_why, seizure.state) == ("ended", "期满未作处理，自动解除", "in_force")
    assert (measure.clock.state, measure.clock.is_late, seizure.clock.state) == ("done", False, "running")
    assert Notice.objects.filter(to=cast.chief, title__contains="已自动解除").count() == 1


def test_limits_are_clocks_that_remind_and_end_with_the_measure(cast, record):
    """Two seizures of one case at once: each has a clock of its own, reminded by the ladder, on the desk of its officer."""
    clocks.load_ladder()
    first, second = in_force(cast, record, "sealing"), in_force(cast, record, "detention")
    assert (first.clock.record_kind, first.clock.record_id) == ("measure", first.pk)
    assert first.clock.responsible == cast.chief
    clocks.sweep(now=NOW + timedelta(days=30))
    assert Notice.objects.filter(to=cast.chief, kind="deadlines.reminder").count() == 2
    assert {each.name for each in queries.running(cast.chief, record)} == {str(first), str(second)}
    client = cast.client(cast.chief)
    address = reverse("deadlines:clock", args=[first.clock_id])
    assert first.number in client.get(address).content.decode()
    assert address in client.get(reverse("evidence:measure", args=[first.pk])).content.decode()
    for name in ("end", "cancellation", "extension_new"):  # a clock never says other than its measure
        kept = client.post(reverse(f"deadlines:{name}", args=[first.clock_id]), {"on": "2026-11-20"})
        assert kept.url == reverse("evidence:measure", args=[first.pk])
    services.end_measure(first, why="解〔2026〕1号", by=cast.leader, now=NOW + timedelta(days=31))
    first.clock.refresh_from_db()
    assert (first.clock.state, first.clock.is_late) == ("done", False)
    assert records.record_for(cast.chief, "measure", second.pk).number == second.number
    with pytest.raises(Http404):
        records.record_for(cast.other_chief, "measure", second.pk)


def test_the_clock_of_a_late_approval_ends_with_the_decision_or_the_measure(cast, record):
    one, other = apply(cast, record, is_urgent=True), apply(cast, record, is_urgent=True)
    for each in (one, other):
        services.carry_out(each, LINES, by=cast.chief, now=NOW)
    services.decide_measure(one, approve=True, opinion="", by=cast.leader, now=NOW + timedelta(hours=2))
    services.end_measure(other, why="当场解除", by=cast.leader, now=NOW + timedelta(hours=1))
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.approval_clock.state, one.clock.state) == ("done", "running")
    assert (other.approval_clock.state, other.clock.state) == ("cancelled", "done")


def test_each_good_goes_its_way_on_a_document_and_the_measure_ends_with_the_last(cast, record):
    measure = in_force(cast, record)
    first, second = measure.goods.all()
    with pytest.raises(MeasureRefused, match="文书号"):
        services.handle_good(first, "confiscated", document="", by=cast.chief, now=NOW)
    with pytest.raises(MeasureRefused, match="领取人"):
        services.handle_good(first, "returned", document="解〔2026〕1号", by=cast.chief, now=NOW)
    services.handle_good(first, "confiscated", document="罚〔2026〕1号", by=cast.chief, now=NOW)
    services.handle_good(second, "returned", document="解〔2026〕1号", outside="经营者王某", by=cast.chief, now=NOW)
    measure.refresh_from_db()
    assert measure.state == "ended"
    assert custody.holder(links_of(second)) == ""
    assert custody.faults(links_of(second)) == []
    with pytest.raises(MeasureRefused, match="不能再办理"):
        services.handle_good(second, "confiscated", document="罚〔2026〕1号", by=cast.chief, now=NOW)
    services.handle_good(first, "destroyed", document="销毁记录1号", by=cast.chief, now=NOW)


def test_what_the_list_says_nobody_changes(cast, record):
    good = in_force(cast, record).goods.first()
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        Good.objects.filter(pk=good.pk).update(quantity=1)
    with pytest.raises(ProtectedError):
        good.delete()


def test_which_fields_of_law_allow_a_seizure():
    assert {code for code, power in measures.POWERS.items() if not power.kinds} == {"price", "enterprise"}
    assert measures.fault_of("preservation", "") == ""


def test_through_the_pages_from_application_to_labels(cast, record):
    chief, leader = cast.client(cast.chief), cast.client(cast.leader)
    new = reverse("evidence:measure_new", args=["matter", KEY])
    assert "纺东街1号" in chief.get(new).content.decode()
    facts = {
        "kind": "sealing", "power": "price", "party_name": "某店", "reason": "x", "place": "x", "storage": "就地",
        "officer": "T1001", "second_officer": "T1000",
    }  # fmt: skip
    refused = chief.post(new, facts)
    assert (refused.status_code, "价格领域" in refused.content.decode()) == (422, True)
    assert chief.post(new, {**facts, "power": "food"}).status_code == 302
    measure = Measure.objects.get()
    page = reverse("evidence:measure", args=[measure.pk])
    assert "审批" not in chief.get(page).content.decode().split("下一步")[-1]
    assert chief.get(reverse("evidence:deciding", args=[measure.pk])).status_code == 403
    assert leader.post(reverse("evidence:deciding", args=[measure.pk]), {"decision": "yes"}).status_code == 302
    lines = {"line-TOTAL_FORMS": "2", "line-INITIAL_FORMS": "0", "line-0-list_kind": "goods", "line-0-name": "过期饼干",
             "line-0-quantity": "12", "line-0-unit": "袋", "line-1-list_kind": "goods"}  # fmt: skip
    carrying = reverse("evidence:carrying_out", args=[measure.pk])
    assert chief.post(carrying, {**lines, "line-0-quantity": "0"}).status_code == 422
    assert chief.post(carrying, lines).status_code == 302
    good = Good.objects.get()
    assert "过期饼干" in chief.get(page).content.decode()
    assert "<svg" in chief.get(reverse("evidence:labels", args=[measure.pk])).content.decode()
    assert "场所、设施、财物清单" in chief.get(reverse("evidence:measure_list", args=[measure.pk])).content.decode()
    assert good.label in chief.get(reverse("evidence:goods")).content.decode()
    scanned = chief.get(reverse("evidence:goods"), {"label": f"http://x/evidence/goods/{good.label}/"})
    assert scanned.url == reverse("evidence:good", args=[good.label])
    assert chief.get(scanned.url).status_code == 200
    chief.post(reverse("evidence:good_storage", args=[good.label]), {"place": "3号柜"})
    cast.confirmed_client(cast.chief).post(reverse("evidence:good_handover", args=[good.label]), {"to": "T1000"})
    head = cast.client(cast.station_head)
    assert "过期饼干" in head.get(reverse("evidence:custody")).content.decode()
    ended = leader.post(reverse("evidence:ending", args=[measure.pk]), {"why": "已查清，解〔2026〕1号"})
    assert ended.status_code == 302
    for name, key in (
        ("measure", measure.pk),
        ("labels", measure.pk),
        ("good", good.label),
        ("good_handling", good.label),
    ):
        assert cast.client(cast.other_chief).get(reverse(f"evidence:{name}", args=[key])).status_code == 404
    assert good.name not in cast.client(cast.other_chief).get(reverse("evidence:goods")).content.decode()
    assert measure.number in leader.get(reverse("evidence:measures")).content.decode()


def test_the_label_is_read_back(cast, record):
    zxingcpp = pytest.importorskip("zxingcpp")
    import io

    import segno
    from PIL import Image

    label = in_force(cast, record).goods.first().label
    buffer = io.BytesIO()
    segno.make(f"http://localhost/evidence/goods/{label}/", error="m").save(buffer, kind="png", scale=6, border=4)
    assert zxingcpp.read_barcodes(Image.open(buffer))[0].text.endswith(f"/{label}/")
