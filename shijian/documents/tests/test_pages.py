import io
import re

import pytest
from django.urls import reverse
from pyhanko.pdf_utils.reader import PdfFileReader

from shijian.core.ids import new_id
from shijian.documents import services
from shijian.documents.models import Office, Paper
from shijian.documents.testing import KIND, NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(desk):
    return desk.cast.client(desk.cast.chief)


@pytest.fixture
def head(desk):
    return desk.cast.client(desk.cast.station_head)


def url(name, *args):
    return reverse(f"documents:{name}", args=args)


def test_a_form_is_found_by_name_or_stage_and_begun_from_the_record(desk, chief):
    page = chief.get(url("record", KIND, desk.key), {"q": "询问"}).content.decode()
    assert "询问通知书" in page
    assert "先行登记保存" not in page
    response = chief.post(url("begin", KIND, desk.key, "inquiry_notice"))
    paper = Paper.objects.get()
    assert response.url == url("paper", paper.pk)
    assert "还差" in chief.get(response.url).content.decode()


def test_the_form_keeps_what_is_typed_and_lists_what_is_missing(desk, chief):
    paper = desk.begin("sampling_record")
    sent = {
        "party_name": "禾丰",
        "officers-0": ["郑执法", ""],
        "officers-1": ["27010100001", ""],
        "sample_name": "酱油",
    }
    chief.post(url("paper", paper.pk), sent)
    paper.refresh_from_db()
    assert paper.data == {"party_name": "禾丰", "officers": [["郑执法", "27010100001"]], "sample_name": "酱油"}
    page = chief.get(url("paper", paper.pk)).content.decode()
    assert "不得少于两人" in page
    assert 'value="郑执法"' in page


def test_the_print_follows_what_is_typed_without_keeping_it(desk, chief):
    paper = desk.begin()
    page = chief.post(url("preview", paper.pk), {"party_name": "别的店"}).content.decode()
    assert page.lstrip().startswith("<section")
    assert "data:image/png" in page
    paper.refresh_from_db()
    assert paper.data["party_name"] == "西安市灞桥区禾丰食品店"


def test_a_character_that_cannot_be_printed_is_said_in_the_preview(desk, chief):
    page = chief.post(url("preview", desk.begin().pk), {"party_name": "店\U000f0000"}).content.decode()
    assert "字体中没有" in page
    assert "data:image/png" in page


def test_approval_by_a_second_person_on_the_page(desk, chief, head):
    paper = desk.complete()
    assert "审批并取文号" not in chief.get(url("paper", paper.pk)).content.decode()
    assert "审批并取文号" in head.get(url("paper", paper.pk)).content.decode()
    assert "1号" in head.post(url("approval", paper.pk), follow=True).content.decode()
    assert chief.post(url("approval", paper.pk)).status_code == 403


def test_a_missing_field_stops_the_approval_by_its_name_and_nothing_typed_is_lost(desk, chief, head):
    paper = desk.complete()
    typed = {key: value for key, value in paper.data.items() if key != "party_name"}
    Paper.objects.filter(pk=paper.pk).update(data=typed)
    answer = head.post(url("approval", paper.pk))
    assert answer.status_code in {409, 422}
    assert "当事人" in answer.content.decode()
    paper.refresh_from_db()
    assert (paper.state, paper.number, paper.data) == ("draft", "", typed)


def test_the_approved_file_is_sent_as_it_was_kept(desk, chief):
    paper = desk.approved()
    Office.objects.update(bureau_name="别的局")
    sent = b"".join(chief.get(url("file", paper.pk, "pdf")).streaming_content)
    assert sent.startswith(b"%PDF")
    assert len(sent) == paper.pdf.size


@pytest.mark.parametrize("kind", ["strip", "docx", "pdf"])
def test_a_draft_is_printed_in_every_way(desk, chief, kind):
    sent = chief.get(url("file", desk.begin().pk, kind)).content
    assert sent.startswith(b"PK" if kind == "docx" else b"%PDF")


def test_voiding_asks_for_a_reason(desk, head):
    paper = desk.approved()
    assert head.post(url("voiding", paper.pk), {"reason": ""}).status_code == 422
    page = head.post(url("voiding", paper.pk), {"reason": "送达对象错误"}, follow=True).content.decode()
    assert "送达对象错误" in page


def test_a_new_version_and_a_dropped_draft(desk, chief):
    paper = desk.approved()
    made = chief.post(url("revision", paper.pk)).url
    assert "第 2 版" in chief.get(made).content.decode()
    key = Paper.objects.get(version=2).pk
    chief.post(url("dropping", key))
    assert Paper.objects.count() == 1


def test_changed_facts_are_shown_and_taken_over_with_one_click(desk, chief):
    paper = desk.begin()
    desk.facts["party_name"] = "禾丰商行"
    assert "禾丰商行" in chief.get(url("paper", paper.pk)).content.decode()
    chief.post(url("facts", paper.pk))
    paper.refresh_from_db()
    assert paper.data["party_name"] == "禾丰商行"


def test_papers_are_found_by_a_field(desk, chief):
    desk.complete("filing_approval", party_address="纺东街88号")
    desk.key = new_id()
    other = desk.begin("inquiry_notice")
    services.write(other, {"party_name": "纺东街超市"}, by=desk.cast.chief, now=NOW)
    found = chief.get(url("list"), {"field": "party_address", "value": "纺东街"}).content.decode()
    assert "立案/不予立案审批表" in found
    assert "纺东街超市" not in found
    assert "纺东街超市" in chief.get(url("list"), {"q": "纺东街"}).content.decode()
    assert chief.get(url("list"), {"field": "x') --", "value": "1"}).status_code == 200


def test_the_register_is_exported(desk, chief):
    desk.approved()
    assert chief.get(url("list"), {"export": "xlsx"}).content.startswith(b"PK")


def test_another_station_does_not_learn_of_a_paper(desk):
    paper = desk.approved()
    stranger = desk.cast.client(desk.cast.other_chief)
    for name in ("paper", "voiding"):
        assert stranger.get(url(name, paper.pk)).status_code in {403, 404}
    assert stranger.get(url("file", paper.pk, "pdf")).status_code == 404
    assert stranger.get(url("record", KIND, desk.key)).status_code == 404
    assert paper.number not in stranger.get(url("list")).content.decode()


def test_each_form_has_a_page_with_sample_mistakes_and_basis(desk, chief):
    assert "现场笔录" in chief.get(url("forms"), {"q": "现场"}).content.decode()
    page = chief.get(url("form", "scene_record")).content.decode()
    assert "常见错误" in page
    assert "程序规定》第二十八条" in page
    for which in ("blank.pdf", "sample.pdf", "blank.docx"):
        assert chief.get(url("form_file", "scene_record", which)).status_code == 200
    assert chief.get(url("form_file", "scene_record", "other.exe")).status_code == 404
    assert chief.get(url("form", "no_such_form")).status_code == 404


def test_the_office_says_what_its_papers_print(desk):
    office = desk.cast.client(desk.cast.grid_office)
    sent = {
        "bureau_name": "灞桥区市场监督管理局", "short_name": "灞", "government": "西安市灞桥区人民政府", "court": "某法院",
        "bank": "某银行", "office_address": "某街1号", "office_phone": "029-1",
    }  # fmt: skip
    assert office.post(url("office"), sent).status_code == 302
    assert desk.approved().number.startswith("灞市监")


def test_the_law_library_learns_which_forms_rest_on_an_article(desk):
    from shijian.documents import queries

    uses = {use.key: use for use in queries.uses_of_laws("610111")}
    assert "行政处罚法 55" in uses["scene_record"].citations


def test_ticked_papers_are_printed_together_with_a_bookmark_for_each(desk, chief):
    papers = [desk.approved(), desk.begin("inquiry_notice"), desk.approved("penalty_notice")]
    sent = chief.post(url("printing"), {"pick": [str(paper.pk) for paper in papers]})
    assert sent["Content-Type"] == "application/pdf"
    names = [item["/Title"] for item in outline_of(sent.content)]
    assert names == [f"{paper.form_version.name} {paper.number}".strip() for paper in papers]


def outline_of(pdf):
    """The bookmarks of a PDF, the first level."""
    root = PdfFileReader(io.BytesIO(pdf)).root
    item = root["/Outlines"]["/First"]
    while item is not None:
        yield item
        following = item.get("/Next")  # a reference: only subscripts look behind it
        item = following.get_object() if following else None


def test_nothing_ticked_and_papers_of_others_are_not_printed(desk, chief):
    paper = desk.approved()
    assert "请先勾选" in chief.post(url("printing"), {"pick": ["x"]}).content.decode()
    stranger = desk.cast.client(desk.cast.other_chief)
    assert stranger.post(url("printing"), {"pick": [str(paper.pk)]}).status_code == 409
    assert "合并打印" in chief.get(url("list")).content.decode()


def test_the_page_of_an_approved_paper_shows_the_file_as_it_was_kept(desk, chief):
    def shown(paper):
        return re.findall(r'src="(data:image/png[^"]+)"', chief.get(url("paper", paper.pk)).content.decode())

    paper = desk.approved()
    before = shown(paper)
    assert before
    Office.objects.update(bureau_name="别的局")
    assert shown(paper) == before
