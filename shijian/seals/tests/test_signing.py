"""Signatures by hand: bound to the paper, unchanged afterwards, put on the paper when the last one has signed."""

import hashlib
import json

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from shijian.seals import hooks, services
from shijian.seals.models import Signature, SignatureRequest
from shijian.seals.pdf.intake import examine
from shijian.seals.pdf.placing import Box
from shijian.seals.services import papers
from shijian.seals.services.signing import Place
from shijian.seals.testing import NOW, STROKES, paper, picture, sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(cast, home):
    places = [
        Place("party", "王安", Box(1, 30, 200, 50, 20)),
        Place("officer", cast.chief.name, Box(-1, 110, 200, 50, 20)),
    ]
    return services.ask_signatures(paper(), places, title="现场笔录", by=cast.chief, now=NOW)


def test_a_paper_signed_by_all_bears_their_signatures(cast, asked, monkeypatch):
    told = []
    monkeypatch.setattr(hooks, "signed", [lambda request, data: told.append(data)])
    first, second = asked.slots.all()
    made = sign(first, cast.chief)
    assert made.digest == asked.digest == hashlib.sha256(paper()).hexdigest()
    assert told == []
    sign(second, cast.chief)
    asked.refresh_from_db()
    data = papers.read(asked.signed)
    assert told == [data]
    assert data.startswith(paper())
    assert data.count(b"/Subtype /Image") + data.count(b"/Subtype/Image") >= 2
    examine(data)


def test_who_refuses_is_noted_with_reason_and_witness(cast, asked, refused):
    first, second = asked.slots.all()
    with refused("原因和见证人"):
        services.record_refusal(first, reason="不认可", witness=" ", by=cast.chief, now=NOW)
    services.record_refusal(first, reason="不认可", witness="社区 李平", by=cast.chief, now=NOW)
    services.record_refusal(second, reason="设备故障", witness="全程录像 12 号", by=cast.chief, now=NOW)
    asked.refresh_from_db()
    signed = papers.read(asked.signed)
    assert signed.startswith(paper())
    assert signed.count(b"/Image") >= 2  # the words 拒绝签名 stand where the signature would


def test_a_signature_is_never_changed(cast, asked, refused):
    slot = asked.slots.first()
    made = sign(slot, cast.chief)
    with refused("不能更改"):
        sign(slot, cast.chief)
    for act in (lambda: Signature.objects.filter(pk=made.pk).update(reason="x"), made.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"strokes": []}, "笔画太少"),
        ({"strokes": [{"points": [{"x": 1}]}]}, "不完整"),
        ({"strokes": "x"}, "不完整"),
        ({"strokes": [{"points": STROKES[0]["points"] * 1001}]}, "过多"),
        ({"picture": "data:image/svg+xml;base64,PHN2Zz4="}, "无法读取"),
        ({"picture": "data:image/png;base64,****"}, "无法读取"),
        ({"picture": "data:image/png;base64," + "A" * 40}, "无法读取"),
        ({"picture": picture(ink=False)}, "无法读取"),
        ({"picture": picture((4100, 10))}, "无法读取"),
    ],
)
def test_what_is_no_signature_is_refused(cast, asked, refused, more, words):
    with refused(words):
        sign(asked.slots.first(), cast.chief, **more)


def test_a_sealed_paper_is_signed_no_more(cast, home, keys, refused):
    with refused("已经盖章"):
        services.ask_signatures(
            keys.press(paper()), [Place("party", "王安", Box(1, 1, 1, 9, 9))], title="x", by=cast.chief, now=NOW
        )
    with pytest.raises(ValueError, match="nobody"):
        services.ask_signatures(paper(), [], title="x", by=cast.chief, now=NOW)
    with refused("超出"):
        services.ask_signatures(
            paper(), [Place("party", "王安", Box(1, 200, 1, 90, 9))], title="x", by=cast.chief, now=NOW
        )


def test_signing_on_the_pages(cast, asked):
    client = cast.client(cast.chief)
    page, pad = reverse("seals:signing", args=[asked.pk]), reverse("seals:pad", args=[asked.pk, 1])
    assert "王安" in client.get(page).content.decode()
    assert "现场笔录" in client.get(reverse("seals:signings"), {"open": "1"}).content.decode()
    assert client.get(pad).status_code == 200
    assert client.post(pad, {"strokes": "[]", "picture": picture()}).status_code == 422
    sent = {"strokes": json.dumps(STROKES), "picture": picture(), "place_name": "店内"}
    assert client.post(pad, sent).status_code == 302
    assert client.get(reverse("seals:signature_picture", args=[asked.pk, 1]))["Content-Type"] == "image/png"
    refusal = reverse("seals:signing_refusal", args=[asked.pk, 2])
    assert client.post(refusal, {"reason": "x", "witness": ""}).status_code == 422
    assert client.post(refusal, {"reason": "不认可", "witness": "社区 李平"}).status_code == 302
    assert client.post(refusal, {"reason": "不认可", "witness": "社区 李平"}).status_code == 422
    shown = client.get(page).content.decode()
    assert "拒绝签名" in shown
    assert "社区 李平" in shown
    for which, status in (("original", 200), ("signed", 200), ("other", 404)):
        answer = client.get(reverse("seals:signing_file", args=[asked.pk, which]))
        assert answer.status_code == status
        assert not answer.streaming or b"".join(answer.streaming_content)
    assert client.get(reverse("seals:signature_picture", args=[asked.pk, 2])).status_code == 404


def test_another_station_does_not_learn_of_the_paper(cast, asked):
    SignatureRequest.objects.filter(pk=asked.pk).update(area_code="050101")
    other = cast.client(cast.other_chief)
    assert other.get(reverse("seals:signing", args=[asked.pk])).status_code == 404
    assert other.get(reverse("seals:pad", args=[asked.pk, 1])).status_code == 404
    assert cast.client(cast.station_head).get(reverse("seals:signing", args=[asked.pk])).status_code == 200
