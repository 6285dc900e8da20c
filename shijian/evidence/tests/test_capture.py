"""Evidence as it is taken in: what must be said, what is fixed, who sees it."""

import re
from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from shijian.audit.models import Entry
from shijian.evidence import services
from shijian.evidence.choices import Way
from shijian.evidence.models import CustodyEntry, Item
from shijian.evidence.rules import retention
from shijian.evidence.rules.capture import needs_two_officers
from shijian.evidence.services import EvidenceRefused, OfficerWithoutCertificate
from shijian.evidence.services.capturing import content_hash
from shijian.evidence.testing import KEY, NOW, film, jpeg, pdf, said, tone

from . import hostile

pytestmark = pytest.mark.django_db
PAGE = ("matter", KEY)


def test_a_photo_is_numbered_hashed_and_on_record(cast, item):
    content = jpeg(gps=True)
    assert item.number == 1
    assert item.sha256 == sha256(content).hexdigest()
    assert len(item.sm3) == 64
    entry = Entry.objects.get(verb="evidence.item.captured")
    assert entry.detail["sha256"] == item.sha256
    assert entry.detail["content"] == content_hash(Item.objects.get())
    assert entry.detail["custody"] == CustodyEntry.objects.get().hash


@pytest.mark.parametrize("change", [{"purpose": "别的"}, {"sha256": "0" * 64}, {"number": 7}])
def test_the_database_lets_nobody_change_an_item(item, change):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Item.objects.filter(pk=item.pk).update(**change)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        CustodyEntry.objects.all().delete()


def test_what_was_wrong_is_put_right_by_a_note(cast, item):
    note = services.add_note(item, "拍摄地点应为纺东街2号", by=cast.chief, now=NOW)
    assert item.notes.get() == note
    with pytest.raises(EvidenceRefused, match="请写明"):
        services.add_note(item, "  ", by=cast.chief, now=NOW)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        note.delete()


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"second_officer": None, "way": "on_site"}, "second_officer"),
        ({"way": "party", "source": " "}, "source"),
        ({"taken_at": NOW + timedelta(seconds=1)}, "taken_at"),
        ({"is_original": False}, "copy_note"),
    ],
)
def test_what_the_law_asks_for_is_asked_for(cast, record, seal, facts, field):
    with pytest.raises(EvidenceRefused) as refused:
        services.capture(record, said(cast.chief, **facts), seal(jpeg()), by=cast.chief, now=NOW)
    assert set(refused.value.fields) == {field}


def test_two_officers_are_two_persons(cast, record, seal):
    with pytest.raises(EvidenceRefused, match="不能是同一人"):
        services.capture(record, said(cast.chief, cast.chief), seal(jpeg()), by=cast.chief, now=NOW)


def test_an_act_of_investigation_needs_certificates_that_day(cast, record, seal):
    with pytest.raises(OfficerWithoutCertificate, match="程网二"):
        services.capture(record, said(cast.chief, cast.other_grid_chief), seal(jpeg()), by=cast.chief, now=NOW)


def test_what_a_party_hands_in_needs_no_second_officer(cast, record, seal):
    facts = {"way": "party", "source": "经营者王某当场提供"}
    assert services.capture(record, said(cast.manager, **facts), seal(jpeg()), by=cast.manager, now=NOW).number == 1


def test_a_thing_needs_no_file_and_anything_else_does(cast, record):
    facts = {"medium": "object", "kind": "physical", "title": "过期饼干1袋"}
    thing = services.capture(record, said(cast.chief, cast.station_head, **facts), None, by=cast.chief, now=NOW)
    assert thing.sha256 == ""
    with pytest.raises(EvidenceRefused, match="请选择文件"):
        services.capture(record, said(cast.chief, cast.station_head), None, by=cast.chief, now=NOW)


def test_which_ways_are_acts_of_investigation():
    assert {way for way in Way if not needs_two_officers(way)} == {Way.PARTY, Way.THIRD, Way.PLATFORM, Way.RECORDER}


def test_terms_of_retention_end_on_the_last_day_of_short_months():
    from datetime import date

    assert retention.kept_until(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert retention.kept_until(date(2026, 12, 31), 2) == date(2027, 2, 28)
    assert retention.kept_until(date(2026, 1, 1), 12) == date(2027, 1, 1)
    assert retention.kept_until(date(2026, 1, 1), None) is None


def sent(**more):
    given = {
        "medium": "photo", "way": "on_site", "purpose": "证明现场状况", "officer": "T1001", "second_officer": "T1000",
        "taken_at": "2026-11-20T09:55", "lon": "109.005", "lat": "34.205", "accuracy_m": "12",
    }  # fmt: skip
    return {**given, **more}


def test_the_form_takes_several_photos_at_once(cast, record):
    client = cast.client(cast.chief)
    files = [SimpleUploadedFile(f"{n}.jpg", jpeg(colour=c)) for n, c in enumerate(("red", "blue"))]
    response = client.post(reverse("evidence:capture", args=PAGE), sent(files=files))
    assert response.status_code == 302, response.context["form"].errors
    first, second = Item.objects.order_by("number")
    assert (first.number, second.number) == (1, 2)
    assert (first.lon_wgs84, first.lat_wgs84, first.accuracy_m) == (109.005, 34.205, 12)
    page = client.get(reverse("evidence:record", args=PAGE)).content.decode()
    assert "证明现场状况" in page
    table = client.get(reverse("evidence:record", args=PAGE) + "?view=table").content.decode()
    assert first.sha256[:16] in table
    assert first.sha256 in client.get(reverse("evidence:print_list", args=PAGE)).content.decode()


def test_one_bad_file_among_good_ones_and_nothing_is_taken_in(cast, record):
    client = cast.client(cast.chief)
    files = [SimpleUploadedFile("1.jpg", jpeg()), SimpleUploadedFile("2.jpg", b"<svg onload=alert(1)>")]
    response = client.post(reverse("evidence:capture", args=PAGE), sent(files=files))
    assert response.status_code == 422
    assert "2.jpg”不是照片" in response.content.decode()
    assert Item.objects.count() == 0


@pytest.mark.parametrize(
    "case",
    ["docx with laughs", "docx climbing out", "docx that is a bomb", "svg as photo", "svg named jpg", "zip as paper"],
)
def test_a_hostile_file_is_told_in_the_form_and_only_as_data_kept_sealed(cast, record, case):
    name, medium, content = hostile.REFUSED[case]
    client, url = cast.client(cast.chief), reverse("evidence:capture", args=PAGE)
    page = client.post(url, sent(medium=medium, files=[SimpleUploadedFile(name, content)]))
    assert page.status_code == 422
    assert re.search(f"“{re.escape(name)}”.*(电子数据文件|已损坏)", page.content.decode())
    assert "证明现场状况" in page.content.decode()
    assert Item.objects.count() == 0
    assert client.post(url, sent(medium="data", files=[SimpleUploadedFile(name, content)])).status_code == 302
    assert Item.objects.get().sha256 == sha256(content).hexdigest()


def test_the_form_says_what_is_missing_beside_the_field(cast, record):
    files = [SimpleUploadedFile("1.jpg", jpeg())]
    response = cast.client(cast.chief).post(
        reverse("evidence:capture", args=PAGE), sent(second_officer="", files=files)
    )
    assert "两名以上执法人员" in str(response.context["form"].errors["second_officer"])
    response = cast.client(cast.chief).post(
        reverse("evidence:capture", args=PAGE), sent(second_officer="无此人", files=files)
    )
    assert "请填写工号" in str(response.context["form"].errors["second_officer"])


def test_what_the_page_shows_has_no_place_and_the_original_has(cast, item):
    client = cast.client(cast.chief)
    display = client.get(reverse("evidence:file", args=[item.pk, "display"]))
    content = b"".join(display.streaming_content)
    assert content.startswith(b"\xff\xd8\xff")
    assert b"Exif" not in content
    assert display.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    response = client.get(reverse("evidence:original", args=[item.pk]))
    assert b"".join(response.streaming_content) == jpeg(gps=True)
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert Entry.objects.filter(verb="evidence.item.downloaded").count() == 1
    assert item.chain.order_by("-seq")[0].act == "downloaded"


def test_who_may_not_download_originals_does_not(cast, item):
    assert cast.client(cast.manager).get(reverse("evidence:original", args=[item.pk])).status_code == 403
    assert Entry.objects.filter(verb="evidence.item.downloaded").count() == 0


def test_a_film_plays_in_ranges_without_its_place(cast, record, seal):
    content = film()
    item = services.capture(
        record, said(cast.chief, cast.station_head, medium="video"), seal(content, "现场.mp4", "video"), by=cast.chief, now=NOW
    )  # fmt: skip
    client = cast.client(cast.chief)
    address = reverse("evidence:file", args=[item.pk, "play"])
    whole = b"".join(client.get(address).streaming_content)
    assert len(whole) == len(content)
    assert b"109.0050" in content
    assert b"109.0050" not in whole
    assert whole[-4000:] == content[-4000:]
    pieces = b""
    for start in range(0, len(content), 199):
        part = client.get(address, headers={"Range": f"bytes={start}-{start + 198}"})
        assert part.status_code == 206
        pieces += b"".join(part.streaming_content)
    assert pieces == whole
    assert client.get(address, headers={"Range": f"bytes={len(content)}-"}).status_code == 416
    last = client.get(address, headers={"Range": "bytes=-5"})
    assert b"".join(last.streaming_content) == whole[-5:]


def test_a_sound_plays_and_a_paper_is_shown_as_pictures(cast, record, seal):
    sound = services.capture(
        record, said(cast.chief, cast.station_head, medium="audio"), seal(tone(), "录音.wav", "audio"), by=cast.chief, now=NOW
    )  # fmt: skip
    paper = services.capture(
        record, said(cast.chief, cast.station_head, medium="document"), seal(pdf(), "合同.pdf", "document"), by=cast.chief, now=NOW
    )  # fmt: skip
    client = cast.client(cast.chief)
    played = client.get(reverse("evidence:file", args=[sound.pk, "play"]))
    assert (played.headers["Content-Type"], b"".join(played.streaming_content)) == ("audio/wav", tone())
    for variant in ("play", "display", "thumb"):
        assert client.get(reverse("evidence:file", args=[paper.pk, variant])).status_code == 404
    page = client.get(reverse("evidence:item", args=[paper.pk]))
    if not page.context["pages"]:
        pytest.skip("pdfinfo (poppler-utils) is not installed")
    sheet = client.get(reverse("evidence:sheet", args=[paper.pk, 1]))
    assert b"".join(sheet.streaming_content).startswith(b"\x89PNG")
    assert client.get(reverse("evidence:sheet", args=[paper.pk, 2])).status_code == 404


def test_another_station_does_not_learn_that_it_exists(cast, item):
    client = cast.client(cast.other_chief)
    for name in ("item", "original", "note", "handover"):
        assert client.get(reverse(f"evidence:{name}", args=[item.pk])).status_code == 404, name
    assert client.get(reverse("evidence:file", args=[item.pk, "display"])).status_code == 404
    assert client.get(reverse("evidence:record", args=PAGE)).status_code == 404
    assert item.title not in client.get(reverse("evidence:items")).content.decode()


def test_the_list_across_records_finds_it(cast, item):
    page = cast.client(cast.chief).get(reverse("evidence:items") + "?q=营业执照").content.decode()
    assert item.record_number in page
    assert item.record_number not in cast.client(cast.chief).get(reverse("evidence:items") + "?q=别的").content.decode()
