"""Sound and film of the spot: kept, shown where they belong, played in parts (E-02, E-03)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from shijian.events import services
from shijian.events.testing import NOW

pytestmark = pytest.mark.django_db
WEBM = b"\x1aE\xdf\xa3" + bytes(range(256)) * 8


def recording(name):
    return SimpleUploadedFile(name, WEBM + name.encode(), content_type="audio/webm")


def fetch(scene, event, **headers):
    url = reverse("events:file", args=[event.number, event.attachments.get().pk, "original"])
    return scene.cast.client(scene.cast.informant).get(url, headers=headers)


@pytest.mark.parametrize(("name", "tag"), [("录音101500.webm", "<audio"), ("录像101500.webm", "<video")])
def test_a_recording_is_played_in_the_timeline(scene, name, tag):
    event = scene.report(photos=[recording(name)])
    client = scene.cast.client(scene.cast.informant)
    text = client.get(reverse("events:event", args=[event.number])).content.decode()
    assert tag in text
    assert name in text


def test_another_file_is_offered_by_its_name(scene):
    event = scene.accepted()
    pdf = SimpleUploadedFile("检验报告.pdf", b"%PDF-1.7 x", content_type="application/pdf")
    services.observe(event, note="附报告", photos=[pdf], by=scene.cast.chief, now=NOW)
    client = scene.cast.client(scene.cast.chief)
    text = client.get(reverse("events:event", args=[event.number])).content.decode()
    assert "photo-file" in text
    assert "检验报告.pdf" in text


@pytest.mark.parametrize(
    ("asked", "status", "length"),
    [
        ("bytes=0-99", 206, 100),
        ("bytes=100-", 206, None),
        ("bytes=0-99999999", 206, None),
        ("bytes=99999999-", 200, None),
        ("bytes=9-3", 200, None),
        ("bytes=0-1,5-6", 200, None),
        ("chairs=0-99", 200, None),
    ],
)
def test_a_player_gets_the_part_it_asks_for(scene, asked, status, length):
    event = scene.report(photos=[recording("录音1.webm")])
    response = fetch(scene, event, Range=asked)
    assert response.status_code == status
    body = b"".join(response) if response.streaming else response.content
    whole = WEBM + "录音1.webm".encode()
    if status == 206:
        first, last = map(int, response["Content-Range"].removeprefix("bytes ").split("/")[0].split("-"))
        assert body == whole[first : last + 1]
        assert length in {None, len(body)}
    else:
        assert body == whole


def test_the_page_may_use_the_microphone_and_play_what_it_recorded(scene):
    response = scene.cast.client(scene.cast.informant).get(reverse("events:report"))
    assert "microphone=(self)" in response["Permissions-Policy"]
    assert "media-src 'self' blob:" in response["Content-Security-Policy"]
    assert "data-record-kind" in response.content.decode()
