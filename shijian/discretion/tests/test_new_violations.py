"""A violation typed by hand: checked against the law, drafted, approved by another; spans that overlap are answered."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from shijian.core.errors import Refused
from shijian.discretion import queries, services
from shijian.discretion.choices import State
from shijian.discretion.models import Benchmark
from shijian.discretion.rules import table
from shijian.laws import services as laws

from .test_table import GOOD

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
GIVEN = {
    "code": "bad-scale", "name": "使用不合格计量器具", "domain": "计量", "law": "计量法", "article": "26", "valid_from": "2026-01-01",
    "document": "灞市监发〔2026〕10号", "others": "没收违法所得", "form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0",
    "form-0-subject": "any", "form-0-gravity": "ordinary", "form-0-measure": "yuan", "form-0-high": "2000",
    "form-0-light_standard": "100-500", "form-0-light_condition": "首次",
}  # fmt: skip


@pytest.fixture(autouse=True)
def library(cast):
    laws.load_catalogue()


def post(cast, **more):
    return cast.client(cast.grid_office).post(reverse("discretion:violation_new"), GIVEN | more)


def test_a_new_violation_is_drafted_approved_by_another_person_and_reckoned_with(cast):
    answer = post(cast)
    row = Benchmark.objects.get(code="bad-scale")
    assert answer.url == reverse("discretion:draft", args=[row.pk])
    assert (row.state, row.law, row.version_on, row.region_code) == (
        State.DRAFT,
        "计量法",
        date(2018, 10, 26),
        "610111",
    )
    services.submit(row, by=cast.grid_office, now=NOW)
    services.approve(row, by=cast.leader, now=NOW)
    facts = {"violation": "bad-scale", "on": "2026-10-01", "party": "unit", "circumstances": ["confessed"]}
    found = queries.working(facts, bureau_code="610111", today=date(2026, 11, 20))
    assert (found.low, found.high) == (100, 500)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"law": "没有的法"}, "法规库中没有"), ({"article": "99"}, "没有第九十九条"), ({"valid_from": "1980-01-01"}, "没有本库收录的有效版本"),
        ({"form-0-high": "很多"}, "不是数字"), ({"form-0-light_standard": "3000-5000"}, "标准"), ({"form-0-band": "货值"}, "适用区间"),
        ({"code": "不是代码"}, "代码"), ({"valid_until": "2025-01-01"}, "早于有效期起"), ({"form-0-low": "9000"}, "下限"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_on_the_page_and_nothing_is_kept(cast, more, said):
    answer = post(cast, **more)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Benchmark.objects.exists()


def test_a_code_in_use_is_refused_with_the_way_to_change_it(cast):
    post(cast)
    assert "请在该违法行为页提出本地版本" in post(cast).content.decode()


def test_one_more_fine_is_asked_for_without_losing_what_was_typed(cast):
    page = post(cast, more="1").content.decode()
    assert "条文规定的罚款 2" in page
    assert 'value="100-500"' in page
    assert "使用不合格计量器具" in page
    assert not Benchmark.objects.exists()


class TestOverlap:
    def approved(self, cast, start, end=""):
        line = {**GOOD, "代码": "food-label", "有效期起": start, "有效期止": end}
        row = services.propose(table.entry([line]), document="灞市监发〔2026〕9号", by=cast.grid_office, now=NOW)
        services.submit(row, by=cast.grid_office, now=NOW)
        return services.approve(row, by=cast.leader, now=NOW)

    @pytest.mark.parametrize(
        ("start", "end"), [("2027-06-01", ""), ("2026-12-01", "2027-01-01"), ("2027-12-31", "2028-01-01")]
    )
    def test_a_version_over_one_with_an_end_of_its_own_is_answered_with_both_spans(self, cast, start, end):
        self.approved(cast, "2027-01-01", "2027-12-31")
        with pytest.raises(Refused, match="有效期重叠：2027-01-01 至 2027-12-31"):
            self.approved(cast, start, end)

    def test_a_version_before_one_approved_ahead_is_refused_and_right_after_an_end_is_taken(self, cast):
        self.approved(cast, "2027-01-01", "2027-12-31")
        assert self.approved(cast, "2028-01-01").state == State.APPROVED
        assert self.approved(cast, "2026-01-01", "2026-12-31").state == State.APPROVED
