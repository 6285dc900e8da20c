"""From a paper to signatures by hand in its places, and what nobody may do on the way."""

import subprocess

import pytest
from django.urls import reverse

from shijian.core.files import path_of
from shijian.documents import queries, services
from shijian.documents.models import Paper
from shijian.documents.testing import NOW
from shijian.seals import queries as registry
from shijian.seals import services as seals
from shijian.seals.models import SignatureRequest
from shijian.seals.testing import sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def files(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture
def record(desk, files):
    """A record made on the spot, settled by the officer himself."""
    paper = desk.complete("scene_record", party_head="程禾丰")
    return services.settle(paper, by=desk.cast.chief, now=NOW)


def ask(desk, paper, **names):
    return services.ask_signers(paper, names, desk.record, by=desk.cast.chief, now=NOW)


def test_a_record_made_on_the_spot_is_settled_without_approval_and_signed_in_every_place(desk, record):
    assert (record.state, record.approved_by, bool(record.pdf)) == ("settled", None, True)
    request = ask(desk, record, party=["程禾丰"], officers=["郑执法", "冯执法"])
    party, first, second = request.slots.all()
    assert (party.role, first.role) == ("party", "officer")
    assert len(party.again) == 2  # the foot of both pages
    assert float(first.x_mm) + float(first.width_mm) == pytest.approx(float(second.x_mm), abs=0.1)
    for slot in (party, first, second):
        sign(slot, desk.cast.chief, NOW)
    record.refresh_from_db()
    signed = path_of(record.signed_pdf.sha256, "original").read_bytes()
    assert signed.startswith(path_of(record.pdf.sha256, "original").read_bytes())
    assert record.signed_at == NOW
    assert registry.signatures_on(signed).faults == []
    assert registry.signatures_on(signed + b" ") is None


def test_a_form_a_leader_decides_is_not_settled_by_its_author(desk):
    with pytest.raises(services.NotADraft, match="送审"):
        services.settle(desk.complete("filing_approval"), by=desk.cast.chief, now=NOW)


def test_what_is_missing_stops_settling(desk):
    with pytest.raises(services.NotComplete, match="请填写"):
        services.settle(desk.begin("scene_record"), by=desk.cast.chief, now=NOW)


def test_a_paper_is_laid_before_signers_once_and_only_when_its_content_is_fixed(desk, record):
    with pytest.raises(services.NotADraft):
        ask(desk, desk.complete("scene_record"), party=["程禾丰"])
    with pytest.raises(services.NotADraft, match="至少填写一名"):
        ask(desk, record, party=[])
    request = ask(desk, record, party=["程禾丰"])
    with pytest.raises(services.NotADraft, match="正在签名"):
        ask(desk, record, party=["别人"])
    seals.withdraw_request(request, by=desk.cast.chief, now=NOW)
    sign(ask(desk, record, party=["别人"]).slots.get(), desk.cast.chief, NOW)
    with pytest.raises(services.NotADraft, match="已经签过名"):
        ask(desk, Paper.objects.get(pk=record.pk), party=["程禾丰"])


def test_who_refuses_leaves_reason_and_witness_and_the_paper_says_so(desk, record, tmp_path):
    slot = ask(desk, record, party=["程禾丰"]).slots.get()
    seals.record_refusal(slot, reason="不认可", witness="社区 李平", by=desk.cast.chief, now=NOW)
    record.refresh_from_db()
    page = desk.cast.client(desk.cast.chief).get(reverse("documents:paper", args=[record.pk])).content.decode()
    assert "程禾丰（拒签）" in page


def test_a_decision_is_signed_for_receipt_and_then_sealed_as_signed(desk, files):
    paper = desk.approved("spot_penalty_decision")
    sign(ask(desk, paper, party=["程禾丰"]).slots.get(), desk.cast.chief, NOW)
    paper.refresh_from_db()
    assert (paper.state, paper.file) == ("approved", paper.signed_pdf)


def test_the_officer_goes_from_the_paper_to_the_pad_on_its_pages(desk, files):
    chief = desk.cast.client(desk.cast.chief)
    paper = desk.complete("scene_record", party_head="程禾丰")
    page = chief.get(reverse("documents:paper", args=[paper.pk])).content.decode()
    assert "定稿并签名" in page
    response = chief.post(reverse("documents:settling", args=[paper.pk]))
    assert response.url == reverse("documents:signers", args=[paper.pk])
    names = chief.get(response.url).content.decode()
    assert 'value="程禾丰"' in names
    assert 'value="郑执法、冯执法"' in names
    response = chief.post(response.url, {"party": "程禾丰", "officers": "郑执法，冯执法", "witness": ""})
    request = SignatureRequest.objects.get()
    assert response.url == reverse("seals:signing", args=[request.pk])
    page = chief.get(response.url).content.decode()
    assert reverse("documents:paper", args=[paper.pk]) in page
    assert chief.post(reverse("seals:signing_withdrawal", args=[request.pk])).url == reverse(
        "documents:paper", args=[paper.pk]
    )
    assert not SignatureRequest.objects.exists()


def test_a_file_changed_after_signing_is_named(desk, record):
    request = ask(desk, record, party=["程禾丰"])
    sign(request.slots.get(), desk.cast.chief, NOW)
    request.refresh_from_db()
    path = path_of(request.signed.sha256, "original")
    data = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(data[:-40] + b"x" + data[-39:])
    assert registry.checked(request).faults == ["签名后的文件已被改动。"]


def test_places_of_signatures_lie_on_the_page(desk, record):
    for place in queries.places_of(record, record.form_version.read()):
        assert all(0 < box.x < 190 and 0 < box.y < 285 for box in (*place.boxes, *place.dates))


def test_the_signed_file_is_a_sound_pdf(desk, record, tmp_path):
    sign(ask(desk, record, party=["程禾丰"]).slots.get(), desk.cast.chief, NOW)
    record.refresh_from_db()
    try:
        told = subprocess.run(
            ["pdftotext", path_of(record.signed_pdf.sha256, "original"), "-"],
            capture_output=True,
            text=True,
            timeout=30,
        )
    except FileNotFoundError:
        pytest.skip("poppler is not installed")
    assert "现场笔录" in told.stdout
    assert told.stderr == ""


def test_the_page_of_a_signed_paper_asks_little_of_the_database(desk, record, django_assert_max_num_queries):
    sign(ask(desk, record, party=["程禾丰"]).slots.get(), desk.cast.chief, NOW)
    chief = desk.cast.client(desk.cast.chief)
    address = reverse("documents:paper", args=[record.pk])
    chief.get(address)
    with django_assert_max_num_queries(12):
        assert "已签名" in chief.get(address).content.decode()
