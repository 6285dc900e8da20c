"""The pages as a reader meets them."""

from datetime import date

import pytest
from django.urls import reverse

from shijian.laws import queries, services
from shijian.laws.models import Impact, Law, Version
from shijian.laws.queries.searching import Search
from shijian.laws.testing import NOW, write_law

pytestmark = pytest.mark.django_db
OLD = [
    "为了规范某事，制定本办法。",
    "经营者不得实施虚假宣传，欺骗消费者。",
    "违反第二条规定的，处一万元以上五万元以下的罚款。",
    "本办法自2024年3月1日起施行。",
]
NEW = [
    "为了规范某事，制定本办法。",
    "本办法适用于网络交易活动。",
    "经营者不得实施虚假宣传，欺骗消费者。",
    "违反第三条规定的，处五万元以上十万元以下的罚款。",
]


@pytest.fixture
def law(folder, cast):
    write_law(folder, "某事办法", "2024-01-05", OLD)
    write_law(folder, "某事办法", "2027-01-05", NEW, starts="2027-02-01")
    services.import_laws(folder, by=None, now=NOW)
    return Law.objects.get()


@pytest.fixture
def client(cast):
    return cast.client(cast.chief)


def page(client, name, *args, status=200, **query):
    response = client.get(reverse(f"laws:{name}", args=args), query)
    assert response.status_code == status
    return response.content.decode()


def test_the_library_lists_laws_with_their_standing(client, law):
    text = page(client, "library")
    assert "某事办法" in text
    assert "现行有效" in text
    assert "某事办法" not in page(client, "library", state="past")
    assert "某事办法" in page(client, "library", state="coming")


def test_a_law_opens_at_the_version_in_force_and_offers_the_others(client, law):
    text = page(client, "law", law.pk)
    assert "欺骗消费者" in text
    assert "网络交易活动" not in text
    coming = Version.objects.get(promulgated_on="2027-01-05")
    text = page(client, "law", law.pk, version=coming.pk)
    assert "网络交易活动" in text
    assert "尚未施行" in text


def test_an_article_shows_its_text_on_the_day_and_its_past_under_another_number(client, law):
    assert "欺骗消费者" in page(client, "article", law.pk, "2", on="2026-01-01")
    text = page(client, "article", law.pk, "3", on="2027-03-01")
    assert "欺骗消费者" in text
    assert "条号变动" in text
    assert "第二条" in text
    text = page(client, "article", law.pk, "2", on="2020-01-01")
    assert "最早的版本自 2024-03-01 起施行" in text


@pytest.mark.parametrize("number", ["99", "abc", "0", "1-1"])
def test_an_article_that_is_not_there_is_not_found(client, law, number):
    page(client, "article", law.pk, number, status=404)


def test_a_wrong_day_is_told_and_today_shown(client, law):
    assert "日期不对" in page(client, "article", law.pk, "2", on="2026-13-01")


def test_comparison_maps_renumbered_articles_and_marks_the_changed_words(client, law):
    text = page(client, "comparison", law.pk)
    assert "第二条 → 第三条" in text
    assert "第三条 → 第四条" in text
    assert "<ins>" in text
    assert "新增 1 条" in text
    assert "删除 1 条" in text


@pytest.mark.parametrize(
    ("day", "sentence"),
    [("2026-05-01", "适用行为发生时的旧规定"), ("2027-02-01", "适用新规定。行为连续"), ("nonsense", "日期不对")],
)
def test_comparison_says_which_version_governs_an_act(client, law, day, sentence):
    assert sentence in page(client, "comparison", law.pk, on=day)


def test_a_citation_leads_to_the_article_or_says_why_not(client, law):
    assert client.get(reverse("laws:cite"), {"q": "某事办法二", "on": "2026-01-01"}).url.endswith(
        "articles/2/?on=2026-01-01"
    )
    assert "没有第九条" in page(client, "cite", q="某事办法 9", status=422)
    assert "没有写明法规名称" in page(client, "cite", q="51", status=422)


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("虚假宣传", ["第二条"]),
        ("某事办法第三条", ["第三条"]),
        ("某事 3", ["第三条"]),
        ("第三条", ["第三条"]),
        ("罚款 一万元", ["第三条"]),
        ("没有的词语", []),
    ],
)
def test_the_search_finds_words_and_articles_in_any_writing(law, question, labels):
    found = Search(question, date(2026, 1, 1))
    assert [hit.article.label for hit in found.shown] == labels


def test_a_passage_with_a_number_in_it_is_sought_as_words(law):
    assert Search("第四条规定，虚假宣传", date(2026, 1, 1))._number is None
    for asked in ("第四条", "4", "《电子商务法》第四条第一款第（二）项", "中华人民共和国电子商务法 4"):
        assert Search(asked, date(2026, 1, 1))._number is not None


def test_a_number_of_a_law_nobody_knows_is_sought_as_it_is_written(tmp_path, cast):
    write_law(
        tmp_path, "档案办法", "2024-01-05", ["收集资料。", "建立档案。", "不按照档案和本法第二条办理的，责令改正。"]
    )
    services.import_laws(tmp_path, by=None, now=NOW)
    found = Search("档案和本法第二条", date(2026, 1, 1))
    assert found._number is not None
    assert [hit.article.label for hit in found.shown] == ["第三条"]


def test_the_search_marks_the_words_and_keeps_to_the_filters(client, law):
    assert "<mark>虚假宣传</mark>" in page(client, "search", q="虚假宣传")
    assert Search("网络交易", date(2026, 1, 1)).shown == []
    assert len(Search("网络交易", date(2026, 1, 1), state="coming").shown) == 1
    assert len(Search("虚假宣传", date(2026, 1, 1), state="all").shown) == 2
    assert Search("虚假宣传", date(2026, 1, 1), level="national_law").shown == []


def test_what_rests_on_an_article_is_listed_under_it(client, folder, cast):
    write_law(
        folder,
        "市场监督管理行政处罚程序规定",
        "2022-09-29",
        [f"内容{place}。" for place in range(1, 70)],
        starts="2022-11-01",
    )
    services.import_laws(folder, by=None, now=NOW)
    cited = queries.cite("程序规定 64", on=date(2026, 1, 1))
    assert "办案期限" in page(client, "uses", cited.article.pk)


class TestImpacts:
    @pytest.fixture
    def loaded(self, folder, cast):
        """程序规定 with article 18 renumbered to 19, changed in words, and article 64 deleted."""
        texts = [
            f"关于事项{place}的规定，市场监督管理部门应当在规定期限内办理第{place}类事项。" for place in range(1, 70)
        ]
        write_law(folder, "市场监督管理行政处罚程序规定", "2022-09-29", texts, starts="2022-11-01")
        services.import_laws(folder, by=None, now=NOW)
        later = [*texts[:17], "新设一条，与其他各条毫无相同之处。", *texts[17:63], *texts[64:]]
        write_law(folder, "市场监督管理行政处罚程序规定", "2026-12-01", later, starts="2027-01-01")
        return services.import_laws(folder, by=None, now=NOW)

    def test_a_new_version_lists_everything_it_touches(self, loaded, cast):
        found = {
            (row.use_title.split("（")[0], row.before_label, row.kind, row.after_label) for row in Impact.objects.all()
        }
        assert ("线索核查", "第十八条", "moved", "第十九条") in found
        assert ("办案期限", "第六十四条", "deleted", "") in found
        assert loaded.to_handle == Impact.objects.filter(state="open").count() > 5

    def test_the_responsible_role_is_told(self, loaded, cast):
        from shijian.notices.models import Notice

        assert [notice.to for notice in Notice.objects.filter(kind="laws.impact")] == [cast.grid_office]

    def test_loading_the_same_again_lists_nothing_twice(self, loaded, folder, cast):
        number = Impact.objects.count()
        services.after_import(Version.objects.all(), now=NOW)
        assert Impact.objects.count() == number

    def test_what_was_done_is_put_on_record_once(self, loaded, cast):
        row = Impact.objects.filter(state="open").first()
        address = reverse("laws:impact", args=[row.pk])
        client = cast.client(cast.grid_office)
        assert client.get(address).status_code == 200
        assert client.post(address, {"outcome": " "}).status_code == 422
        assert client.post(address, {"outcome": "依据改为第十九条"}).status_code == 302
        row.refresh_from_db()
        assert (row.state, row.handled_by, row.outcome) == ("done", cast.grid_office, "依据改为第十九条")
        with pytest.raises(services.AlreadyHandled):
            services.handle(row, outcome="再来", by=cast.grid_office, now=NOW)
        assert "处理完毕" not in client.get(address).content.decode()

    def test_another_bureau_does_not_see_it(self, loaded, cast):
        row = Impact.objects.first()
        Impact.objects.update(bureau_code="330106")
        assert cast.client(cast.grid_office).get(reverse("laws:impact", args=[row.pk])).status_code == 404

    def test_who_may_only_read_sees_the_list_but_no_form(self, loaded, client):
        row = Impact.objects.filter(state="open").first()
        assert "处理完毕" not in page(client, "impact", row.pk)
        assert client.post(reverse("laws:impact", args=[row.pk]), {"outcome": "x"}).status_code == 200
        assert Impact.objects.get(pk=row.pk).state == "open"


def test_a_thing_written_after_the_new_version_needs_no_handling(folder, cast, monkeypatch):
    from shijian.laws import hooks

    use = hooks.Use("表单", "f1", "某表", "/x/", ("某事办法 3",), since=date(2027, 3, 1))
    old = hooks.Use("表单", "f2", "旧表", "/x/", ("某事办法 2",))
    monkeypatch.setattr(hooks, "uses", [lambda bureau: [use, old]])
    write_law(folder, "某事办法", "2024-01-05", OLD)
    write_law(folder, "某事办法", "2027-01-05", NEW, starts="2027-02-01")
    services.import_laws(folder, by=None, now=NOW)
    assert set(Impact.objects.values_list("use_title", "state")) == {("某表", "current"), ("旧表", "open")}
