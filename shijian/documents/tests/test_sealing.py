"""From an approved paper to a sealed one: applied for on the paper, pressed in `seals`, taken back by the hash."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from shijian.core.files import path_of
from shijian.documents import services, typesetting
from shijian.documents.models import Office, Paper
from shijian.documents.testing import NOW
from shijian.seals import services as seals
from shijian.seals.crypto import vault
from shijian.seals.testing import NAME, make_keys
from shijian.seals.testing import NOW as LATER

pytestmark = pytest.mark.django_db


@pytest.fixture
def seal(desk, settings, tmp_path):
    settings.KEYS_DIR, settings.FILES_DIR = tmp_path / "keys", tmp_path / "files"
    keeper, keys = desk.cast.keeper, make_keys()
    made = seals.register_seal(
        organ=NAME, line="", kind="official", keeper=keeper, deputy=None, in_use_from=NOW.date(), in_use_until=None,
        by=keeper, now=NOW,
    )  # fmt: skip
    seals.trust_issuer(keys.root.certificate, now=LATER)
    vault.keep("tsa", keys.stamps)
    seals.add_key(made, keys.seal, by=keeper, now=LATER)
    return made


def test_an_approved_paper_is_sealed_over_its_date_and_keeps_both_files(desk, seal):
    paper = desk.approved()
    use = services.ask_seal(paper, seal, desk.record, by=desk.cast.chief, now=LATER)
    assert (use.subject, use.hash_before) == (paper.number, paper.pdf.sha256)
    assert 90 < use.x_mm < 190
    seals.approve(use, by=desk.cast.leader, now=LATER)
    seals.press(use, by=desk.cast.keeper, now=LATER)
    paper.refresh_from_db()
    assert paper.state == "sealed"
    assert path_of(paper.sealed_pdf.sha256, "original").read_bytes().startswith(b"%PDF")
    assert paper.sealed_pdf.sha256 != paper.pdf.sha256


def test_a_draft_and_an_internal_form_get_no_seal(desk, seal):
    with pytest.raises(services.NotADraft):
        services.ask_seal(desk.begin(), seal, desk.record, by=desk.cast.chief, now=LATER)
    with pytest.raises(services.NotADraft, match="不加盖印章"):
        services.ask_seal(desk.approved("filing_approval"), seal, desk.record, by=desk.cast.chief, now=LATER)


def test_a_seal_is_applied_for_on_the_page_of_the_paper(desk, seal):
    paper, chief = desk.approved(), desk.cast.client(desk.cast.chief)
    page = reverse("documents:paper", args=[paper.pk])
    assert "申请用印" in chief.get(page).content.decode()
    response = chief.post(reverse("documents:sealing", args=[paper.pk]), {"seal": str(seal.pk)})
    assert response.url.startswith("/seals/uses/")
    assert "用印：" in chief.get(page).content.decode()
    assert chief.post(reverse("documents:sealing", args=[paper.pk]), {"seal": "x"}).status_code == 404


def test_the_seal_goes_where_it_was_on_the_day_of_approval(desk, seal):
    paper = desk.approved()
    place = next(slot for slot in paper.slots if slot["name"] == "seal")
    Office.objects.update(bureau_name="一个名称长得多的、位置会因此移动的市场监督管理局")
    use = services.ask_seal(paper, seal, desk.record, by=desk.cast.chief, now=LATER)
    assert (float(use.x_mm), float(use.y_mm)) == pytest.approx((place["x"], place["y"]), abs=0.01)


def test_the_database_refuses_to_move_a_place(desk):
    paper = desk.approved()
    with pytest.raises(IntegrityError), transaction.atomic():
        Paper.objects.filter(pk=paper.pk).update(slots=[])


def test_papers_approved_before_places_were_kept_get_theirs_at_the_next_start(desk, monkeypatch):
    with monkeypatch.context() as then:
        then.setattr(typesetting, "placed", lambda page: (typesetting.pdf(page), None))
        paper = desk.approved()
    assert services.keep_slots() == 1
    assert services.keep_slots() == 0
    paper.refresh_from_db()
    assert "seal" in {slot["name"] for slot in paper.slots}
