"""From the catalogue to a kept worksheet, and a local version from its proposal to its first day."""

import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from openpyxl import Workbook

from shijian.audit.models import Entry
from shijian.core.errors import Refused
from shijian.deadlines.testing import record_kind, sample
from shijian.discretion import hooks, queries, services
from shijian.discretion.choices import State, Verb
from shijian.discretion.models import Benchmark, Worksheet
from shijian.discretion.rules import table

from .test_table import GOOD

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
FACTS = {"violation": "food-expired", "on": "2026-10-01", "party": "unit", "value": "8000"}


@pytest.fixture
def catalogue(cast):
    services.load_shipped()
    return cast


def save(by, chosen=70_000, **more):
    given = {"reason": "货值八千元，没有从轻、从重情节", **more}
    return services.save_worksheet(FACTS, chosen=Decimal(chosen), by=by, now=NOW, **given)


def test_loading_the_shipped_rows_again_changes_nothing(catalogue):
    count = Benchmark.objects.count()
    Benchmark.objects.filter(code="food-expired").update(lines=[])
    assert services.load_shipped() == 0
    assert Benchmark.objects.count() == count
    assert Benchmark.objects.filter(code="food-expired").first().lines


def test_the_catalogue_finds_by_name_law_and_field(catalogue):
    client = catalogue.client(catalogue.chief)
    assert "计算幅度" in client.get(reverse("discretion:violation", args=["food-expired"])).content.decode()
    page = client.get(reverse("discretion:catalogue"), {"q": "商标", "domain": "商标"}).content.decode()
    assert "侵犯注册商标专用权" in page
    assert "无照经营" not in page
    assert client.get(reverse("discretion:violation", args=["no-such"])).status_code == 404
    assert client.get(reverse("discretion:working", args=["no-such"])).status_code == 404


def test_the_calculator_answers_live_and_says_what_is_missing(catalogue):
    client = catalogue.client(catalogue.chief)
    url = reverse("discretion:working", args=["food-expired"])
    first = client.get(url).content.decode()
    assert "请填写货值金额" in first
    assert "（value）" not in first, "the name of a fact in a file is for the command"
    facts = {"on": "2026-10-01", "party": "unit", "value": "8000"}
    page = client.get(url, facts, headers={"HX-Request": "true"}).content.decode()
    assert "65,000 元 至 85,000 元" in page
    assert "<html" not in page
    assert (
        "不能同时成立"
        in client.get(url, {**facts, "circumstances": ["harmful", "slight_corrected_harmless"]}).content.decode()
    )
    assert "请填写事实" in client.get(url, {**facts, "on": "x"}).content.decode()


def test_a_working_is_kept_with_its_reason_and_printed(catalogue):
    client = catalogue.client(catalogue.chief)
    url = reverse("discretion:working", args=["food-expired"]) + "?on=2026-10-01&party=unit&value=8000"
    assert client.post(url, {"chosen": "90000", "why": "x"}).status_code == 422
    answer = client.post(url, {"chosen": "70000", "why": "没有从轻情节"})
    sheet = Worksheet.objects.get()
    assert answer.url == reverse("discretion:worksheet", args=[sheet.pk])
    page = client.get(answer.url).content.decode()
    assert "裁量〔" in page
    assert "70,000 元" in page
    assert Entry.objects.filter(verb=Verb.SAVED).count() == 1
    assert catalogue.client(catalogue.manager).post(url, {"chosen": "70000", "why": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("more", "said"),
    [({"chosen": 90_000}, "不在幅度"), ({"chosen": 10}, "不在幅度"), ({"reason": " "}, "裁量理由")],
)
def test_a_sum_outside_the_range_or_without_a_reason_is_refused(catalogue, more, said):
    with pytest.raises(Refused, match=said):
        save(catalogue.chief, **more)


def test_leaving_the_range_of_past_cases_needs_a_reason(catalogue, monkeypatch):
    past = hooks.PastCase("灞市监处罚〔2026〕7号", date(2026, 5, 1), Decimal(68_000))
    monkeypatch.setattr(hooks, "similar_cases", [lambda question: [past] if question.tier == "normal" else []])
    save(catalogue.chief, 70_000)
    save(catalogue.chief, 72_000)
    with pytest.raises(Refused, match="偏离"):
        save(catalogue.chief, 80_000)
    assert save(catalogue.chief, 80_000, deviation="涉及学校食堂").serial == 3
    assert save(catalogue.chief, 69_000).deviation == ""


def test_the_database_keeps_the_sum_inside_the_range(catalogue):
    sheet = save(catalogue.chief)
    with pytest.raises(IntegrityError), transaction.atomic():
        Worksheet.objects.filter(pk=sheet.pk).update(chosen=1)


# ---- local versions


def local(cast, start="2027-01-01", **more):
    line = {**GOOD, "代码": "food-label", "有效期起": start, "从轻标准": "5000-9000", **more}
    return services.propose(table.entry([line]), document="灞市监发〔2026〕9号", by=cast.grid_office, now=NOW)


def test_a_local_version_is_proposed_on_its_page_and_approved_by_another_person(catalogue):
    office, leader = catalogue.client(catalogue.grid_office), catalogue.client(catalogue.leader)
    url = reverse("discretion:version_new", args=["ad-popup"])
    assert office.get(url).status_code == 200
    given = {"document": "灞市监发〔2026〕9号", "valid_from": "2026-01-01", "light_share": "20", "heavy_share": "40",
             "form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-light_standard": "5000-8000", "form-0-light_condition": "首次"}  # fmt: skip
    assert office.post(url, {**given, "form-0-light_standard": "1-2"}).status_code == 422
    answer = office.post(url, given)
    row = Benchmark.objects.get(region_code="610111")
    assert answer.url == reverse("discretion:draft", args=[row.pk])
    decision = reverse("discretion:decision", args=[row.pk])
    with pytest.raises(Refused, match="不能办理"):
        services.approve(row, by=catalogue.leader, now=NOW)
    office.post(reverse("discretion:submission", args=[row.pk]))
    assert "待审定" in leader.get(answer.url).content.decode()
    assert office.post(decision, {"approve": "1"}).status_code == 403
    assert leader.post(decision, {"return": "1"}).status_code == 422
    assert leader.post(decision, {"approve": "1"}).status_code == 302
    facts = {"violation": "ad-popup", "on": "2026-10-01", "party": "unit", "circumstances": ["confessed"]}
    found = queries.working(facts, bureau_code="610111", today=date(2026, 11, 20))
    assert (found.low, found.high) == (5000, 8000)
    assert queries.working(facts, bureau_code="330106", today=date(2026, 11, 20)).high == 12_500
    assert "本地标准" in office.get(reverse("discretion:violation", args=["ad-popup"])).content.decode()
    assert Entry.objects.filter(verb__startswith="discretion.benchmark").count() == 3


def test_nobody_approves_or_returns_his_own(catalogue):
    row = services.submit(local(catalogue), by=catalogue.grid_office, now=NOW)
    for act in (services.approve, lambda row, **by: services.return_(row, note="x", **by)):
        with pytest.raises(Refused, match="另一人"):
            act(row, by=catalogue.grid_office, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Benchmark.objects.filter(pk=row.pk).update(decided_by=catalogue.grid_office)


def test_a_returned_draft_can_be_submitted_again(catalogue):
    row = services.submit(local(catalogue), by=catalogue.grid_office, now=NOW)
    with pytest.raises(Refused, match="写明理由"):
        services.return_(row, note=" ", by=catalogue.leader, now=NOW)
    row = services.return_(row, note="从轻标准偏低", by=catalogue.leader, now=NOW)
    assert row.state == State.RETURNED
    assert services.submit(row, by=catalogue.grid_office, now=NOW).state == State.SUBMITTED


def test_a_new_version_closes_the_one_before_and_cannot_begin_before_it(catalogue):
    def approved(start):
        row = services.submit(local(catalogue, start), by=catalogue.grid_office, now=NOW)
        return services.approve(row, by=catalogue.leader, now=NOW)

    first = approved("2027-01-01")
    approved("2027-07-01")
    first.refresh_from_db()
    assert first.valid_until == date(2027, 6, 30)
    with pytest.raises(Refused, match="须在此之后"):
        approved("2027-07-01")


def test_a_bureau_keeps_only_the_rows_of_its_own_region(catalogue):
    entry = table.entry([GOOD])
    for region in ("330106", "62"):
        with pytest.raises(Refused, match="只能维护"):
            services.propose(entry, document="x", by=catalogue.grid_office, now=NOW, region=region)
    with pytest.raises(Refused, match="依据文件"):
        services.propose(entry, document=" ", by=catalogue.grid_office, now=NOW)
    assert (
        services.propose(entry, document="省局文件", by=catalogue.grid_office, now=NOW, region="61").region_code == "61"
    )


# ---- import


def upload(cast, content, name="benchmarks.csv"):
    client = cast.client(cast.grid_office)
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("discretion:import"), {"file": file, "document": "灞市监发〔2026〕9号"})


def as_csv(*lines):
    text = ",".join(GOOD) + "\n" + "\n".join(",".join(line.values()) for line in lines)
    return text.encode()


def test_good_lines_become_drafts_bad_ones_are_named_and_the_same_again_changes_nothing(catalogue):
    content = as_csv(GOOD, {**GOOD, "代码": "bad", "上限": "五万"})
    page = upload(catalogue, content).content.decode()
    assert "第 3 行" in page
    assert "不是数字" in page
    assert Benchmark.objects.filter(region_code="610111").count() == 1
    outcome = services.import_benchmarks(content, name="a.csv", document="x", by=catalogue.grid_office, now=NOW)
    assert (outcome.read, outcome.created, outcome.unchanged, outcome.rejected) == (2, 0, 1, 1)


def test_a_workbook_is_read_like_a_csv(catalogue):
    book = Workbook()
    book.active.append(list(GOOD))
    book.active.append([datetime(2026, 1, 1) if name == "有效期起" else float(value) if name in {"条", "款"} else value for name, value in GOOD.items()])  # fmt: skip
    buffer = io.BytesIO()
    book.save(buffer)
    outcome = services.import_benchmarks(
        buffer.getvalue(), name="A.XLSX", document="x", by=catalogue.grid_office, now=NOW
    )
    assert (outcome.created, outcome.faults) == (1, [])
    assert Benchmark.objects.get(region_code="610111").article == 125


def test_the_national_gb18030_encoding_is_read(catalogue):
    content = as_csv(GOOD).decode().encode("gb18030")
    outcome = services.import_benchmarks(content, name="a.csv", document="x", by=catalogue.grid_office, now=NOW)
    assert outcome.created == 1


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.csv", "缺少列"),
        (b"\xff\xff\xff", "a.csv", "编码"),
        (b"not a zip", "a.xlsx", "XLSX"),
        ("代码,x\n".encode(), "a.csv", "缺少列"),
        (b"x" * (10 * 1024 * 1024 + 1), "a.csv", "10 MB"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(catalogue, content, name, said):
    with pytest.raises(Refused, match=said):
        services.import_benchmarks(content, name=name, document="x", by=catalogue.grid_office, now=NOW)


def test_the_template_can_be_imported_as_it_is(catalogue):
    template = catalogue.client(catalogue.grid_office).get(reverse("discretion:template")).content
    assert (
        services.import_benchmarks(template, name="a.csv", document="x", by=catalogue.grid_office, now=NOW).faults == []
    )


# ---- the command


def run(tmp_path, content, *more):
    file = tmp_path / "facts.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    out = io.StringIO()
    call_command("discretion", "compute", str(file), *more, stdout=out)
    return out.getvalue()


def test_the_command_prints_tier_range_steps_and_citations(tmp_path):
    found = json.loads(run(tmp_path, FACTS, "--json"))
    assert {"tier", "low", "high", "steps", "citations"} <= set(found)
    assert (found["tier"], found["low"], found["high"]) == ("normal", 65_000, 85_000)
    assert "结果" in run(tmp_path, FACTS)


def test_the_command_takes_several_acts(tmp_path):
    several = {"acts": [FACTS, {**FACTS, "violation": "food-label"}], "same_act": True}
    found = json.loads(run(tmp_path, several, "--json"))
    assert found["high"] == 85_000
    assert len(found["parts"]) == 2


@pytest.mark.parametrize(
    "content",
    ["{", "[]", {"violation": "x", "on": "2026-01-01", "party": "unit"}, {"acts": 5}, {"acts": [FACTS], "same_act": "ja"}, {**FACTS, "value": "x"}],
)  # fmt: skip
def test_the_command_refuses_what_it_cannot_use(tmp_path, content):
    with pytest.raises(CommandError) as error:
        run(tmp_path, content)
    assert error.value.returncode == 1


def test_the_command_says_when_there_is_no_file():
    with pytest.raises(CommandError, match="不能读取"):
        call_command("discretion", "compute", "/nowhere.json")


def test_the_worksheets_of_a_record_are_behind_its_own_door(catalogue):
    record = sample()
    url = reverse("discretion:worksheets")
    with record_kind(record):
        save(catalogue.chief, record=record)
        given = {"record_kind": "sample", "record_id": str(record.id)}
        assert "裁量〔" in catalogue.client(catalogue.chief).get(url, given).content.decode()
        assert catalogue.client(catalogue.other_chief).get(url, given).status_code == 404
        assert catalogue.client(catalogue.chief).get(url, {**given, "record_id": "x"}).status_code == 404


def test_the_record_a_working_is_for_travels_from_its_page_to_the_kept_worksheet(catalogue):
    record = sample()
    client = catalogue.client(catalogue.chief)
    with record_kind(record):
        about = f"?record_kind=sample&record_id={record.id}"
        for url in (reverse("discretion:worksheets"), reverse("discretion:catalogue")):
            page = client.get(url + about).content.decode()
            assert record.number in page
            assert about.replace("&", "&amp;") in page
        page = client.get(reverse("discretion:violation", args=["food-expired"]) + about).content.decode()
        calculator = reverse("discretion:working", args=["food-expired"]) + about
        assert calculator.replace("&", "&amp;") in page
        page = client.get(calculator).content.decode()
        assert record.number in page
        assert "请填写货值金额" in page, "the record alone is no answer to the questions"
        client.post(calculator + "&on=2026-10-01&party=unit&value=8000", {"chosen": "70000", "why": "没有从轻情节"})
        sheet = Worksheet.objects.get()
        assert (sheet.record_kind, sheet.record_id) == ("sample", record.id)
        assert record.number in client.get(reverse("discretion:worksheet", args=[sheet.pk])).content.decode()
