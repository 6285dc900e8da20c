"""tus 1.0.0 as a client of another make would speak it: cuts, checksums, strangers, expiry."""

import base64
import hashlib
import http.client
import os
import socket
import time
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from django.utils.timezone import now

from shijian.evidence import services
from shijian.evidence.models import Item, Upload
from shijian.evidence.testing import KEY, film

pytestmark = pytest.mark.django_db
CREATION = "/evidence/of/matter/019aa000-0000-7000-8000-000000000001/uploads/"
TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {"Content-Type": "application/offset+octet-stream", **TUS}


def told(**facts):
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in facts.items())


def begin(client, size, medium="video", name="现场.mp4"):
    headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": told(filename=name, medium=medium)}
    return client.post(CREATION, headers=headers)


def put(client, address, offset, content, **headers):
    return client.patch(
        address,
        content,
        content_type="application/offset+octet-stream",
        headers={**TUS, "Upload-Offset": str(offset), **headers},
    )


def test_a_server_says_what_it_can(cast, record):
    answer = cast.client(cast.chief).options(CREATION)
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert set(answer.headers["Tus-Extension"].split(",")) == {"creation", "checksum", "expiration", "termination"}


def test_a_file_in_three_pieces_becomes_evidence(cast, record):
    client, content = cast.client(cast.chief), film()
    address = begin(client, len(content)).headers["Location"]
    assert client.head(address, headers=TUS).headers["Upload-Offset"] == "0"
    for start in range(0, len(content), 2000):
        assert put(client, address, start, content[start : start + 2000]).status_code == 204
    head = client.head(address, headers=TUS)
    assert (head.headers["Upload-Offset"], head.headers["Cache-Control"]) == (str(len(content)), "no-store")
    form = {
        "medium": "video", "way": "on_site", "purpose": "证明现场状况", "officer": "T1001", "second_officer": "T1000",
        "taken_at": "2026-11-20T09:55", "upload": address.rstrip("/").rsplit("/", 1)[-1],
    }  # fmt: skip
    assert client.post(reverse("evidence:capture", args=["matter", KEY]), form).status_code == 302
    item = Item.objects.get()
    assert item.sha256 == hashlib.sha256(content).hexdigest()
    assert not Upload.objects.get().path.exists()
    assert client.head(address, headers=TUS).status_code == 410


@pytest.mark.parametrize(
    ("size", "medium", "status"),
    [(0, "video", 400), (-5, "video", 400), (10**13, "video", 413), (5, "exe", 413), ("many", "video", 400)],
)
def test_what_will_not_be_taken_is_refused_before_it_is_sent(cast, record, size, medium, status):
    assert begin(cast.client(cast.chief), size, medium).status_code == status
    assert Upload.objects.count() == 0


def test_a_piece_at_the_wrong_place_is_refused_and_told_where_it_stands(cast, record):
    client = cast.client(cast.chief)
    address = begin(client, 100).headers["Location"]
    put(client, address, 0, b"x" * 40)
    for offset in (0, 39, 41, 100):
        answer = put(client, address, offset, b"y" * 10)
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "40")
    assert put(client, address, 40, b"y" * 61).status_code == 413
    assert client.head(address, headers=TUS).headers["Upload-Offset"] == "40"


def test_a_damaged_piece_is_not_kept(cast, record):
    client = cast.client(cast.chief)
    address = begin(client, 100).headers["Location"]
    good, bad = (base64.b64encode(hashlib.sha256(each).digest()).decode() for each in (b"x" * 50, b"other"))
    assert put(client, address, 0, b"x" * 50, **{"Upload-Checksum": f"sha256 {bad}"}).status_code == 460
    assert client.head(address, headers=TUS).headers["Upload-Offset"] == "0"
    assert put(client, address, 0, b"x" * 50, **{"Upload-Checksum": f"sha256 {good}"}).status_code == 204
    assert put(client, address, 50, b"x", **{"Upload-Checksum": "md5 AAAA"}).status_code == 400
    assert put(client, address, 50, b"x", **{"Upload-Checksum": "sha256 ****"}).status_code == 400


def test_other_versions_types_and_persons_are_turned_away(cast, record):
    client = cast.client(cast.chief)
    address = begin(client, 100).headers["Location"]
    assert client.head(address).status_code == 412
    assert (
        client.patch(address, b"x", content_type="text/plain", headers={**TUS, "Upload-Offset": "0"}).status_code == 415
    )
    assert cast.client(cast.station_head).head(address, headers=TUS).status_code == 404
    assert begin(cast.client(cast.other_chief), 100).status_code == 404
    assert begin(cast.client(cast.monitor), 100).status_code == 403


def test_a_client_may_give_up_and_a_forgotten_upload_is_dropped(cast, record):
    client = cast.client(cast.chief)
    first, second = (begin(client, 100).headers["Location"] for _ in range(2))
    assert client.delete(first, headers=TUS).status_code == 204
    assert client.head(first, headers=TUS).status_code == 404
    left = Upload.objects.get()
    Upload.objects.update(expires_at=now() - timedelta(seconds=1))
    assert client.head(second, headers=TUS).status_code == 410
    assert services.forget_expired(now=now()) == 1
    assert not left.path.exists()


@pytest.mark.django_db(transaction=True)
def test_twenty_cuts_of_the_line_and_never_more_than_one_piece_sent_again(cast, record, live_server):
    """A raw client over a real socket that dies in the middle of twenty pieces."""
    piece, content = 64 * 1024, os.urandom(40 * 64 * 1024 + 77)
    logged_in = cast.client(cast.chief)
    token = "a" * 32
    cookie = f"sessionid={logged_in.cookies['sessionid'].value}; csrftoken={token}"
    common = {**TUS, "Cookie": cookie, "X-CSRFToken": token}
    server = urlsplit(live_server.url)
    address = begin(logged_in, len(content)).headers["Location"]

    def offset():
        line = http.client.HTTPConnection(server.hostname, server.port, timeout=10)
        line.request("HEAD", address, headers=common)
        answer = line.getresponse()
        line.close()
        return int(answer.headers["Upload-Offset"])

    def whole(at):
        line = http.client.HTTPConnection(server.hostname, server.port, timeout=10)
        body = content[at : at + piece]
        line.request("PATCH", address, body, {**PIECE, **common, "Upload-Offset": str(at)})
        status = line.getresponse().status
        line.close()
        return status

    def cut(at, after):
        body = content[at : at + piece]
        head = "".join(f"{name}: {value}\r\n" for name, value in {**PIECE, **common, "Upload-Offset": at}.items())
        with socket.create_connection((server.hostname, server.port), timeout=10) as line:
            line.sendall(
                f"PATCH {address} HTTP/1.1\r\nHost: localhost\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode()
            )
            line.sendall(body[:after])

    at, sent, cuts = 0, 0, 0
    while at < len(content):
        if cuts < 20 and (at // piece) % 2:
            cut(at, 20_000 + 1000 * cuts)
            cuts, sent = cuts + 1, sent + 20_000 + 1000 * (cuts)
            for _ in range(50):  # the server notices that the line is dead
                time.sleep(0.02)
                if whole(len(content)) != 423:
                    break
            at = offset()
        answer = whole(at)
        assert answer == 204
        sent += min(piece, len(content) - at)
        at = offset()
    assert cuts == 20
    assert sent <= len(content) + 20 * piece
    assert Upload.objects.get().path.read_bytes() == content
