"""What other systems know of an entity: imported with every bad row named, shown behind the entity's own door."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from shijian.audit.models import Entry
from shijian.core.errors import InvalidInput
from shijian.subjects import services
from shijian.subjects.choices import Verb
from shijian.subjects.models import DossierEntry
from shijian.subjects.rules.dossier import HEADS
from shijian.subjects.testing import NOW, an_entity, credit_code, write_csv

CODE = credit_code(1)


@pytest.fixture
def shop(scene):
    return an_entity(name="安柏便利店", credit_code=CODE)


def a_row(**other):
    facts = (CODE, "登记许可", "许1", "食品经营许可证", "2026-01-31", "2031-01-30", "准予许可")
    return [{**dict(zip(HEADS, facts, strict=True)), **other}[head] for head in HEADS]


def load(tmp_path, by, *rows, head=HEADS, source="许可系统"):
    path = write_csv(tmp_path / "a.csv", rows, head=head)
    return services.import_dossier(path, file_name="a.csv", source=source, by=by, now=NOW)


def test_the_same_file_again_writes_nothing_and_a_changed_row_one(shop, cast, tmp_path):
    rows = [a_row(), a_row(编号="许2", 有效期至="")]
    first, again = load(tmp_path, cast.clerk, *rows), load(tmp_path, cast.clerk, *rows)
    assert (first.created, again.created, again.updated, again.unchanged) == (2, 0, 0, 2)
    changed = load(tmp_path, cast.clerk, a_row(结果="已注销"), rows[1])
    assert (changed.updated, changed.unchanged) == (1, 1)
    assert DossierEntry.objects.get(number="许1").result == "已注销"
    assert load(tmp_path, cast.clerk, *rows, source="另一系统").created == 2
    assert Entry.objects.filter(verb=Verb.DOSSIER_IMPORTED).count() == 4


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"统一社会信用代码": "91"}, "统一社会信用代码"),
        ({"统一社会信用代码": credit_code(2)}, "统一社会信用代码"),
        ({"类别": "表彰"}, "类别"),
        ({"编号": ""}, "编号"),
        ({"名称": "字" * 201}, "名称"),
        ({"日期": "2026-02-30"}, "日期"),
        ({"日期": "2026-11-21"}, "日期"),
        ({"有效期至": "2020-01-01"}, "有效期至"),
        ({"有效期至": "长期"}, "有效期至"),
        ({"编号": "好"}, "编号"),
    ],
)
def test_a_bad_row_is_named_and_the_good_one_is_kept(shop, cast, tmp_path, wrong, field):
    made = load(tmp_path, cast.clerk, a_row(编号="好"), a_row(**wrong))
    assert (made.read, made.created, made.rejected) == (2, 1, 1)
    assert [(line, fault.field) for line, fault in made.faults] == [(3, field)]


def test_a_file_without_the_columns_is_refused_as_a_whole(shop, cast, tmp_path):
    with pytest.raises(InvalidInput, match="缺少“类别”“编号”列"):
        load(tmp_path, cast.clerk, head=["统一社会信用代码", "名称", "日期"])
    assert not DossierEntry.objects.exists()


@pytest.mark.parametrize("kind", ["投诉举报", "行政处罚"])
@pytest.mark.parametrize("text", ["投诉人：张三", "举报人姓名:李四", "王女士反映短斤少两"])
def test_who_complained_is_neither_kept_nor_shown(shop, cast, tmp_path, kind, text):
    made = load(tmp_path, cast.clerk, a_row(类别=kind, 名称=text, 有效期至=""))
    assert made.created == 0
    assert [(fault.field, fault.value) for _, fault in made.faults] == [("名称", "（不显示）")]


def test_phone_and_identity_numbers_are_kept_masked_and_columns_of_persons_are_not_read(shop, cast, tmp_path):
    row = [*a_row(类别="投诉举报", 结果="回访 13812345678", 有效期至=""), "张三"]
    load(tmp_path, cast.clerk, row, head=[*HEADS, "投诉人"])
    assert DossierEntry.objects.get().result == "回访 138****5678"


def test_an_entity_of_another_bureau_is_as_unknown_as_one_nobody_made(scene, cast, tmp_path):
    other = an_entity(bureau_code="610112", credit_code=CODE)
    made = load(tmp_path, cast.clerk, a_row())
    assert (made.created, made.faults[0][1].field) == (0, "统一社会信用代码")
    client = cast.client(cast.chief)
    assert client.get(reverse("subjects:dossier", args=[other.pk])).status_code == 404


def test_five_tabs_with_source_and_time_newest_first_and_an_empty_one_says_so(shop, cast, tmp_path):
    old = a_row(编号="许0", 名称="旧证", 日期="2020-01-31", 有效期至="")
    load(tmp_path, cast.clerk, old, a_row(), a_row(类别="监督检查", 有效期至=""))
    client, address = cast.client(cast.chief), reverse("subjects:dossier", args=[shop.pk])
    page = client.get(address)
    assert [(label, count) for label, _, count, _ in page.context["tabs"]] == [
        ("登记许可", 2), ("监督检查", 1), ("行政处罚", 0), ("投诉举报", 0), ("知识产权", 0),
    ]  # fmt: skip
    assert [row.happened_on for row in page.context["list"].shown] == [date(2026, 1, 31), date(2020, 1, 31)]
    assert "许可系统" in page.text
    assert "2026-11-20 10:00" in page.text
    assert "没有这一主体的行政处罚记录" in client.get(f"{address}?kind=penalty").text
    assert client.get(f"{address}?kind=nonsense").context["kind"] == "permit"
    assert "知识产权" in client.get(reverse("subjects:entity", args=[shop.pk])).text


def test_what_an_absorbed_entity_had_is_shown_with_the_kept_one(shop, cast, tmp_path):
    load(tmp_path, cast.clerk, a_row())
    kept = an_entity(name="安柏便利店二号")
    shop.merged_into = kept
    shop.save(update_fields=["merged_into"])
    page = cast.client(cast.chief).get(reverse("subjects:dossier", args=[kept.pk]))
    assert [row.number for row in page.context["list"].shown] == ["许1"]


def test_the_page_imports_and_lists_what_it_sent_back(shop, cast, tmp_path):
    client, address = cast.client(cast.clerk), reverse("subjects:dossier_import")
    assert client.get(address + "?template=1").content.decode("utf-8-sig").strip() == ",".join(HEADS)
    path = write_csv(tmp_path / "a.csv", [a_row(), a_row(类别="表彰")], head=HEADS)
    sent = client.post(address, {"file": SimpleUploadedFile("a.csv", path.read_bytes()), "source": "许可系统"})
    assert "新增 1，更新 0，未变 0，退回 1" in sent.text
    assert "应为登记许可、监督检查" in sent.text
    fake = client.post(address, {"file": SimpleUploadedFile("a.xlsx", b"x"), "source": "许可系统"})
    assert fake.status_code == 422
    assert DossierEntry.objects.count() == 1
