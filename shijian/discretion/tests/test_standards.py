"""Local standards: imported with every bad row named, approved by a second person, versioned, cited in a worksheet."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from shijian.core.errors import InvalidInput, Refused
from shijian.discretion import queries, services
from shijian.discretion.choices import State
from shijian.discretion.models import LocalStandard
from shijian.laws import services as laws

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
GOOD = ["5.1", "过期食品", "food-expired", "食品安全法第一百二十四条", "一般", "无", "处 7 万元罚款"]
HEADS = list(services.STANDARD_COLUMNS)


@pytest.fixture(autouse=True)
def catalogue(cast):
    laws.load_catalogue()
    services.load_shipped()


def table(*rows):
    return "\n".join(",".join(row) for row in [HEADS, *rows]).encode()


def load(cast, *rows, start=date(2026, 1, 1), end=None, **more):
    given = {
        "number": "DB61/T 1—2026",
        "title": "某规范",
        "issuer": "某局",
        "valid_from": start,
        "valid_until": end,
    } | more
    return services.import_standard(table(*rows or [GOOD]), name="a.csv", by=cast.grid_office, now=NOW, **given)


def approved(cast, *rows, **more):
    return services.decide_standard(load(cast, *rows, **more)[0], approve=True, by=cast.leader, now=NOW)


@pytest.mark.parametrize(
    ("place", "value", "head", "reason"),
    [
        (0, "", "条款号", "不能为空"), (4, "很轻", "裁量阶次", "应为不予处罚、减轻、从轻、一般、从重之一"), (2, "no-such", "违法行为代码", "没有这个代码"),
        (3, "没有的法第三条", "法定依据", "没有这部法规"), (3, "食品安全法", "法定依据", "看不出法规和条"), (6, "长" * 301, "处罚标准", "不能超过 300 个字"),
        (4, "一般", "条款号", "与第 2 行的条款号和阶次重复"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_with_its_line_and_the_rest_is_kept(cast, place, value, head, reason):
    row = list(GOOD)
    row[place] = value
    made, outcome = load(cast, GOOD, row)
    assert [(line, name) for line, name, *_ in outcome.faults] == [(3, head)]
    assert reason in outcome.faults[0][3]
    assert made.clauses.count() == 1


def test_a_file_without_a_good_row_becomes_nothing(cast):
    made, outcome = load(cast, ["", *GOOD[1:]])
    assert made is None
    assert outcome.rejected == 1
    assert not LocalStandard.objects.exists()
    with pytest.raises(InvalidInput):
        services.import_standard(b"x", name="a.csv", number="1", title="x", issuer="x", valid_from=date(2026, 1, 1), valid_until=None, by=cast.grid_office, now=NOW)  # fmt: skip


def test_a_standard_is_imported_on_its_page_and_approved_by_another_person(cast):
    office, leader = cast.client(cast.grid_office), cast.client(cast.leader)
    given = {"number": "DB61/T 1—2026", "title": "某规范", "issuer": "某局", "valid_from": "2026-01-01"}
    bad = office.post(
        reverse("discretion:standard_new"), {**given, "file": SimpleUploadedFile("a.csv", table(["", *GOOD[1:]]))}
    )
    assert bad.status_code == 422
    assert "没有一行可以使用" in bad.content.decode()
    answer = office.post(
        reverse("discretion:standard_new"), {**given, "file": SimpleUploadedFile("a.csv", table(GOOD))}
    )
    row = LocalStandard.objects.get()
    assert answer.url == reverse("discretion:standard", args=[row.pk])
    decision = reverse("discretion:standard_decision", args=[row.pk])
    assert office.post(decision, {"approve": "1"}).status_code == 403
    assert leader.post(decision, {"return": "1"}).status_code == 422
    assert leader.post(decision, {"approve": "1"}).status_code == 302
    assert "现行有效" in office.get(answer.url).content.decode()
    assert "处 7 万元罚款" in office.get(reverse("discretion:violation", args=["food-expired"])).content.decode()
    assert "违法行为代码" in office.get(reverse("discretion:standard_new"), {"template": "1"}).content.decode()


def test_nobody_approves_what_he_imported(cast):
    row, _ = load(cast)
    with pytest.raises(Refused, match="另一人"):
        services.decide_standard(row, approve=True, by=cast.grid_office, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        LocalStandard.objects.filter(pk=row.pk).update(decided_by=cast.grid_office)


def test_a_new_version_closes_the_old_and_each_day_has_its_own_clauses(cast):
    old = approved(cast)
    approved(cast, [*GOOD[:6], "处 6 万元罚款"], start=date(2026, 7, 1))
    old.refresh_from_db()
    assert old.valid_until == date(2026, 6, 30)
    said = [
        [each.measure for each in queries.clauses_for("food-expired", bureau_code="610111", on=day, tier="normal")]
        for day in (date(2025, 12, 31), date(2026, 6, 30), date(2026, 7, 1))
    ]
    assert said == [[], ["处 7 万元罚款"], ["处 6 万元罚款"]]
    assert queries.clauses_for("food-expired", bureau_code="330106", on=date(2026, 7, 1)) == []


@pytest.mark.parametrize("spans", [[(2, 1, None)], [(2, 28, (3, 10)), (3, 5, None)]])
def test_spans_that_overlap_are_answered_and_the_approved_one_stays(cast, spans):
    approved(cast, start=date(2026, 1, 1), end=date(2026, 2, 20))
    for month, day, end in spans[:-1]:
        approved(cast, start=date(2026, month, day), end=date(2026, *end))
    month, day, _ = spans[-1]
    row, _ = load(cast, start=date(2026, month, day))
    with pytest.raises(Refused, match="有效期重叠"):
        services.decide_standard(row, approve=True, by=cast.leader, now=NOW)
    row.refresh_from_db()
    assert row.state == State.SUBMITTED


@pytest.mark.parametrize(
    ("more", "said"),
    [({"end": date(2025, 1, 1)}, "早于实施日期"), ({"region": "330106"}, "只能维护"), ({}, "已经导入")],
)
def test_what_cannot_be_is_refused_with_a_sentence(cast, more, said):
    if not more:
        load(cast)
    with pytest.raises(Refused, match=said):
        load(cast, **more)


def test_a_worksheet_cites_the_clause_of_its_tier_by_number(cast):
    approved(cast)
    facts = {"violation": "food-expired", "on": "2026-10-01", "party": "unit", "value": "8000"}
    sheet = services.save_worksheet(facts, chosen=Decimal(70_000), reason="没有从轻、从重情节", by=cast.chief, now=NOW)
    assert {"text": "参照地方标准：无，处 7 万元罚款。", "citation": "DB61/T 1—2026《某规范》 5.1"} in sheet.steps
    page = cast.client(cast.chief).get(reverse("discretion:working", args=["food-expired"]), facts).content.decode()
    assert "只用于说理" in page
