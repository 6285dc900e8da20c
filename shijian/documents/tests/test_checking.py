"""The code on a paper leads anybody to what the bureau has on record, and to nothing the paper says."""

import io

import pytest
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from shijian.core.files import path_of
from shijian.documents import queries, services, typesetting
from shijian.documents.testing import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper(desk, settings, tmp_path):
    settings.PUBLIC_URL, settings.FILES_DIR = "https://shijian.example", tmp_path / "files"
    return desk.approved()


def test_the_code_printed_on_the_paper_is_its_address(paper):
    page = queries.rendered_page(paper, paper.form_version.read(), queries.office_facts(paper.bureau_code))
    [first, *_] = typesetting.pictures(page, dots=200)
    [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(first)))
    assert found.text == f"https://shijian.example/documents/check/{paper.code}/"


def test_anybody_learns_whether_it_is_in_force_but_not_whom_it_concerns(client, desk, paper):
    address = reverse("documents:check", args=[paper.code])
    page = client.get(address).content.decode()
    assert paper.number in page
    assert "尚未加盖电子印章" in page
    assert "禾丰" not in page
    services.void(paper, reason="写错", by=desk.cast.station_head, now=NOW)
    assert "作废" in client.get(address).content.decode()


def test_a_file_is_compared_with_the_one_on_record(client, paper):
    data = path_of(paper.pdf.sha256, "original").read_bytes()
    address = reverse("documents:check", args=[paper.code])
    for sent, said in ((data, "完全一致"), (data + b" ", "不是登记的那一份")):
        page = client.post(address, {"file": SimpleUploadedFile("a.pdf", sent)}).content.decode()
        assert said in page


def test_a_draft_or_a_guessed_code_is_nowhere(client, desk):
    assert client.get(reverse("documents:check", args=[desk.begin().code])).status_code == 404
    assert client.get(reverse("documents:check", args=["0" * 16])).status_code == 404


def test_without_a_public_address_nothing_is_printed(desk, settings):
    settings.PUBLIC_URL = ""
    paper = desk.approved()
    page = queries.rendered_page(paper, paper.form_version.read(), {})
    assert page["check"] is None


def test_a_row_is_added_to_a_table_without_saving(desk):
    chief = desk.cast.client(desk.cast.chief)
    form = chief.get(reverse("documents:paper", args=[desk.begin("property_list").pk])).content.decode()
    assert "加一行" in form
    row = chief.get(reverse("documents:row", args=["goods"]), {"column": ["名称", "数量"]}).content.decode()
    assert 'name="goods-0"' in row
    assert 'placeholder="数量"' in row
    assert chief.get(reverse("documents:row", args=["goods"])).status_code == 404
