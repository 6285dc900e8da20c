"""A boundary change: proposed on the map, agreed by the heads of both sides, approved, in force, on record (G-06)."""

import json

import pytest
from django.urls import reverse

from shijian.audit.models import Entry
from shijian.core.errors import Refused
from shijian.grid import queries, services
from shijian.grid.choices import NodeStatus, RecutStatus
from shijian.grid.models import Boundary, Node, Recut, Staffing
from shijian.grid.rules.assignment import Partition
from shijian.grid.services import recuts
from shijian.notices.models import Notice
from tests import world as worlds

pytestmark = pytest.mark.django_db
NOW = worlds.NOW
TODAY = NOW.date()
EDGE = {"op": "insert", "on": [[109.02, 34.2], [109.02, 34.21]], "at": [109.0201, 34.205]}
INNER = {"op": "insert", "on": [[109.01, 34.2], [109.01, 34.21]], "at": [109.002, 34.205]}


@pytest.fixture
def world(cast):
    return worlds.build(cast)


def propose(world, *steps, by=None, unit="0501"):
    return services.propose_recut(
        world.nodes[unit], [*steps], title="商场划归", reason="便于监管", by=by or world.cast.station_head, now=NOW
    )


def agree_all(world, recut):
    for person in (world.cast.station_head, world.cast.other_head):
        if recut.consents.filter(node__staffing__person=person).exists():
            services.say(recut, verdict="agreed", by=person, now=NOW)
    recut.refresh_from_db()
    return recut


def test_a_change_inside_one_station_needs_only_its_own_head_and_the_office(world):
    recut = propose(world, INNER)
    assert recut.status == RecutStatus.AGREED
    assert recut.summary["moves"] == [{"label": "主体", "from": "050101", "to": "050102", "count": 1}]
    assert Notice.objects.filter(to=world.cast.grid_office, kind="grid.recut").count() == 1
    moved = services.approve_recut(recut, by=world.cast.grid_office, now=NOW)
    world.entity.refresh_from_db()
    assert (moved, world.entity.area_code) == (2, "050102"), "the entity and its open event"


def test_history_is_kept_and_the_past_still_answers(world):
    services.approve_recut(propose(world, INNER), by=world.cast.grid_office, now=NOW)
    spans = Boundary.objects.filter(area_code="050101").order_by("valid")
    assert [(span.valid.lower, span.valid.upper) for span in spans] == [(worlds.SINCE, TODAY), (TODAY, None)]
    before, after = (queries.code_at(worlds.BUREAU, *worlds.PLACE, on=day) for day in (worlds.SINCE, TODAY))
    assert (before, after) == ("050101", "050102")
    verbs = set(Entry.objects.values_list("verb", flat=True))
    assert {"grid.recut.proposed", "grid.recut.approved", "grid.boundary.set"} <= verbs
    assert queries.check(worlds.BUREAU, on=TODAY).geometry == []


def test_a_side_shared_by_two_stations_needs_both_heads(world):
    recut = propose(world, EDGE)
    assert recut.status == RecutStatus.PROPOSED
    assert [str(each.node.area_code) for each in recut.consents.all()] == ["0501", "0502"]
    assert Notice.objects.filter(to=world.cast.other_head, kind="grid.recut").exists()
    with pytest.raises(recuts.NotAgreed):
        services.approve_recut(recut, by=world.cast.grid_office, now=NOW)
    with pytest.raises(recuts.NotYourSide):
        services.say(recut, verdict="agreed", by=world.cast.chief, now=NOW)
    services.say(recut, verdict="agreed", by=world.cast.other_head, now=NOW)
    recut.refresh_from_db()
    assert recut.status == RecutStatus.AGREED
    services.approve_recut(recut, by=world.cast.grid_office, now=NOW)
    changed = set(Boundary.objects.filter(valid__startswith=TODAY).values_list("area_code", flat=True))
    assert changed == {"050102", "050201", "0501", "0502"}
    assert queries.check(worlds.BUREAU, on=TODAY).geometry == []


def test_a_word_taken_back_stops_the_approval(world):
    recut = agree_all(world, propose(world, EDGE))
    with pytest.raises(Refused, match="理由"):
        services.say(recut, verdict="objected", by=world.cast.other_head, now=NOW)
    services.say(recut, verdict="objected", note="市场归属未明", by=world.cast.other_head, now=NOW)
    recut.refresh_from_db()
    assert recut.status == RecutStatus.PROPOSED
    with pytest.raises(recuts.NotAgreed):
        services.approve_recut(recut, by=world.cast.grid_office, now=NOW)


def test_a_split_gets_the_next_code_and_a_merge_releases_people_and_code(world):
    split = propose(
        world, {"op": "split", "code": "050102", "line": [[109.005, 34.203], [109.03, 34.204]], "name": "新格"}
    )
    services.approve_recut(split, by=world.cast.grid_office, now=NOW)
    made = Node.objects.get(name="新格")
    assert (made.area_code, made.status, made.parent.area_code) == ("050103", NodeStatus.APPROVED, "0501")
    merge = propose(world, {"op": "merge", "keep": "050102", "with": "050101"})
    assert [(row["code"], row["what"]) for row in merge.summary["people"]] == [
        ("050101", "改归 050102，经办人和期限不变"),
        ("050101", "任职随网格撤销而结束"),
        ("050102", "责任区变化"),
    ]
    assert merge.summary["people"][0]["names"] == "未办结事件 1"
    services.approve_recut(merge, by=world.cast.grid_office, now=NOW)
    ended = Node.objects.get(area_code="050101")
    assert ended.status == NodeStatus.RETIRED
    assert not Staffing.objects.filter(node=ended, valid__contains=TODAY).exists()
    world.entity.refresh_from_db()
    assert world.entity.area_code == "050102"
    assert set(queries.shapes(worlds.BUREAU, on=TODAY)) == {"050102", "050103", "050201"}
    assert queries.check(worlds.BUREAU, on=TODAY).geometry == []


def test_only_what_changed_is_asked_about(world, monkeypatch):
    asked = []
    real = Partition.assign
    monkeypatch.setattr(Partition, "assign", lambda self, points: asked.append(len(points)) or real(self, points))
    type(world.entity).objects.create(
        bureau_code=worlds.BUREAU, area_code="050201", identity="far", kind="enterprise", name="远处",
        location_wgs84=worlds.OTHER_PLACE, location_source="imported", source="测试", content_hash="x", updated_at=NOW,
    )  # fmt: skip
    services.approve_recut(propose(world, INNER), by=world.cast.grid_office, now=NOW)
    assert set(asked) == {1}


def test_a_boundary_that_moved_meanwhile_voids_the_proposal(world):
    first, second = propose(world, INNER), propose(world, {**INNER, "at": [109.003, 34.205]})
    services.approve_recut(first, by=world.cast.grid_office, now=NOW)
    with pytest.raises(Refused, match=r"变动|刷新"):
        services.approve_recut(second, by=world.cast.grid_office, now=NOW)
    services.withdraw_recut(second, by=world.cast.station_head, now=NOW)
    with pytest.raises(recuts.RecutClosed):
        services.approve_recut(second, by=world.cast.grid_office, now=NOW)


@pytest.mark.parametrize("steps", [[], [EDGE | {"at": [109.02, 34.205]}]])
def test_nothing_changed_is_no_proposal(world, steps):
    with pytest.raises(recuts.NothingChanged):
        propose(world, *steps)


def test_the_page_walks_from_the_map_to_force(world):
    head, other, office = (
        world.cast.client(p) for p in (world.cast.station_head, world.cast.other_head, world.cast.grid_office)
    )
    url = reverse("grid:recut_new", args=["050101"])
    assert b'id="sheet"' in head.get(url).content
    seen = head.post(
        reverse("grid:recut_preview", args=["0501"]), json.dumps([EDGE]), content_type="application/json"
    ).json()
    assert [row["code"] for row in seen["areas"]] == ["0501", "050102", "0502", "050201"]
    assert [109.0, 34.2] in seen["held"]
    made = head.post(url, {"title": "移线", "reason": "道路改线", "steps": json.dumps([EDGE])})
    recut = Recut.objects.get()
    assert made.url == reverse("grid:recut", args=[recut.pk])
    page = other.get(made.url).content.decode()
    assert "表示意见" in page
    other.post(reverse("grid:recut_consent", args=[recut.pk]), {"verdict": "agreed", "note": ""})
    office.post(reverse("grid:recut_decision", args=[recut.pk]), {"verdict": "approve", "note": "同意"})
    recut.refresh_from_db()
    assert recut.status == RecutStatus.APPROVED
    assert "已审定生效" in other.get(made.url).content.decode()
    assert world.cast.client(world.cast.chief).get(made.url).status_code == 403


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[1]", b"[" * 5000, b'[{"op": "move", "from": [1e400, 0], "to": [0, 0]}]', b"x" * 400_000]
)
def test_a_hostile_preview_is_answered_in_words(world, body):
    answer = world.cast.client(world.cast.station_head).post(
        reverse("grid:recut_preview", args=["0501"]), body, content_type="application/json"
    )
    assert answer.status_code in {409, 422}
    assert answer.json()["error"]
