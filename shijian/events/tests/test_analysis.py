"""Figures and lists: each figure is defined once and opens exactly the rows it counts (W24, E-11, E-12, E-16)."""

import io
from datetime import date, timedelta

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from shijian.audit.models import Entry
from shijian.core import metrics
from shijian.core.ids import new_id
from shijian.core.metrics import Metric, define
from shijian.core.pages import Bar, Columns
from shijian.events import analysis, services
from shijian.events.choices import Verb
from shijian.events.metrics import ALL, CLOSED_IN_TIME, REGISTER, TIMELINESS
from shijian.events.models import Event
from shijian.events.services import MediaFacts
from shijian.events.testing import CLUE, NEXT_GRID, NOW, NOWHERE, OTHER_STATION, PLACE
from shijian.events.views import analysis as analysis_views

pytestmark = pytest.mark.django_db
YEAR = "at_from=2026-01-01&at_to=2026-12-31"


@pytest.fixture
def year(scene):
    """Events of several kinds, places, months and states: open, overdue, closed in time and late, merged, supervised."""
    cast = scene.cast
    for days in (0, 40, 80, 200):
        at = NOW - timedelta(days=days)
        scene.closed(now=at)
        scene.report(now=at, place=NEXT_GRID, source="complaint")
        scene.report(now=at, place=OTHER_STATION, kind=CLUE)
    scene.report(place=NOWHERE, source="media", media=MediaFacts("华商报", "https://example.cn/1", date(2026, 11, 19)))
    late = scene.fed_back(now=NOW - timedelta(days=120))
    services.close(late, by=cast.station_head, now=NOW)
    services.merge(scene.report(), scene.report(), reason="x", by=cast.station_head, now=NOW)
    services.supervise(scene.accepted(), reason="x", until=NOW.date(), by=cast.leader, now=NOW)
    services.reopen(scene.closed(), reason="x", by=cast.leader, now=NOW)
    return scene


def ask(scene, by, path, query=""):
    return scene.cast.client(by).get(f"{reverse(path)}?{query}")


def rows_behind(client, url) -> int:
    return client.get(url).context["list"].total


# Every figure and its rows


@pytest.mark.parametrize("part", ["leader", "station_head"])
@pytest.mark.parametrize("by", sorted(analysis.DIMENSIONS))
def test_every_figure_opens_exactly_the_rows_it_counts_w24(year, by, part):
    client = year.cast.client(getattr(year.cast, part))
    page = client.get(f"{reverse('events:analysis')}?by={by}&{YEAR}").context
    figures = [*page["total"], *(figure for row, _, _ in page["rows"] for figure in row.figures)]
    assert page["rows"]
    wrong = [
        (figure.url, figure.rows, found)
        for figure in figures
        if (found := rows_behind(client, figure.url)) != figure.rows
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "query", ["area=0501", "area=none", "group=x", "source=complaint", "area=0501&source=complaint"]
)
def test_figures_under_filters_agree_with_their_rows_too(year, query):
    client = year.cast.client(year.cast.leader)
    page = client.get(f"{reverse('events:analysis')}?by=kind&{YEAR}&{query}").context
    for figure in [*page["total"], *(figure for row, _, _ in page["rows"] for figure in row.figures)]:
        assert rows_behind(client, figure.url) == figure.rows


@pytest.mark.parametrize("metric", ALL, ids=lambda metric: metric.key)
def test_each_defined_figure_equals_its_register(year, metric):
    client = year.cast.client(year.cast.leader)
    counted = metrics.count([metric], Event.objects.all(), NOW)[metric.key]
    assert rows_behind(client, metric.url()) == counted
    assert (metric.definition, metric.unit) != ("", "")


def test_rows_add_up_to_the_total(year):
    for by in analysis.DIMENSIONS:
        page = ask(year, year.cast.leader, "events:analysis", f"by={by}&{YEAR}").context
        for place, figure in enumerate(page["total"]):
            assert sum(row.figures[place].rows for row, _, _ in page["rows"]) == figure.rows, by


def test_open_closed_and_merged_are_all_there_is(year):
    counted = metrics.count(ALL, Event.objects.all(), NOW)
    assert counted["reported"] == counted["open"] + counted["closed"] + counted["merged"]
    assert counted["closed_with_limit"] == counted["closed_in_time"] + counted["closed_late"]
    assert counted["closed_late"] == 1


def test_a_share_of_nothing_is_no_figure(scene):
    page = ask(scene, scene.cast.leader, "events:analysis", YEAR)
    assert page.context["total"][-1].text == "—"
    assert "这段时间没有事件" in page.content.decode()


def test_a_share_says_of_what_and_opens_its_own_rows(year):
    figure = TIMELINESS.figure({"timeliness": 3, "closed_with_limit": 4})
    assert (figure.text, figure.rows) == ("75.0%", 3)
    assert CLOSED_IN_TIME.counts(NOW) == TIMELINESS.counts(NOW)


def test_a_figure_is_defined_only_once():
    with pytest.raises(ValueError, match="twice"):
        define(Metric("events.open", "x", "件", "x", lambda at: ALL[0].counts(at), REGISTER))


def test_the_definitions_are_open_to_all_who_see_events_with_their_condition(year):
    text = ask(year, year.cast.chief, "events:metrics").content.decode()
    assert "按期办结率" in text
    assert "due_on" in text


def test_a_class_opens_its_matters_and_a_unit_its_grids(year):
    client = year.cast.client(year.cast.leader)
    page = client.get(f"{reverse('events:analysis')}?by=unit&{YEAR}")
    deeper = [deeper for row, _, deeper in page.context["rows"] if row.label.startswith("0501")]
    inside = client.get(f"{reverse('events:analysis')}{deeper[0]}").context["rows"]
    assert {row.label[:6] for row, _, _ in inside} == {"050101", "050102"}


@pytest.mark.parametrize("query", ["by=x", "at_from=x&at_to=2026-13-01", "area=%27&group=%00x", "metric=x"])
def test_a_broken_question_is_answered_with_the_whole_year(year, query):
    assert ask(year, year.cast.leader, "events:analysis", query).status_code == 200
    assert ask(year, year.cast.leader, "events:list", query).status_code == 200


def test_the_analysis_can_be_taken_away_and_that_is_on_record(year):
    response = ask(year, year.cast.leader, "events:analysis", f"by=source&{YEAR}&export=xlsx")
    sheet = load_workbook(io.BytesIO(response.content)).active
    assert [cell.value for cell in sheet[1]][:2] == ["来源", "上报"]
    assert Entry.objects.filter(verb=Verb.EXPORTED).count() == 1


def test_a_table_costs_the_same_however_many_rows(year, django_assert_max_num_queries):
    client = year.cast.client(year.cast.leader)
    url = f"{reverse('events:analysis')}?by=grid&{YEAR}"
    client.get(url)
    with django_assert_max_num_queries(14):
        client.get(url)


# Charts


@pytest.mark.parametrize(("most", "top"), [(0, 5), (5, 5), (6, 10), (11, 20), (21, 50), (51, 100), (999, 1000)])
def test_the_scale_ends_at_a_round_number_above_all_bars(most, top):
    chart = Columns("x", [("1月", [Bar(most, "x")])], ["x"])
    assert chart.top == top
    assert all(0 <= bar["y"] <= 176 and bar["height"] >= 0 for bar in chart.bars)


def test_every_bar_is_a_link_with_words(year):
    text = ask(year, year.cast.leader, "events:analysis", f"by=month&{YEAR}").content.decode()
    assert "2026-11 上报" in text
    assert "metric=closed" in text


# Three lists


@pytest.mark.parametrize(
    ("name", "column"), [("problems", "责任人"), ("tasks", "责任人"), ("duties", "管理网格负责人")]
)
def test_each_list_has_owner_due_date_and_state_and_closed_ones_leave_e_12(scene, name, column):
    open_one, done = scene.accepted(), scene.closed()
    page = ask(scene, scene.cast.station_head, f"events:{name}")
    text = page.content.decode()
    assert open_one.number in text
    assert done.number not in text
    assert "程网一" in text
    for words in (column, "期限", "状态"):
        assert words in text
    sheet = load_workbook(
        io.BytesIO(ask(scene, scene.cast.station_head, f"events:{name}", "export=xlsx").content)
    ).active
    assert sheet.max_row == 2
    assert column in [cell.value for cell in sheet[1]]


def test_the_task_is_the_next_act_and_its_owner_who_is_to_do_it(scene):
    cast = scene.cast
    new, doing, done = scene.report(), scene.accepted(), scene.fed_back()
    lost = scene.report(place=NOWHERE)
    rows = ask(scene, cast.leader, "events:tasks").context["list"].table
    tasks = {row["key"]: (row["cells"][0][1].split("：")[0], row["cells"][3][1]) for row in rows}
    assert tasks == {
        new.number: ("接收", "程网一"),
        doing.number: ("处置并反馈", "程网一"),
        done.number: ("复核办结", "单元一"),
        lost.number: ("派遣", "网格办"),
    }


def test_the_duty_list_names_everybody_up_the_chain(scene):
    scene.accepted()
    (row,) = ask(scene, scene.cast.leader, "events:duties").context["list"].table
    assert [str(cell) for _, cell in row["cells"]][3:8] == ["程网一", "050101", "程网一", "单元一", "空缺"]


def test_another_station_is_not_in_the_list(scene):
    event = scene.accepted()
    assert event.number not in ask(scene, scene.cast.other_head, "events:problems").content.decode()


# Media


def test_a_media_exposure_is_reported_with_its_outlet_and_link_e_16(scene):
    data = {
        "step_id": str(new_id()), "kind": scene.kind().pk, "source": "media", "description": "曝光：后厨脏乱",
        "lon": PLACE[0], "lat": PLACE[1], "outlet": "华商报", "media_url": "https://news.example.cn/a?b=1",
        "published_on": "2026-11-19",
    }  # fmt: skip
    client = scene.cast.client(scene.cast.dispatcher)
    assert client.post(reverse("events:report"), data).status_code == 302
    event = Event.objects.get()
    assert event.media.outlet == "华商报"
    text = client.get(reverse("events:event", args=[event.number])).content.decode()
    assert "华商报" in text
    assert "https://news.example.cn/a?b=1" in text
    assert rows_behind(client, reverse("events:list") + "?source=media") == 1


@pytest.mark.parametrize("changes", [{"outlet": ""}, {"media_url": "javascript:alert(1)"}, {"published_on": "昨天"}])
def test_a_media_exposure_without_outlet_or_with_a_broken_link_is_refused(scene, changes):
    data = {
        "step_id": str(new_id()), "kind": scene.kind().pk, "source": "media", "description": "x", "lon": PLACE[0],
        "lat": PLACE[1], "outlet": "华商报", **changes,
    }  # fmt: skip
    assert scene.cast.client(scene.cast.dispatcher).post(reverse("events:report"), data).status_code == 422
    assert not Event.objects.exists()


def test_the_same_report_with_another_outlet_is_another_report(scene):
    key = new_id()
    scene.report(id=key, source="media", media=MediaFacts("华商报"))
    with pytest.raises(services.SameIdOtherContent):
        scene.report(id=key, source="media", media=MediaFacts("三秦都市报"))


def test_a_long_table_shows_its_largest_rows_and_all_when_asked(year, scene, monkeypatch):
    monkeypatch.setattr(analysis_views, "SHOWN", 1)
    client = scene.cast.client(scene.cast.leader)
    asked = {"by": "kind", "at_from": "2026-01-01", "at_to": "2026-12-31"}
    short, whole = (client.get(reverse("events:analysis"), {**asked, **more}).context for more in ({}, {"all": "1"}))
    labels = [row.label for row, _, _ in whole["rows"]]
    assert len(labels) > 1
    assert [row.label for row, _, _ in short["rows"]] == labels[:1]
    assert (short["left_out"], whole["left_out"]) == (len(labels) - 1, 0)
    assert [figure.rows for figure in short["total"]] == [figure.rows for figure in whole["total"]]
    sheet = load_workbook(
        io.BytesIO(b"".join(client.get(reverse("events:analysis"), {**asked, "export": "xlsx"})))
    ).active
    assert sheet.max_row == len(labels) + 1
