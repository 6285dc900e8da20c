"""Each rule over people, clocks, papers, measures and tasks: one that it finds, one that it leaves alone."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from shijian.accounts.choices import Verb as AccountVerb
from shijian.accounts.models import Delegation, EnforcementCertificate, Grant
from shijian.audit import services as audit
from shijian.core.deadlines import load_time_limits
from shijian.core.ids import new_id
from shijian.core.models import StoredFile
from shijian.deadlines import services as clocks
from shijian.deadlines.models import Clock
from shijian.deadlines.testing import record_kind, sample
from shijian.discretion.models import Benchmark, Worksheet
from shijian.documents.choices import State as PaperState
from shijian.documents.models import Form, FormVersion, Paper
from shijian.evidence import services as evidence
from shijian.evidence.models import Item, Measure
from shijian.watch.hooks import rules
from shijian.watch.testing import found
from shijian.workflow.choices import TaskState
from shijian.workflow.models import Instance, Process, ProcessVersion, Task

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
TODAY = date(2026, 11, 20)


def hits(code, now=NOW, **numbers):
    return found(code, now=now, **numbers)


def test_there_are_more_than_twenty_five_rules_of_all_five_kinds():
    assert len(rules) >= 25
    assert {rule.fault for rule in rules.values()} == {"beyond", "idle", "wrong_actor", "late", "missing"}
    assert all(rule.basis and rule.group for rule in rules.values())


# ---- people


def certificate(person, until, number):
    return EnforcementCertificate.objects.create(
        user=person, number=number, organ="省司法厅", field="市场监管", valid_from=date(2020, 1, 1), valid_until=until
    )


def test_certificates_that_have_expired_or_soon_will(cast):
    EnforcementCertificate.objects.all().delete()
    certificate(cast.chief, date(2026, 11, 19), "A1")
    certificate(cast.station_head, date(2026, 12, 1), "A2")
    certificate(cast.leader, date(2028, 1, 1), "A3")
    certificate(cast.dispatcher, date(2025, 1, 1), "A4")
    certificate(cast.dispatcher, date(2029, 1, 1), "A5")
    assert hits("certificate-expired") == {str(cast.chief.pk)}
    assert hits("certificate-expiring") == {str(cast.station_head.pk)}
    assert hits("certificate-expiring", days=5) == set()


def test_an_auxiliary_who_may_handle(cast):
    assert hits("auxiliary-with-power") == set()
    Grant.objects.filter(user=cast.manager).update(role_id="grid_chief")
    assert hits("auxiliary-with-power") == {str(cast.manager.pk)}


def delegation(cast, deputy, days=5):
    first = TODAY - timedelta(days=1)
    return Delegation.objects.create(
        principal=cast.chief, deputy=deputy, bureau_code="610111", roles=["grid_chief"], reason="休假", made_at=NOW,
        valid=(first, first + timedelta(days=days)),
    )  # fmt: skip


def test_a_deputy_who_is_no_officer(cast):
    delegation(cast, cast.other_grid_chief)
    assert hits("deputy-not-officer") == set()
    Delegation.objects.update(deputy=cast.manager)
    assert hits("deputy-not-officer") == {str(cast.manager.pk)}


def test_a_delegation_that_lasts_for_months(cast):
    delegation(cast, cast.other_grid_chief, days=50)
    assert hits("delegation-too-long") == set()
    assert hits("delegation-too-long", days=40) == {str(cast.chief.pk)}


def test_much_looking_at_personal_data(cast):
    from django.db import transaction

    with transaction.atomic():
        for _ in range(3):
            audit.record(by=cast.chief, verb=AccountVerb.UNMASKED, on=cast.manager, at=NOW, bureau_code="610111")
    assert hits("unmasking-often") == set()
    assert hits("unmasking-often", times=3) == {str(cast.chief.pk)}


# ---- clocks, worksheets, benchmarks


@pytest.fixture
def clock(cast):
    load_time_limits()
    record = sample()
    with record_kind(record):
        yield clocks.start(record, "case_decision", date(2026, 9, 1), by=cast.chief, now=NOW, responsible=cast.chief)


def test_a_clock_that_is_overdue_was_late_or_is_nobodys(cast, clock):
    assert hits("clock-overdue") == hits("clock-unassigned") == hits("clock-finished-late") == set()
    late = datetime(2026, 12, 20, 2, tzinfo=UTC)
    assert hits("clock-overdue", late) == {str(clock.pk)}
    Clock.objects.update(responsible=None)
    assert hits("clock-unassigned") == {str(clock.pk)}
    clocks.finish(clock, on=date(2026, 12, 18), by=cast.chief, now=late)
    assert hits("clock-finished-late", late) == {str(clock.pk)}
    assert hits("clock-overdue", late) == hits("clock-unassigned", late) == set()


def test_a_clock_that_stands_still_for_months(cast, clock):
    clocks.add_span(
        clock, kind="suspension", first=date(2026, 9, 10), last=None, document="中止决定", by=cast.chief, now=NOW
    )
    assert hits("clock-paused-long") == {str(clock.pk)}
    assert hits("clock-paused-long", days=90) == set()


def test_a_worksheet_that_leaves_the_range_of_others(cast):
    given = {"bureau_code": "610111", "year": 2026, "violation": "food-expired", "name": "经营过期食品", "party": "unit", "facts": {}, "tier": "normal",
             "low": 1, "high": 9, "chosen": 5, "reason": "x", "steps": [], "by": cast.chief, "at": NOW}  # fmt: skip
    Worksheet.objects.create(**given, serial=1)
    assert hits("discretion-deviates") == set()
    odd = Worksheet.objects.create(**given, serial=2, deviation="涉及学校")
    assert hits("discretion-deviates") == {str(odd.pk)}


def test_a_benchmark_that_waits_for_its_approval(cast):
    row = Benchmark.objects.create(
        region_code="610111", code="x", name="x", domain="食品", law="食品安全法", version_on=TODAY, article=1, valid_from=TODAY,
        lines=[], state="submitted", proposed_by=cast.grid_office, proposed_at=NOW - timedelta(days=40),
    )  # fmt: skip
    assert hits("benchmark-waiting") == {str(row.pk)}
    assert hits("benchmark-waiting", days=60) == set()


# ---- papers


@pytest.fixture
def paper(cast):
    form = Form.objects.create(slug="sample", family="penalty", number=99, stage="filing")
    version = FormVersion.objects.create(
        form=form,
        name="样例文书",
        word="样",
        content={},
        content_hash="x",
        source="测试",
        valid=(date(2021, 7, 15), None),
    )
    return Paper.objects.create(
        bureau_code="610111", area_code="050101", record_kind="event", record_id=new_id(), record_number="SJ-1", record_title="x",
        form_version=version, drafted_by=cast.chief, drafted_at=NOW, changed_at=NOW,
    )  # fmt: skip


def stored():
    return StoredFile.objects.create(sha256="0" * 64, size=1, media_type="application/pdf", stored_at=NOW)


def test_a_paper_that_is_forgotten_unsealed_or_unnumbered(cast, paper):
    later = NOW + timedelta(days=31)
    assert hits("paper-forgotten") == hits("paper-unsealed") == hits("paper-unnumbered") == set()
    assert hits("paper-forgotten", later) == {str(paper.pk)}
    approved = {"state": PaperState.APPROVED, "approved_by": cast.station_head, "approved_at": NOW, "pdf": stored()}
    numbered = Paper.objects.get(pk=paper.pk)
    numbered.pk, numbered.code = new_id(), "other"
    numbered.save(force_insert=True)
    Paper.objects.filter(pk=paper.pk).update(**approved)
    Paper.objects.filter(pk=numbered.pk).update(**approved, number="样〔2026〕1号")
    assert hits("paper-unsealed") == set()
    assert hits("paper-unsealed", later) == {str(paper.pk), str(numbered.pk)}
    assert hits("paper-unnumbered") == {str(paper.pk)}


# ---- measures and evidence


@pytest.fixture
def measure(cast):
    certificate(cast.chief, date(2028, 1, 1), "M1")
    certificate(cast.other_grid_chief, date(2028, 1, 1), "M2")
    return seal_up(cast, is_urgent=False)


def seal_up(cast, *, is_urgent):
    """A shop sealed today; on the spot it waits for its approval."""
    load_time_limits()
    made = evidence.apply_measure(
        sample(), kind="sealing", power="food", party_name="演示店", reason="x", place="x", storage="x", officer=cast.chief,
        second_officer=cast.other_grid_chief, is_urgent=is_urgent, by=cast.chief, now=NOW,
    )  # fmt: skip
    if not is_urgent:
        evidence.decide_measure(made, approve=True, opinion="", by=cast.leader, now=NOW)
    line = evidence.Line(name="冰柜", quantity=Decimal(1), unit="台")
    return evidence.carry_out(made, [line], by=cast.chief, now=NOW)


def test_a_measure_past_its_term(measure):
    assert hits("measure-overdue") == set()
    assert hits("measure-overdue", NOW + timedelta(days=35)) == {str(measure.pk)}


def test_an_urgent_measure_nobody_approved_in_time(cast, measure):
    urgent = seal_up(cast, is_urgent=True)
    assert hits("measure-unapproved") == set()
    late = urgent.approval_clock.due_at + timedelta(minutes=1)
    assert hits("measure-unapproved", late) == {str(urgent.pk)}
    evidence.decide_measure(urgent, approve=True, opinion="", by=cast.leader, now=NOW)
    assert hits("measure-unapproved", late) == set()


def test_a_measure_approved_by_who_asked_for_it(cast, measure):
    assert hits("measure-self-approved") == set()
    Measure.objects.update(decided_by=cast.chief)
    assert hits("measure-self-approved") == {str(measure.pk)}


def test_a_measure_by_an_officer_without_a_certificate(cast, measure):
    assert hits("measure-uncertified") == set()
    EnforcementCertificate.objects.filter(user=cast.other_grid_chief).update(valid_until=TODAY - timedelta(days=1))
    assert hits("measure-uncertified") == {str(measure.pk)}


def test_evidence_taken_by_one_officer(cast):
    item = Item.objects.create(
        bureau_code="610111", area_code="050101", record_kind="event", record_id=new_id(), record_number="SJ-1", number=1,
        kind=Item._meta.get_field("kind").choices[0][0], way=Item._meta.get_field("way").choices[0][0],
        medium=Item._meta.get_field("medium").choices[0][0], title="照片", purpose="x", taken_at=NOW, officer=cast.chief,
        first_keeper=cast.chief, captured_at=NOW, captured_by=cast.chief, content_hash="x",
    )  # fmt: skip
    assert hits("evidence-one-officer") == {str(item.pk)}
    assert hits("evidence-one-officer", NOW + timedelta(days=100)) == set()


# ---- process tasks


def test_a_task_that_is_overdue_or_that_nobody_takes(cast):
    process = Process.objects.create(key="sample", name="样例")
    version = ProcessVersion.objects.create(process=process, number=1, bpmn="", made_at=NOW)
    instance = Instance.objects.create(
        version=version, record_kind="event", record_id=new_id(), record_number="SJ-1", record_title="x", record_url="/",
        bureau_code="610111", area_code="050101", engine={}, started_by=cast.chief, started_at=NOW,
    )  # fmt: skip
    task = Task.objects.create(
        instance=instance, token=new_id(), node_id="a", name="审核", bureau_code="610111", area_code="050101", made_at=NOW,
        due_on=TODAY + timedelta(days=1), state=TaskState.READY,
    )  # fmt: skip
    assert hits("task-overdue") == hits("task-unclaimed") == set()
    later = NOW + timedelta(days=3)
    assert hits("task-overdue", later) == hits("task-unclaimed", later) == {str(task.pk)}
    Task.objects.update(state=TaskState.CLAIMED, claimed_by=cast.chief, claimed_at=NOW)
    assert hits("task-unclaimed", later) == set()
