"""Packages on the page."""

import pytest
from django.urls import reverse

from shijian.audit.models import Entry
from shijian.evidence import services
from shijian.evidence.models import Package
from shijian.evidence.passport import build
from shijian.evidence.services import PackageRefused
from shijian.evidence.testing import KEY, NOW

pytestmark = pytest.mark.django_db
PAGE = ("matter", KEY)


def test_asked_for_once_at_a_time_and_told_how_far_it_is(cast, item):
    client = cast.client(cast.station_head)
    address = reverse("evidence:packages", args=PAGE)
    assert client.post(address, {"purpose": ""}).status_code == 422
    assert client.post(address, {"purpose": "法制审核"}).status_code == 302
    assert "正在生成" in client.post(address, {"purpose": "法制审核"}).content.decode()
    Package.objects.update(state="working", done=1, total=4)
    page = client.get(address).content.decode()
    assert 'value="25"' in page
    assert "every 2s" in page
    assert cast.client(cast.chief).get(address).status_code == 403
    assert cast.client(cast.other_head).get(address).status_code == 404


def test_a_ready_one_is_downloaded_on_record(cast, item, record):
    package = Package.objects.get(pk=services.ask_package(record, purpose="移送", by=cast.station_head, now=NOW).pk)
    client = cast.client(cast.station_head)
    address = reverse("evidence:package", args=[package.pk])
    assert client.get(address).status_code == 404
    package.path.parent.mkdir(parents=True)
    package.path.write_bytes(b"PK")
    Package.objects.update(state="ready")
    response = client.get(address)
    assert b"".join(response.streaming_content) == b"PK"
    assert Entry.objects.filter(verb="evidence.package.downloaded").count() == 1
    tag = response.headers["ETag"]
    rest = client.get(address, headers={"Range": "bytes=1-", "If-Range": tag})
    assert (rest.status_code, rest.headers["Content-Range"], b"".join(rest.streaming_content)) == (
        206,
        "bytes 1-1/2",
        b"K",
    )
    anew = client.get(address, headers={"Range": "bytes=1-", "If-Range": '"another"'})
    assert (anew.status_code, b"".join(anew.streaming_content)) == (200, b"PK")
    assert client.get(address, headers={"Range": "bytes=2-"}).status_code == 416
    assert cast.client(cast.other_head).get(address).status_code == 404


def test_nothing_to_export_is_kept_as_the_reason(cast, record):
    package = services.ask_package(record, purpose="移送", by=cast.station_head, now=NOW)
    assert "还没有证据" in services.make_package(package, now=NOW).problem
    with pytest.raises(PackageRefused, match="用途"):
        services.ask_package(record, purpose=" ", by=cast.station_head, now=NOW)


def test_how_far_a_large_package_is_is_told_in_bytes_not_in_items(cast, item, record, tmp_path, monkeypatch):
    monkeypatch.setattr(build, "STEP_SECONDS", 0)
    monkeypatch.setattr(build, "CHUNK", 1000)
    told = []
    monkeypatch.setattr(build, "_proofs", lambda rows: [])  # the log is sealed after real commits only
    build.build(record, tmp_path / "p.zip", purpose="x", by=cast.chief, now=NOW, progress=lambda *far: told.append(far))
    assert len(told) > 4
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] == told[-1][1] == 2 * item.size
