"""Case files: the order of the law, page numbers, two persons, nothing of a reporter in the 正卷."""

import io
import subprocess
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image

from shijian.accounts.testing import BUREAU
from shijian.core import deadlines
from shijian.core.files import path_of
from shijian.deadlines.models import Clock
from shijian.documents import binding, hooks, queries, services
from shijian.documents.binding import Mark
from shijian.documents.hooks import Piece
from shijian.documents.models import CaseFile, Paper
from shijian.documents.rules import archive as rules
from shijian.documents.rules.delivery import Way
from shijian.documents.services import Told, clocking
from shijian.documents.testing import KIND, NOW
from shijian.seals import drawing
from shijian.seals.pdf.intake import examine
from shijian.seals.testing import NAME, make_keys, paper

LATER = NOW + timedelta(days=1)


def test_parts_follow_the_article():
    assert rules.part_of("filing_approval", is_sealed=False, stage="filing") == 1
    assert rules.part_of("penalty_decision", is_sealed=True, stage="decision") == 2
    assert rules.part_of("penalty_notice", is_sealed=True, stage="notice") == 3
    assert rules.part_of("scene_record", is_sealed=False, stage="evidence") == 4
    assert rules.part_of("hearing_record", is_sealed=False, stage="hearing") == 5
    assert rules.part_of("property_list", is_sealed=False, stage="coercion") == 6


@pytest.mark.parametrize("slug", sorted(rules.REPORTERS))
def test_what_names_a_reporter_is_never_in_the_main_volume(slug):
    assert rules.volume_of(slug, "正卷") == rules.SIDE


@pytest.fixture
def case(desk, settings, tmp_path, monkeypatch):
    """Papers made in another order than the law's, one served with its receipt."""
    settings.FILES_DIR = tmp_path / "files"
    monkeypatch.setattr(hooks, "evidence", [])
    services.settle(desk.complete("scene_record"), by=desk.cast.chief, now=NOW)
    notice = desk.approved("penalty_notice")
    desk.approved("case_source_register")
    desk.approved("penalty_decision", now=NOW + timedelta(minutes=5))
    desk.approved("filing_approval", now=NOW + timedelta(minutes=9))
    Paper.objects.filter(pk=notice.pk).update(state="sealed", sealed_pdf=notice.pdf, sealed_at=NOW)
    told = Told(Way.DIRECT, LATER, place="店内", receiver="程禾丰", relation="本人")
    made = services.deliver(notice, told, desk.record, by=desk.cast.chief, now=LATER)
    receipt = services.make_receipt(made, desk.record, by=desk.cast.chief, now=LATER)
    data = {**receipt.data, "officers": [["郑执法", "27010100001"], ["冯执法", "27010100002"]]}
    services.settle(services.write(receipt, data, by=desk.cast.chief, now=LATER), by=desk.cast.chief, now=LATER)
    return desk


def assemble(desk, **more):
    facts = {"retention": "30年", "note": "", "by": desk.cast.chief, "now": LATER, **more}
    return services.assemble(desk.record, **facts)


@pytest.mark.django_db
def test_the_file_is_in_the_order_of_the_law_with_page_numbers(case, monkeypatch):
    photo = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(photo, "JPEG")
    rows = (("证据名称", "货架照片"), ("SHA-256", "a" * 64))
    piece = Piece("证据1：货架照片", date(2026, 11, 20), rows, photo.getvalue())
    monkeypatch.setattr(hooks, "evidence", [lambda record: [piece]])
    made = assemble(case)
    titles = [row["title"] for row in made.contents["正卷"]]
    assert titles == [
        "立案/不予立案审批表",
        "行政处罚决定书",
        "行政处罚告知书",
        "送达回证",
        "现场笔录",
        "证据1：货架照片",
    ]
    assert [row["title"] for row in made.contents["副卷"]] == ["案件来源登记表"]
    firsts = [int(row["pages"].split("-")[0]) for row in made.contents["正卷"]]
    assert firsts[0] == 1
    assert firsts == sorted(firsts)
    assert (made.number, made.retention) == ("灞桥市监归档〔2026〕1号", "30年")
    try:
        path = path_of(made.main.sha256, "original")
        text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, timeout=60).stdout
    except FileNotFoundError:
        pytest.skip("poppler is not installed")
    pages = text.split("\f")
    assert "卷宗封面" in pages[0]
    assert "卷内文件目录" in pages[1]
    assert "卷内备考表" in pages[-2]
    assert pages[2].split()[0] == "1"


def test_a_sealed_file_is_bound_with_its_seal(tmp_path):
    keys = make_keys()
    mark = Mark(drawing.svg(drawing.round_seal(NAME)), -1, 150, 240, 42)
    bound = binding.bind([binding.sheet_of(keys.press(paper("Decision", pages=2)), [mark])], title="t")
    assert len(examine(bound).pages) == 2
    assert len(bound) > len(binding.bind([binding.sheet_of(paper("Decision", pages=2))], title="t"))


@pytest.mark.django_db
def test_it_may_be_assembled_anew_until_another_has_checked_it(case):
    first = assemble(case)
    assert assemble(case, retention="永久").number == first.number
    with pytest.raises(services.NotAllowed):
        services.check_file(first, by=case.cast.chief, now=LATER)
    done = services.check_file(first, by=case.cast.station_head, now=LATER)
    assert done.checked_by == case.cast.station_head
    with pytest.raises(services.FilingRefused, match="已经归档"):
        assemble(case)


@pytest.mark.django_db
def test_nobody_checks_his_own_file(case):
    made = assemble(case, by=case.cast.station_head)
    with pytest.raises(services.FilingRefused, match="另一人"):
        services.check_file(made, by=case.cast.station_head, now=LATER)


@pytest.mark.django_db
def test_an_empty_record_and_a_missing_retention_are_refused(desk):
    with pytest.raises(services.FilingRefused, match="不能立卷"):
        assemble(desk)
    with pytest.raises(services.FilingRefused, match="保管期限"):
        assemble(desk, retention="")


@pytest.mark.django_db
def test_the_pages_file_check_and_list(case):
    chief, head = case.cast.client(case.cast.chief), case.cast.client(case.cast.station_head)
    address = reverse("documents:case_file", args=[KIND, case.key])
    assert "还没有立卷" in chief.get(address).content.decode()
    assert chief.post(address, {"retention": ""}).status_code == 422
    chief.post(address, {"retention": "10年", "note": ""})
    made = CaseFile.objects.get()
    assert "检查无误" not in chief.get(address).content.decode()
    assert "检查无误" in head.get(address).content.decode()
    assert chief.post(reverse("documents:case_file_check", args=[made.pk])).status_code == 403
    head.post(reverse("documents:case_file_check", args=[made.pk]))
    assert "已归档" in chief.get(address).content.decode()
    assert made.number in chief.get(reverse("documents:case_files")).content.decode()
    for volume in ("main", "side"):
        answer = chief.get(reverse("documents:case_file_pdf", args=[made.pk, volume]))
        assert b"".join(answer.streaming_content).startswith(b"%PDF")
    stranger = case.cast.client(case.cast.other_head)
    assert stranger.get(reverse("documents:case_file_pdf", args=[made.pk, "main"])).status_code == 404
    assert stranger.get(address).status_code == 404


def archived(desk, at=LATER):
    made = assemble(desk)
    return services.check_file(made, by=desk.cast.station_head, now=at)


@pytest.mark.django_db
def test_the_file_of_a_penalty_on_the_spot_is_handed_in_within_seven_working_days(case):
    clocking.sealed(case.approved("spot_penalty_decision"), by=case.cast.keeper, now=NOW)
    clock = Clock.objects.get(rule_key="simple_archive")
    assert clock.due_on == date(2026, 12, 1)
    archived(case)
    clock.refresh_from_db()
    assert clock.ended_on == date(2026, 11, 21)


@pytest.mark.parametrize(("bureau", "years"), [("610111", 10), ("610100", 20), ("610000", 20)])
@pytest.mark.django_db
def test_a_county_hands_over_after_ten_years_and_a_city_after_twenty(bureau, years):
    deadlines.load_time_limits()
    assert deadlines.limit(rules.transfer_key(bureau), on=date(2026, 11, 20)).amount == years


@pytest.mark.django_db
def test_files_due_for_the_archives_are_listed_and_the_transfer_is_entered_with_its_receipt(case):
    file = archived(case)
    rows = CaseFile.objects.all()
    assert not queries.due_for_transfer(rows, BUREAU, date(2036, 11, 20)).exists()
    assert queries.due_for_transfer(rows, BUREAU, date(2036, 11, 21)).get() == file
    act = {"by": case.cast.station_head, "now": LATER, "transferred_on": date(2026, 11, 21)}
    with pytest.raises(services.FilingRefused, match="移交凭证"):
        services.transfer(file, transferred_to="区档案馆", transfer_receipt=" ", **act)
    done = services.transfer(file, transferred_to="区档案馆", transfer_receipt="交接文据〔2026〕1号", **act)
    assert done.main is not None
    with pytest.raises(services.FilingRefused, match="已于"):
        services.transfer(file, transferred_to="区档案馆", transfer_receipt="x", **act)
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseFile.objects.update(transfer_receipt="")


@pytest.mark.django_db
def test_a_file_that_is_not_archived_is_not_transferred(case):
    with pytest.raises(services.FilingRefused, match="还没有归档"):
        services.transfer(
            assemble(case), transferred_on=LATER.date(), transferred_to="馆", transfer_receipt="x",
            by=case.cast.station_head, now=LATER,
        )  # fmt: skip


@pytest.mark.django_db
def test_the_transfer_is_entered_on_the_page(case):
    file = archived(case)
    head = case.cast.client(case.cast.station_head)
    page = reverse("documents:case_file_transfer", args=[file.pk])
    assert "提前移交" in head.get(page).content.decode()
    assert head.post(page, {"transferred_on": "2026-11-21"}).status_code == 422
    sent = {"transferred_on": "2026-11-21", "transferred_to": "区档案馆", "transfer_receipt": "1号"}
    assert "区档案馆" in head.post(page, sent, follow=True).content.decode()
    assert file.number in head.get(reverse("documents:case_files"), {"stands": "gone"}).content.decode()
    assert case.cast.client(case.cast.chief).get(page).status_code == 403


@pytest.mark.django_db
def test_a_finished_matter_waits_on_the_desk_until_it_is_filed(case, monkeypatch):
    chief = case.cast.chief
    monkeypatch.setattr(hooks, "finished", {})
    assert queries.unfiled(chief) == []
    monkeypatch.setattr(hooks, "finished", {KIND: set})
    assert len(queries.unfiled(chief)) == 1
    archived(case)
    assert queries.unfiled(chief) == []
