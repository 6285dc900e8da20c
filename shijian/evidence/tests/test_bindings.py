"""V-04: a recording says which papers it supports, from when to when; a wrong binding is corrected, never lost."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from shijian.audit.models import Entry
from shijian.core import records
from shijian.evidence import hooks, queries, services
from shijian.evidence.models import Binding
from shijian.evidence.passport import verify
from shijian.evidence.rules import filming
from shijian.evidence.testing import NOW, film, said, tone

pytestmark = pytest.mark.django_db
SHEET, OTHER, OLD = (UUID(int=number) for number in (1, 2, 3))


def paper(key=SHEET, **facts):
    given = {
        "form": "scene_record", "name": "现场笔录", "number": "", "version": 1, "sha256": "ab" * 32, "made_at": NOW,
        "url": "/paper/", "is_on_site": True,
    }  # fmt: skip
    return hooks.Paper(key=key, **{**given, **facts})


@pytest.fixture
def papers(monkeypatch):
    """The papers of the record; a test may change the list."""
    found = [paper(), paper(OTHER, name="场所/设施/财物清单"), paper(OLD, is_void=True, newer_url="/newer/")]
    monkeypatch.setattr(hooks, "papers", [lambda record: list(found)])
    return found


@pytest.fixture
def recording(cast, record, seal):
    facts = said(cast.chief, cast.station_head, medium="video", title="现场检查录像")
    return services.capture(record, facts, seal(film(), "现场.mp4", "video"), by=cast.chief, now=NOW)


def test_from_the_recording_the_papers_it_supports_are_chosen_with_the_time(cast, record, recording, papers):
    client = cast.client(cast.chief)
    address = reverse("evidence:papers", args=[recording.pk])
    page = client.get(address).content.decode()
    assert "《现场笔录》" in page
    assert str(OLD) not in page  # nobody binds to a void paper
    sent = {"chosen": [str(SHEET), str(OTHER)], "first": "1:05", "last": "2:00", "remark": "检查过程"}
    assert client.post(address, sent).status_code == 302
    made = Binding.objects.get(paper_id=SHEET)
    assert (made.first_second, made.last_second, made.fragment, made.span) == (65, 120, "#t=65,120", "1:05–2:00")
    assert (made.item_sha256, made.paper_sha256, made.by) == (recording.sha256, "ab" * 32, cast.chief)
    logged = Entry.objects.filter(verb="evidence.binding.made").values_list("detail", flat=True)
    assert made.content_hash in {each["binding"] for each in logged}
    page = client.get(reverse("evidence:item", args=[recording.pk])).content.decode()
    assert "1:05–2:00" in page
    assert "文书有新版本" not in page
    titles = [moment.title for _, moment in records.process_of(record, cast.chief)]
    assert "证据 1 绑定为《现场笔录》的录音录像" in titles


def test_a_newer_version_of_the_paper_shows_at_the_binding(cast, record, recording, papers):
    services.bind(recording, [papers[0]], by=cast.chief, now=NOW)
    papers[0] = paper(is_void=True, newer_url="/paper/2/")
    page = cast.client(cast.chief).get(reverse("evidence:item", args=[recording.pk])).content.decode()
    assert "文书有新版本" in page
    assert "/paper/2/" in page
    assert "文书内容与绑定时不同" not in page
    papers[0] = paper(sha256="cd" * 32)
    page = cast.client(cast.chief).get(reverse("evidence:item", args=[recording.pk])).content.decode()
    assert "文书内容与绑定时不同" in page


def test_a_wrong_binding_is_taken_back_by_a_note_and_stays(cast, record, recording, papers):
    (made,) = services.bind(recording, papers[:1], by=cast.chief, now=NOW)
    client = cast.client(cast.chief)
    address = reverse("evidence:correction", args=[made.pk])
    assert client.post(address, {"why": " "}).status_code == 422
    assert client.post(address + "?from=paper", {"why": "录像是另一天的"}).url == "/paper/#recordings"
    assert client.post(address, {"why": "再来一次"}).status_code == 422
    assert list(queries.bound_recordings(SHEET)) == []
    page = client.get(reverse("evidence:item", args=[recording.pk])).content.decode()
    assert "录像是另一天的" in page
    assert "已解除" in page
    services.bind(recording, papers[:1], by=cast.chief, now=NOW)  # bound anew, rightly this time
    for act in (lambda: Binding.objects.update(remark="x"), lambda: Binding.objects.filter(pk=made.pk).delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_what_cannot_be_is_refused_with_a_sentence(cast, record, recording, item, papers, seal):
    services.bind(recording, papers[:1], by=cast.chief, now=NOW)
    with pytest.raises(services.BindingRefused, match="已经绑定"):
        services.bind(recording, papers[:1], by=cast.chief, now=NOW)
    with pytest.raises(services.BindingRefused, match="作废"):
        services.bind(recording, papers[2:], by=cast.chief, now=NOW)
    with pytest.raises(services.BindingRefused, match="晚于开始"):
        services.bind(recording, papers[1:2], first_second=20, last_second=20, by=cast.chief, now=NOW)
    with pytest.raises(services.BindingRefused, match="至少选择"):
        services.bind(recording, [], by=cast.chief, now=NOW)
    facts = said(cast.chief, way="platform", medium="data")
    blob = services.capture(record, facts, seal(b"\0" * 99, "数据.bin", "data"), by=cast.chief, now=NOW)
    with pytest.raises(services.BindingRefused, match="只有录音、录像"):
        services.bind(blob, papers[:1], by=cast.chief, now=NOW)
    with pytest.raises(services.BindingRefused):  # all or none
        services.bind_all([(item, papers[:1]), (blob, papers[:1])], by=cast.chief, now=NOW)
    assert item.bindings.count() == 0
    client = cast.client(cast.chief)
    address = reverse("evidence:papers", args=[recording.pk])
    assert client.post(address, {"chosen": [str(OTHER)], "first": "1:99"}).status_code == 422
    assert client.post(address, {"chosen": [str(UUID(int=9))]}).status_code == 422


def test_from_the_paper_the_recordings_are_chosen(cast, record, recording, item, papers, seal):
    facts = said(cast.chief, cast.station_head, medium="audio", title="询问录音")
    services.capture(record, facts, seal(tone(), "询问.wav", "audio"), by=cast.chief, now=NOW + timedelta(minutes=1))
    client = cast.client(cast.chief)
    address = reverse("evidence:paper_recordings", args=[record.kind, record.id, SHEET])
    page = client.get(address).content.decode()
    assert "询问录音" in page
    sent = client.post(address, {"chosen": [str(recording.pk), str(item.pk)]})
    assert sent.url == "/paper/#recordings"
    assert queries.bound_recordings(SHEET).count() == 2
    unknown = reverse("evidence:paper_recordings", args=[record.kind, record.id, UUID(int=9)])
    assert client.get(unknown).status_code == 404


def test_another_unit_neither_binds_nor_corrects(cast, record, recording, papers):
    (made,) = services.bind(recording, papers[:1], by=cast.chief, now=NOW)
    other = cast.client(cast.other_chief)
    for address in (
        reverse("evidence:papers", args=[recording.pk]),
        reverse("evidence:correction", args=[made.pk]),
        reverse("evidence:paper_recordings", args=[record.kind, record.id, SHEET]),
    ):
        assert other.get(address).status_code == 404


def test_the_verifier_tells_a_binding_that_was_changed(cast, recording, papers):
    (made,) = services.bind(recording, papers[:1], by=cast.chief, now=NOW)
    told = {"content": made.told(), "hash": made.content_hash}
    sums = {str(recording.pk): recording.sha256}
    assert verify.binding_faults(told, sums) == []
    assert verify.binding_faults(told, {str(recording.pk): "00"})[0]["kind"] == "changed"
    told["content"]["seconds"] = [1, 2]
    assert verify.binding_faults(told, sums)[0]["kind"] == "changed"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("", None), ("65", 65), ("1:05", 65), ("1：05", 65), ("1:02:03", 3723), ("0", 0)],
)
def test_a_place_in_a_recording_is_read_as_people_write_it(text, seconds):
    assert filming.seconds(text) == seconds


@pytest.mark.parametrize("text", ["1:60", "x", "1:2:3:4", "-5", "1.5", "²"])
def test_what_is_no_place_in_a_recording_is_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        filming.seconds(text)
