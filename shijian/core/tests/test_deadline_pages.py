"""The pages of time limits and of the calendar, as a person without script sees them."""

import pytest
from django.urls import reverse

from shijian.core import calendar_view
from shijian.core.rules.kinds import DayKind

from .calendars import CALENDAR

LIST, EXPLAIN, CALENDAR_PAGE = "/limits/", "/limits/explain/", "/calendar/"


@pytest.fixture
def client(cast):
    return cast.client(cast.manager)


def asked(**fields: str) -> dict[str, str]:
    """A form as a browser sends it: every field, most of them empty."""
    names = ["rule", "from", "start_time", "extend", "amount", "on"]
    names += [f"span{number}_{part}" for number in (1, 2, 3) for part in ("first", "last", "kind")]
    return dict.fromkeys(names, "") | {"from" if name == "start" else name: value for name, value in fields.items()}


def text(response) -> str:
    return str(response.content.decode())


@pytest.mark.parametrize("address", [LIST, EXPLAIN, CALENDAR_PAGE])
@pytest.mark.django_db
def test_pages_are_for_people_who_are_logged_in(address):
    from django.test import Client

    response = Client().get(address)
    assert response.status_code == 302
    assert response["Location"].startswith("/login/")


def test_the_addresses_have_names():
    assert reverse("core:deadlines") == LIST
    assert reverse("core:deadline_explain") == EXPLAIN
    assert reverse("core:calendar") == CALENDAR_PAGE


class TestTheList:
    def test_shows_every_limit_with_its_article_and_its_former_versions(self, client):
        page = text(client.get(LIST))
        assert "线索核查" in page
        assert "15 个工作日" in page
        assert "《市场监督管理行政处罚程序规定》第十八条" in page
        assert "2020-01-01 至 2026-04-14：45 个工作日" in page
        assert "经局负责人批准可以延长 30 日" in page

    @pytest.mark.parametrize("sought", ["听证报告", "HRG-10", "hearing_report", "听证办法 29", "第二十九条"])
    def test_is_searched_by_name_rule_code_and_article(self, client, sought):
        page = text(client.get(LIST, {"q": sought}))
        assert "听证报告" in page
        assert "缴纳罚没款" not in page

    def test_an_abolished_limit_is_marked(self, client):
        assert "已废止" in text(client.get(LIST, {"q": "RPT-06"}))

    def test_nothing_found_says_what_can_be_searched(self, client):
        assert "没有找到“没有这个”" in text(client.get(LIST, {"q": "没有这个"}))

    def test_takes_few_queries(self, client, django_assert_max_num_queries):
        with django_assert_max_num_queries(12):
            client.get(LIST)


class TestTheWorking:
    def test_asks_for_a_limit_and_a_start(self, client):
        page = text(client.get(EXPLAIN, {"rule": "payment"}))
        assert "选择期限和起算日期" in page
        assert '<option value="payment" selected>' in page

    def test_shows_the_due_date_the_other_readings_and_every_step(self, client):
        page = text(client.get(EXPLAIN, asked(rule="payment", start="2026-09-16")))
        for shown in (
            "2026-10-08",
            "2026-10-01",
            "2026-10-04",
            "当日不计入",
            "《市场监督管理行政处罚程序规定》第八十条",
        ):
            assert shown in page

    def test_deducts_spans_and_adds_an_extension(self, client):
        fields = asked(
            rule="case_decision",
            start="2026-03-02",
            span1_first="2026-03-20",
            span1_last="2026-04-10",
            span1_kind="testing",
            extend="30",
        )
        page = text(client.get(EXPLAIN, fields))
        assert "共 22 日" in page
        assert "2026-07-22" in page

    def test_hours_take_the_time_of_day(self, client):
        page = text(client.get(EXPLAIN, asked(rule="urgent_approval", start="2026-11-20", start_time="14:35")))
        assert "2026-11-21 15:00" in page

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"rule": "payment", "start": ""}, "这个字段是必填项"),
            ({"rule": "urgent_approval", "start": "2026-11-20"}, "请写明起算的时刻"),
            ({"rule": "payment", "start": "2010-01-04"}, "没有有效的“缴纳罚没款”期限"),
            ({"rule": "case_decision_second", "start": "2026-11-20"}, "请填写批准的天数"),
            ({"rule": "payment", "start": "2026-11-20", "span1_first": "2026-11-21"}, "起、止和种类须同时填写"),
            (
                {
                    "rule": "payment",
                    "start": "2026-11-20",
                    "span1_first": "2026-11-21",
                    "span1_last": "2026-11-23",
                    "span1_kind": "hearing",
                },
                "不扣除听证的时间",
            ),
        ],
    )
    def test_says_what_is_missing_or_not_allowed(self, client, fields, sentence):
        response = client.get(EXPLAIN, asked(**fields))
        assert response.status_code == 422
        assert sentence in text(response)

    def test_a_date_in_a_year_without_a_calendar_carries_the_warning(self, client):
        page = text(client.get(EXPLAIN, asked(rule="clue_verification", start="2099-12-18")))
        assert "工作日历只到" in page
        page = text(client.get(EXPLAIN, asked(rule="clue_verification", start="2030-12-18")))
        assert "放假安排尚未公布" in page

    def test_takes_few_queries(self, client, django_assert_max_num_queries):
        with django_assert_max_num_queries(12):
            client.get(EXPLAIN, asked(rule="payment", start="2026-09-16"))


class TestTheCalendarPage:
    def test_shows_the_year_with_its_notice_and_arrangement(self, client):
        page = text(client.get(CALENDAR_PAGE, {"year": "2026"}))
        assert "国务院办公厅关于2026年部分节假日安排的通知" in page
        assert 'title="2026-10-10 调休上班（国庆节）"' in page
        assert "2026-10-01 至 10-07" in page
        assert "共 248 个工作日" in page

    def test_an_estimated_year_says_so(self, client):
        assert "不能作为确定的期限依据" in text(client.get(CALENDAR_PAGE, {"year": "2040"}))

    @pytest.mark.parametrize("year", ["1999", "abc", "", "99999"])
    def test_a_year_outside_the_calendar_shows_this_year(self, client, year):
        assert client.get(CALENDAR_PAGE, {"year": year}).status_code == 200


class TestTheLayout:
    def test_every_day_of_the_year_appears_once(self):
        year = calendar_view.lay_out(CALENDAR, 2026, today=CALENDAR.first)
        shown = [cell.day.on for month in year.months for week in month.weeks for cell in week if cell.day]
        assert shown == sorted(set(shown))
        assert len(shown) == 365
        assert sum(month.working_days for month in year.months) == year.working_days == 248
        assert dict(year.counts)[DayKind.STATUTORY_HOLIDAY] == 13

    def test_breaks_carry_the_days_worked_in_exchange(self):
        breaks = {each.name: each for each in calendar_view.lay_out(CALENDAR, 2026, today=CALENDAR.first).breaks}
        assert [on.isoformat() for on in breaks["国庆节"].makeup] == ["2026-09-20", "2026-10-10"]
        assert breaks["国庆节"].days == 7
        assert breaks["端午节"].makeup == ()
        assert list(breaks) == ["元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"]

    def test_the_first_and_the_last_year_have_one_neighbour(self):
        first = calendar_view.lay_out(CALENDAR, 2004, today=CALENDAR.first)
        last = calendar_view.lay_out(CALENDAR, 2066, today=CALENDAR.first)
        assert (first.previous, first.following) == (None, 2005)
        assert (last.previous, last.following) == (2065, None)
        assert not last.is_published
        assert last.notice == ""
