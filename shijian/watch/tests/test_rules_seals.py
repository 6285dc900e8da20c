"""Each rule over seals: one use that it finds, one that it leaves alone."""

from datetime import UTC, date, datetime, timedelta

import pytest

from shijian.core.ids import new_id
from shijian.core.models import StoredFile
from shijian.documents.choices import State as PaperState
from shijian.documents.models import Form, FormVersion, Paper
from shijian.seals.choices import UseState
from shijian.seals.models import Seal, SealKey, Use
from shijian.watch.testing import found

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)  # Friday 10:00 in Beijing


@pytest.fixture
def seal(cast):
    return Seal.objects.create(
        bureau_code="610111", kind="official", organ="市场监督管理局", artwork="", keeper=cast.grid_office,
        in_use_from=date(2024, 1, 1), state_at=NOW,
    )  # fmt: skip


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
        form_version=version, drafted_by=cast.chief, drafted_at=NOW, changed_at=NOW, state=PaperState.APPROVED, number="样〔2026〕1号",
        approved_by=cast.station_head, approved_at=NOW, pdf=stored("a"),
    )  # fmt: skip


def stored(letter):
    return StoredFile.objects.get_or_create(
        sha256=letter * 64, defaults={"size": 1, "media_type": "application/pdf", "stored_at": NOW}
    )[0]


def use(seal, cast, number, *, before="a", state=UseState.STAMPED, at=NOW, by=None):
    pressed = (
        {"stamped_by": cast.grid_office, "stamped_at": at, "hash_after": "f" * 64} if state == UseState.STAMPED else {}
    )
    decided = {"decided_by": cast.leader, "decided_at": at} if state != UseState.APPLIED else {}
    return Use.objects.create(
        number=number, seal=seal, bureau_code="610111", area_code="050101", title="样例文书", purpose="用印", x_mm=1, y_mm=1, state=state,
        document=stored(before), hash_before=before * 64, applied_by=by or cast.chief, applied_at=at, code=number, **decided, **pressed,
    )  # fmt: skip


def test_a_seal_asked_for_by_somebody_who_did_not_make_the_paper(cast, seal, paper):
    made = use(seal, cast, "Y1", by=cast.other_chief)
    use(seal, cast, "Y2", before="b", by=cast.other_chief)  # no paper of ours
    assert found("seal-other-applicant", now=NOW) == {str(made.pk)}
    Paper.objects.filter(pk=paper.pk).update(drafted_by=cast.other_chief)
    assert found("seal-other-applicant", now=NOW) == set()


def test_a_seal_used_at_night_or_on_a_day_off(cast, seal):
    use(seal, cast, "Y1")
    night = use(seal, cast, "Y2", before="b", at=NOW - timedelta(hours=4))
    sunday = use(seal, cast, "Y3", before="c", at=NOW - timedelta(days=5))
    use(seal, cast, "Y4", before="d", at=NOW - timedelta(days=96))
    assert found("seal-out-of-hours", now=NOW) == {str(night.pk), str(sunday.pk)}
    assert found("seal-out-of-hours", now=NOW, opens=5) == {str(sunday.pk)}


def test_a_seal_on_a_paper_that_was_changed_later(cast, seal, paper):
    made = use(seal, cast, "Y1")
    assert found("seal-paper-changed", now=NOW) == set()
    later = Paper.objects.get(pk=paper.pk)
    later.pk, later.pdf, later.supersedes, later.code = new_id(), stored("e"), paper, "later"
    later.number, later.version = "样〔2026〕2号", 2
    later.save(force_insert=True)
    assert found("seal-paper-changed", now=NOW) == {str(made.pk)}


def test_an_application_nobody_decides_and_a_consent_nobody_uses(cast, seal):
    waiting = use(seal, cast, "Y1", state=UseState.APPLIED)
    agreed = use(seal, cast, "Y2", before="b", state=UseState.APPROVED)
    assert found("seal-undecided", now=NOW) == found("seal-unpressed", now=NOW) == set()
    later = NOW + timedelta(days=4)
    assert found("seal-undecided", now=later) == {str(waiting.pk)}
    assert found("seal-unpressed", now=later) == {str(agreed.pk)}


def test_a_certificate_that_ends_soon(cast, seal):
    SealKey.objects.create(
        seal=seal, name="k1", algorithm="rsa", certificate=b"x", issuer="x", serial="1", valid_from=NOW - timedelta(days=300),
        valid_until=NOW + timedelta(days=20), added_at=NOW,
    )  # fmt: skip
    assert found("seal-certificate-ending", now=NOW) == {str(seal.pk)}
    assert found("seal-certificate-ending", now=NOW, days=10) == set()


def test_a_paper_laid_before_somebody_who_does_nothing(cast, paper):
    waiting = Paper.objects.create(
        bureau_code="610111", area_code="050101", record_kind="event", record_id=new_id(), record_number="SJ-2", record_title="x",
        form_version=paper.form_version, drafted_by=cast.chief, drafted_at=NOW, changed_at=NOW, state=PaperState.SUBMITTED,
        submitted_by=cast.chief, submitted_at=NOW,
    )  # fmt: skip
    assert found("paper-waiting", now=NOW) == set()
    assert found("paper-waiting", now=NOW + timedelta(days=4)) == {str(waiting.pk)}
