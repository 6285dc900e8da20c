"""A law text through the browser: what is wrong is named, what it touches is listed, each thing is checked by its keeper."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from shijian.audit.models import Entry
from shijian.core.permissions import registry
from shijian.laws import hooks, queries, services
from shijian.laws.choices import Verb
from shijian.laws.models import Impact, Law, Upload, Version
from shijian.laws.queries import reading
from shijian.laws.services import AlreadyHandled, NotYours, uploads
from shijian.laws.testing import NOW, write_law
from shijian.notices.models import Notice

from .test_pages import NEW, OLD

pytestmark = pytest.mark.django_db
KIND_EDIT = registry["events.kind.edit"]


@pytest.fixture
def old(folder, cast, monkeypatch):
    used = [
        hooks.Use("事项", "k1", "虚假宣传", "/x/", ("某事办法 2",), KIND_EDIT),
        hooks.Use("操作指南", "g1", "罚款", "/y/", ("某事办法第三条",)),
    ]
    monkeypatch.setattr(hooks, "uses", [lambda bureau: used])
    write_law(folder, "某事办法", "2024-01-05", OLD)
    services.import_laws(folder, by=None, now=NOW)
    return Law.objects.get()


def text_of(folder, articles=NEW, title="某事办法", **more):
    return write_law(folder, title, "2027-01-05", articles, starts="2027-02-01", **more).read_bytes()


def send(client, content, name="某事办法(2027-01-05).md", **more):
    return client.post(reverse("laws:upload_new"), {"file": SimpleUploadedFile(name, content), **more})


def test_a_new_version_is_sent_looked_at_confirmed_and_what_it_touches_is_checked_off(old, folder, cast):
    client = cast.client(cast.grid_office)
    answer = send(client, text_of(folder))
    address = answer.url
    page = client.get(address).content.decode()
    assert "读出 4 条" in page
    assert "2027-02-01" in page
    assert "条号变动 <strong>1</strong>" in page
    assert "操作指南 <strong>1</strong>" in page
    assert Version.objects.count() == 1  # looking changes nothing
    assert not Impact.objects.exists()
    assert not Notice.objects.exists()
    assert client.post(f"{address}loading/", follow=True).status_code == 200
    assert set(Impact.objects.values_list("use_title", "keeper")) == {
        ("虚假宣传", "events.kind.edit"), ("罚款", "laws.library.import"),
    }  # fmt: skip
    assert "2 项待核对" in client.get(address).content.decode()
    picked = list(Impact.objects.values_list("pk", flat=True))
    assert "选中 2 项" in client.post(reverse("laws:impact_handling"), {"pick": picked}).content.decode()
    client.post(reverse("laws:impact_handling"), {"pick": picked, "outcome": "核对后无需修改"})
    assert set(Impact.objects.values_list("state", flat=True)) == {"done"}
    assert "全部核对完毕" in client.get(reverse("laws:impacts")).content.decode()
    assert "已经导入" in client.post(f"{address}loading/", follow=True).content.decode()


def test_faults_are_all_named_with_their_lines_and_nothing_is_kept(old, cast, folder):
    content = text_of(folder, ["第一条 甲。", "第三条 乙。", "第三条 丙。"])
    answer = send(cast.client(cast.grid_office), content)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "有 2 处不能使用" in page
    assert "第 11 行" in page
    assert "中间缺条或者次序颠倒" in page
    assert "与第 11 行重复" in page
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00\x01", "不是 UTF-8 文本"), (b"abc\x00", "空字符"), (b"PK\x03\x04 docx", "分隔行"), ("第一条 甲".encode(), "分隔行"),
        (b"#" * 5_000_001, "文件过大"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_law_text_is_answered_with_a_sentence(cast, content, said):
    answer = send(cast.client(cast.grid_office), content, name="x.md")
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_no_file_and_an_empty_file_are_told(cast):
    client = cast.client(cast.grid_office)
    assert client.post(reverse("laws:upload_new"), {}).status_code == 422
    assert send(client, b"").status_code == 422
    assert "INFO END" in client.get(reverse("laws:upload_new"), {"template": "1"}).content.decode()


def test_the_sample_offered_reads_without_a_fault():
    from shijian.laws.rules import texts
    from shijian.laws.views.uploads import SAMPLE

    text, faults = texts.read("template.md", SAMPLE)
    assert faults == []
    assert len(text.articles) == 3


def test_dates_that_do_not_fit_the_library_are_told_in_the_preview_and_refused(old, folder, cast):
    content = write_law(folder, "某事办法", "2024-02-05", NEW, starts="2024-03-01").read_bytes()
    client = cast.client(cast.grid_office)
    address = send(client, content, name="某事办法(2024-02-05).md").url
    page = client.get(address).content.decode()
    assert "同日施行" in page
    assert "确认导入" not in page
    client.post(f"{address}loading/")
    assert Version.objects.count() == 1


def test_the_same_text_again_is_said_to_change_nothing(old, folder, cast):
    row = services.upload(text_of(folder), name="某事办法(2027-01-05).md", by=cast.grid_office, now=NOW)
    services.load(row, by=cast.grid_office, now=NOW)
    again = services.upload(text_of(folder), name="某事办法(2027-01-05).md", by=cast.grid_office, now=NOW)
    assert services.preview(again, by=cast.grid_office, now=NOW).is_unchanged
    assert services.load(again, by=cast.grid_office, now=NOW).unchanged == 1
    assert Impact.objects.count() == 2
    with pytest.raises(uploads.AlreadyLoaded):
        services.drop(again, by=cast.grid_office, now=NOW)


def test_an_upload_is_given_up_and_the_library_is_as_before(old, folder, cast):
    client = cast.client(cast.grid_office)
    address = send(client, text_of(folder)).url
    client.post(f"{address}dropping/")
    assert client.get(address).status_code == 404
    assert Version.objects.count() == 1
    assert Entry.objects.filter(verb__in=[Verb.UPLOADED, Verb.UPLOAD_DROPPED]).count() == 2


def test_another_bureau_does_not_see_an_upload_and_a_reader_may_not_send(old, folder, cast):
    client = cast.client(cast.grid_office)
    address = send(client, text_of(folder)).url
    Upload.objects.update(bureau_code="330106")
    assert client.get(address).status_code == 404
    assert send(cast.client(cast.chief), b"x").status_code == 403


def test_a_law_of_another_title_takes_the_place_of_the_old_one(old, folder, cast):
    content = text_of(folder, title="某事管理办法", name="某事管理办法(2027-01-05).md")
    content = content.replace("效力级别".encode(), "取代：《某事办法》\n\n效力级别".encode())
    row = services.upload(content, name="某事管理办法(2027-01-05).md", by=cast.grid_office, now=NOW)
    made = services.preview(row, by=cast.grid_office, now=NOW)
    assert made.before == "某事办法 2024-01-05 版"
    assert made.to_check == 2
    services.load(row, by=cast.grid_office, now=NOW)
    assert Law.objects.get(title="某事管理办法").replaces == old
    assert str(old.versions.get().ends_before) == "2027-02-01"
    with pytest.raises(queries.NotInForce, match="已由《某事管理办法》取代"):
        queries.cite("某事办法 2", on=reading.date(2027, 3, 1))


def test_a_law_that_is_to_be_replaced_but_is_not_there_is_a_fault(folder, cast):
    content = text_of(folder).replace("效力级别".encode(), "取代：无此办法\n\n效力级别".encode())
    row = services.upload(content, name="某事办法(2027-01-05).md", by=cast.grid_office, now=NOW)
    assert "没有这部法规" in services.preview(row, by=cast.grid_office, now=NOW).faults[0].reason
    with pytest.raises(services.Malformed):
        services.load(row, by=cast.grid_office, now=NOW)


class TestHandling:
    @pytest.fixture(autouse=True)
    def loaded(self, old, folder, cast):
        row = services.upload(text_of(folder), name="某事办法(2027-01-05).md", by=cast.grid_office, now=NOW)
        services.load(row, by=cast.grid_office, now=NOW)

    def test_who_keeps_nothing_and_was_given_nothing_may_not_check(self, cast):
        row = Impact.objects.first()
        assert not services.may_handle(row, cast.chief)
        with pytest.raises(NotYours):
            services.handle(row, outcome="看过", by=cast.chief, now=NOW)
        answer = cast.client(cast.chief).post(
            reverse("laws:impact_handling"), {"pick": [row.pk], "outcome": "看过"}, follow=True
        )
        assert "由保管该类事项的人员" in answer.content.decode()

    def test_a_line_given_to_somebody_waits_on_his_desk_and_he_may_check_it(self, cast):
        row = Impact.objects.get(use_title="罚款")
        assert list(reading.impacts_for(cast.chief)) == []
        client = cast.client(cast.grid_office)
        answer = client.post(reverse("laws:impact_assignment"), {"pick": [row.pk], "to": cast.chief.pk}, follow=True)
        assert "已把 1 项交给" in answer.content.decode()
        assert list(reading.impacts_for(cast.chief)) == [row]
        assert row not in reading.impacts_for(cast.grid_office)
        assert Notice.objects.filter(to=cast.chief).count() == 1
        services.handle(row, outcome="依据改为第四条", by=cast.chief, now=NOW)
        with pytest.raises(AlreadyHandled):
            services.assign([row], to=cast.chief, by=cast.grid_office, now=NOW)

    def test_only_who_keeps_the_library_gives_lines_away_and_only_within_the_bureau(self, cast):
        row = Impact.objects.first()
        with pytest.raises(NotYours):
            services.assign([row], to=cast.manager, by=cast.chief, now=NOW)
        with pytest.raises(NotYours):
            services.assign([row], to=cast.sysadmin, by=cast.grid_office, now=NOW)

    def test_the_list_narrows_to_what_waits_for_me_and_to_a_kind(self, cast):
        client = cast.client(cast.grid_office)
        assert "虚假宣传" in client.get(reverse("laws:impacts"), {"mine": "1"}).content.decode()
        page = client.get(reverse("laws:impacts"), {"use": "操作指南"}).content.decode()
        assert "虚假宣传</a>" not in page
        assert "罚款</a>" in page
        assert "没有选中" in client.post(reverse("laws:impact_handling"), {"pick": ["x", "9" * 30]}).content.decode()
