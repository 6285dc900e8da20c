"""G-11 and G-20: the group, the office and the rules of the house, by number and version."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import localdate, now

from shijian.accounts.testing import BUREAU
from shijian.grid.models import HouseRule, Seat
from shijian.grid.services import organisation as acts


@pytest.fixture
def by(cast):
    return {"by": cast.grid_office, "now": now()}


def adopt(by, number=1, **more):
    given = {
        "kind": "duty",
        "title": "网格长工作职责",
        "text": "第一条 掌握底数。",
        "binds_kinds": ["officer"],
        "valid_from": localdate(),
        **more,
    }
    return acts.adopt_rule(BUREAU, number, **given, **by)


def test_the_page_shows_group_members_office_and_units(cast, by):
    group = acts.set_body(
        BUREAU, "group", name="领导小组", duties="统筹网格化监管。", members=cast.units.values(), **by
    )
    office = acts.set_body(
        BUREAU, "office", name="网格化管理办公室", duties="日常工作。", unit=cast.units["grid-office"], **by
    )
    acts.take_seat(group, cast.leader, "head", since=localdate(), **by)
    acts.take_seat(office, cast.grid_office, "director", since=localdate(), **by)
    page = cast.client(cast.chief).get(reverse("grid:organisation")).content.decode()
    for said in ("统筹网格化监管。", "组长", cast.leader.name, "网格化管理办公室", "席王市场监督管理所"):
        assert said in page


def test_one_head_one_post_each_and_only_posts_of_the_body(cast, by):
    group = acts.set_body(BUREAU, "group", name="领导小组", duties="x", **by)
    seat = acts.take_seat(group, cast.leader, "head", since=localdate(), **by)
    for person, post in ((cast.station_head, "head"), (cast.leader, "member"), (cast.station_head, "director")):
        with pytest.raises(acts.NotSeated):
            acts.take_seat(group, person, post, since=localdate(), **by)
    with pytest.raises(acts.NotSeated):
        acts.leave_seat(seat, until=localdate() - timedelta(days=1), **by)
    acts.leave_seat(seat, until=localdate(), **by)
    with pytest.raises(acts.NotSeated):
        acts.leave_seat(seat, until=localdate(), **by)
    acts.take_seat(group, cast.station_head, "head", since=localdate(), **by)
    assert Seat.objects.count() == 2


def test_a_rule_is_found_by_its_number_in_the_version_that_holds(cast, by):
    adopt(by, number=7, valid_from=localdate() - timedelta(days=40))
    adopt(by, number=7, text="第一条 新的条文。", valid_from=localdate() - timedelta(days=1))
    client = cast.client(cast.chief)
    listed = client.get(reverse("grid:rules"), {"q": "7"}).content.decode()
    assert "第 7 号" in listed
    assert "第 2 版" in listed
    assert "全局：监管人员" in listed
    page = reverse("grid:rule", args=[7])
    assert "新的条文" in client.get(page).content.decode()
    assert "掌握底数" in client.get(page, {"version": "1"}).content.decode()
    assert client.get(reverse("grid:rule", args=[8])).status_code == 404


def test_versions_follow_each_other_and_one_is_in_force(cast, by):
    rule = adopt(by)
    with pytest.raises(acts.RuleRefused):
        adopt(by)
    with pytest.raises(acts.RuleRefused):
        adopt(by, number=2, binds_kinds=["nobody"])
    with pytest.raises(IntegrityError), transaction.atomic():
        HouseRule.objects.create(
            bureau_code=BUREAU,
            number=1,
            version=2,
            kind="duty",
            title="x",
            text="x",
            valid=(localdate(), None),
            by=rule.by,
            at=now(),
        )


def test_the_office_publishes_in_the_browser(cast, by):
    client = cast.client(cast.grid_office)
    client.post(reverse("grid:body", args=["group"]), {"name": "领导小组", "duties": "统筹"})
    seat = {"person": cast.leader.pk, "post": "head", "since": localdate()}
    assert client.post(reverse("grid:seat_new", args=["group"]), seat).status_code == 302
    assert client.post(reverse("grid:seat_new", args=["group"]), seat).status_code == 422
    client.post(reverse("grid:seat_end", args=[Seat.objects.get().pk]))
    assert client.get(reverse("grid:body", args=["nonsense"])).status_code == 404
    rule = {
        "number": 1,
        "kind": "system",
        "title": "首接负责制度",
        "text": "第一条",
        "binds_kinds": ["officer"],
        "valid_from": localdate(),
    }
    assert client.post(reverse("grid:rule_new"), rule).status_code == 302
    assert client.post(reverse("grid:rule_new"), rule).status_code == 422
    assert "首接负责制度" in client.get(f"{reverse('grid:rule_new')}?number=1").content.decode()
    assert cast.client(cast.chief).get(reverse("grid:rule_new")).status_code == 403
