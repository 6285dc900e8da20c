"""Recorder files find their records by wearer and time; what is unclear is listed, not guessed."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from shijian.core.files import FileRefused
from shijian.core.ids import new_id
from shijian.evidence import hooks, services
from shijian.evidence.models import Item, Recording
from shijian.evidence.rules import recordings as rules
from shijian.evidence.services import RecordingRefused
from shijian.evidence.testing import NOW, film

pytestmark = pytest.mark.django_db
BEGUN = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)  # 09:30 in Beijing
NAME = "T1001_20261120093000_600.mp4"


@pytest.fixture
def acts(record, monkeypatch):
    """What the chief did, as (record key, moment)."""
    done = []
    told = lambda officer, since, until: [  # noqa: E731
        hooks.Presence("matter", key, "SJ2026-000001", "无照经营", at)
        for person, key, at in done
        if person == officer and since <= at <= until
    ]
    monkeypatch.setattr(hooks, "presences", [told])
    return done


@pytest.fixture
def bring(cast, tmp_path):
    def brought(name=NAME, content=None, by=None):
        path = tmp_path / "recording"
        path.write_bytes(film() if content is None else content)
        return services.import_recording(path, name, by=by or cast.chief, now=NOW)[0]

    return brought


def test_one_record_at_that_time_and_it_is_attached(cast, record, acts, bring):
    acts.append((cast.chief, record.id, BEGUN + timedelta(minutes=20)))
    made = bring()
    assert made.state == "matched"
    item = Item.objects.get()
    assert (item.way, item.shows, item.officer, item.taken_at) == ("recorder", "video", cast.chief, BEGUN)
    assert item.keepings.get().retention_id == "recorder"
    assert (item.sha256, item.sm3) == (made.file.sha256, made.sm3)


@pytest.mark.parametrize(("who", "minutes"), [("chief", 41), ("chief", -31), ("other_grid_chief", 5)])
def test_another_time_or_another_wearer_does_not_match(cast, record, acts, bring, who, minutes):
    acts.append((getattr(cast, who), record.id, BEGUN + timedelta(minutes=minutes)))
    assert bring().state == "unmatched"
    assert Item.objects.count() == 0


def test_two_records_at_that_time_are_left_to_a_person(cast, record, acts, bring):
    acts += [(cast.chief, record.id, BEGUN), (cast.chief, new_id(), BEGUN + timedelta(minutes=3))]
    made = bring()
    assert made.state == "unmatched"
    client = cast.client(cast.chief)
    address = reverse("evidence:recording", args=[made.pk])
    assert "SJ2026-000001" in client.get(address).content.decode()
    assert client.post(address, {"act": "attach", "record": "matter:x"}).status_code == 409
    client.post(address, {"act": "attach", "record": f"matter:{record.id}"})
    assert Item.objects.get().title.startswith("执法记录仪 2026-11-20 09:30")
    assert client.post(address, {"act": "aside", "why": "试机"}).status_code == 409


def test_the_same_file_again_changes_nothing(cast, record, acts, bring):
    assert bring() == bring("T1001_20261120093000_601.mp4")
    assert Recording.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("VID_0001.mp4", "看不出佩戴人"),
        ("T1001_20261399093000.mp4", "看不出佩戴人"),
        ("T9999_20261120093000.mp4", "没有工号"),
        ("T1001_20261121093000.mp4", "晚于现在"),
    ],
)
def test_a_name_that_tells_too_little_is_refused(cast, record, acts, bring, name, said):
    with pytest.raises(RecordingRefused, match=said):
        bring(name)


def test_what_is_no_film_is_refused(cast, record, acts, bring):
    with pytest.raises(FileRefused):
        bring(content=b"<html><script>")


def test_on_the_pages_good_ones_are_kept_and_bad_ones_named(cast, record, acts):
    client = cast.client(cast.chief)
    files = [SimpleUploadedFile(NAME, film()), SimpleUploadedFile("x.mp4", film())]
    page = client.post(reverse("evidence:recording_new"), {"files": files})
    assert (page.status_code, "看不出佩戴人" in page.content.decode()) == (422, True)
    assert NAME in client.get(reverse("evidence:recordings") + "?state=unmatched").content.decode()
    made = Recording.objects.get()
    address = reverse("evidence:recording", args=[made.pk])
    assert client.post(address, {"act": "aside", "why": ""}).status_code == 409
    assert client.post(address, {"act": "aside", "why": "试机"}).status_code == 302
    assert client.post(reverse("evidence:recording_new"), {}).status_code == 422
    assert cast.client(cast.other_chief).get(address).status_code == 404
    assert cast.client(cast.manager).get(address).status_code == 403


def test_names_of_recorders():
    assert rules.read_name("W050101_20261120_093000.mp4").employee_no == "W050101"
    assert rules.read_name("W050101-20261120093000-95.MP4").seconds == 95
    assert rules.read_name("20261120093000.mp4") is None


def test_the_nearest_record_comes_first():
    at, far, near = BEGUN, ("matter", new_id()), ("matter", new_id())
    acts = [rules.Act(far, at + timedelta(minutes=35)), rules.Act(near, at), rules.Act(near, at + timedelta(minutes=9))]
    assert rules.matching(acts, at, at + timedelta(minutes=10)) == [near, far]
    assert rules.matching([], at, at) == []
