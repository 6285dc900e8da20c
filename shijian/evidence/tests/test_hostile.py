"""R15: hostile uploads are refused or sealed; none is ever answered inline as it came."""

import io
import resource
import time

import pytest
from django.urls import reverse
from PIL import Image

from shijian.core.files import FileRefused
from shijian.evidence import services
from shijian.evidence.testing import NOW, jpeg, said

from . import hostile, hostile_classes

pytestmark = pytest.mark.django_db
REFUSED = {**hostile.REFUSED, **hostile_classes.refused()}
TAMED = {**hostile.TAMED, **hostile_classes.tamed()}
SECONDS, KILOBYTES = 2, 256 * 1024


def test_there_are_enough_of_them():
    assert len(REFUSED) + len(TAMED) >= 300


@pytest.fixture(autouse=True, scope="module")
def little_memory():
    """All of them together raise what this process ever held by less than what one of them may."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < KILOBYTES


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_a_sentence_and_sealed_unseen_as_data(seal, case):
    name, medium, content = REFUSED[case]
    begun = time.process_time()
    with pytest.raises(FileRefused, match=r"电子数据文件|已损坏"):
        seal(content, name, medium)
    assert time.process_time() - begun < SECONDS
    sealed = seal(content, name, "data")
    assert sealed.found.shows == ""
    assert sealed.file.size == len(content)
    assert time.process_time() - begun < 2 * SECONDS


@pytest.mark.parametrize("case", TAMED)
def test_kept_with_a_warning_and_shown_only_as_a_copy(cast, record, seal, case):
    name, medium, content, danger = TAMED[case]
    begun = time.process_time()
    sealed = seal(content, name, medium)
    assert time.process_time() - begun < SECONDS
    assert any(danger in each for each in sealed.found.dangers)
    item = services.capture(record, said(cast.chief, cast.station_head, medium=medium), sealed, by=cast.chief, now=NOW)
    client = cast.client(cast.chief)
    for variant in ("display", "thumb"):
        answer = client.get(reverse("evidence:file", args=[item.pk, variant]))
        shown = b"".join(answer.streaming_content) if answer.status_code == 200 else b""
        assert not any(mark in shown for mark in (b"<script", b"<?php", b"PK\x03\x04", b"JavaScript", b"Exif", b"GPS"))
    played = client.get(reverse("evidence:file", args=[item.pk, "play"]))
    assert played.status_code == (200 if medium == "audio" else 404)
    if medium == "audio":  # the bytes as they are, but never as anything else than a sound
        assert played.headers["Content-Type"].startswith("audio/")
        assert played.headers["X-Content-Type-Options"] == "nosniff"
        assert played.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    original = client.get(reverse("evidence:original", args=[item.pk]))
    assert b"".join(original.streaming_content) == content
    assert original.headers["Content-Disposition"].startswith("attachment")
    assert original.headers["Content-Type"] == "application/octet-stream"
    assert original.headers["X-Content-Type-Options"] == "nosniff"
    assert original.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_data_file_is_never_answered_inline(cast, record, seal):
    sealed = seal(jpeg(), "手机镜像.jpg", "data")
    item = services.capture(record, said(cast.chief, cast.station_head, medium="data"), sealed, by=cast.chief, now=NOW)
    for variant in ("display", "thumb", "play", "original"):
        assert cast.client(cast.chief).get(reverse("evidence:file", args=[item.pk, variant])).status_code == 404


def test_a_large_photo_is_taken_in_with_little_memory(seal):
    content = jpeg(size=(9000, 6000))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()
    assert seal(content).found.shows == "image"
    assert time.process_time() - begun < SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < KILOBYTES


def test_a_progressive_photo_of_a_usual_size_is_taken_in(seal):
    buffer = io.BytesIO()
    Image.new("RGB", (6000, 4000), "#c87850").save(buffer, "JPEG", progressive=True)
    assert seal(buffer.getvalue()).found.shows == "image"
