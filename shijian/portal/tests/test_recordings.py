"""V-04 with real papers: the paper's page plays its recordings, and the watch names a paper that has none."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from shijian.documents import services as documents
from shijian.documents.rules.delivery import Way
from shijian.documents.testing import NOW, build_desk
from shijian.evidence import hooks, sealing
from shijian.evidence import services as evidence
from shijian.evidence.testing import film, jpeg, said
from shijian.portal import recordings
from shijian.watch.testing import found

LATER = NOW + timedelta(days=3)


@pytest.fixture
def desk(cast, settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"
    return build_desk(cast)


@pytest.fixture
def take(desk, tmp_path):
    def taken(content, name, medium):
        path = Path(tmp_path) / "incoming"
        path.write_bytes(content)
        facts = said(desk.cast.chief, way="platform", medium=medium, title=name)
        sealed = sealing.seal(path, name, medium, now=NOW)
        return evidence.capture(desk.record, facts, sealed, by=desk.cast.chief, now=NOW)

    return taken


def bind(item, desk):
    papers = [paper for paper in recordings.papers_of(desk.record) if not paper.is_void]
    return evidence.bind(item, papers, first_second=3, by=desk.cast.chief, now=NOW)


def test_the_page_of_a_record_made_on_the_spot_plays_its_recordings(desk, take):
    paper = documents.settle(desk.complete("scene_record"), by=desk.cast.chief, now=NOW)
    client = desk.cast.client(desk.cast.chief)
    address = reverse("documents:paper", args=[paper.pk])
    page = client.get(address).content.decode()
    assert "还没有绑定录音录像" in page
    assert reverse("evidence:paper_recordings", args=[paper.record_kind, paper.record_id, paper.pk]) in page
    bind(take(film(), "现场检查录像.mp4", "video"), desk)
    page = client.get(address).content.decode()
    assert "#t=3" in page
    assert "现场检查录像" in page
    draft = desk.complete("scene_record")
    assert "绑定录音录像" not in client.get(reverse("documents:paper", args=[draft.pk])).content.decode()


def test_a_paper_is_told_with_its_hash_and_its_newer_version(desk):
    paper = documents.settle(desk.complete("scene_record"), by=desk.cast.chief, now=NOW)
    (told,) = [each for source in hooks.papers for each in source(desk.record)]
    assert (told.sha256, told.is_on_site, told.newer_url) == (paper.pdf.sha256, True, "")
    fresh = documents.revise(paper, by=desk.cast.chief, now=NOW)
    documents.settle(fresh, by=desk.cast.chief, now=NOW)
    told = {each.key: each for each in recordings.papers_of(desk.record)}
    assert told[paper.pk].is_void
    assert str(fresh.pk) in told[paper.pk].newer_url


def test_the_watch_names_an_on_site_paper_without_a_recording_until_it_has_one(desk, take):
    paper = documents.settle(desk.complete("inquiry_record"), by=desk.cast.chief, now=NOW)
    other = desk.approved("produce_materials_notice")
    assert found("paper-unfilmed", now=NOW) == set()  # not on the day itself
    assert found("paper-unfilmed", now=LATER) == {str(paper.pk)}
    assert str(other.pk) not in found("paper-unfilmed", now=LATER)
    (made, *_) = [each for each in bind(take(jpeg(), "现场.jpg", "photo"), desk) if each.paper_id == paper.pk]
    assert found("paper-unfilmed", now=LATER) == set()
    evidence.take_back(made, why="另一天的照片", by=desk.cast.chief, now=NOW)
    assert found("paper-unfilmed", now=LATER) == {str(paper.pk)}


def test_of_a_hearing_a_photo_is_not_enough(desk, take):
    paper = desk.approved("hearing_record")
    bind(take(jpeg(), "会场.jpg", "photo"), desk)
    assert found("paper-unfilmed", now=LATER) == {str(paper.pk)}
    bind_again = recordings.papers_of(desk.record)
    evidence.bind(take(film(), "听证录像.mp4", "video"), bind_again, by=desk.cast.chief, now=NOW)
    assert found("paper-unfilmed", now=LATER) == set()


@pytest.mark.parametrize(("facts", "named"), [
    ({"witness": "社区工作人员"}, False),
    ({"witness": "社区工作人员", "is_filmed": True}, True),
    ({"is_filmed": True}, True),
])  # fmt: skip
def test_a_paper_said_to_be_left_on_film_wants_the_film(desk, facts, named):
    paper = documents.settle(desk.complete("advance_disposal_consent"), by=desk.cast.chief, now=NOW)
    told = documents.Told(Way.LEFT, NOW, place="纺东街88号", reason="拒绝签收", **facts)
    documents.deliver(paper, told, desk.record, by=desk.cast.chief, now=NOW)
    assert (str(paper.pk) in found("paper-unfilmed", now=LATER)) is named
