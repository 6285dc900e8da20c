"""全过程记录: everything on record about a matter in one order, and nothing a person may not see in its own place."""

from datetime import timedelta

import pytest
from django.urls import reverse

from shijian.core import records
from shijian.core.pages import Moment
from shijian.deadlines import services as clocks
from shijian.evidence.testing import NOW

pytestmark = pytest.mark.django_db


def test_the_whole_process_is_one_timeline_in_order_and_for_paper(cast, record, item, django_assert_max_num_queries):
    clock = clocks.start(record, "clue_verification", NOW.date(), by=cast.chief, now=NOW, responsible=cast.chief)
    clocks.finish(clock, on=NOW.date() + timedelta(days=3), by=cast.chief, now=NOW + timedelta(days=3))
    steps = records.process_of(record, cast.chief)
    assert [moment.at for _, moment in steps] == sorted(moment.at for _, moment in steps)
    assert [(name, moment.title) for name, moment in steps] == [
        ("证据", f"取得证据 1：{item.title}"),
        ("办理时限", "开始计时：线索核查"),
        ("办理时限", "已办结：线索核查"),
    ]
    client = cast.client(cast.chief)
    with django_assert_max_num_queries(15):
        page = client.get(reverse("evidence:process", args=[record.kind, record.id])).content.decode()
    assert "执法全过程记录" in page
    assert page.count("开始计时：线索核查") == 2  # on the screen and on the sheet
    only = client.get(reverse("evidence:process", args=[record.kind, record.id]), {"of": "证据"}).content.decode()
    assert "取得证据 1" in only
    assert "开始计时：线索核查" not in only


def test_a_source_is_read_only_by_who_may_see_it_in_its_own_place(cast, record, monkeypatch):
    asked = []

    def secret(user, given):
        asked.append(user)
        return [Moment(NOW, "密")]

    from shijian.core.permissions import Permission

    hidden = records.Source("密", secret, (Permission("evidence.test.none", "无人持有"),))
    monkeypatch.setattr(records, "sources", [hidden])
    assert records.process_of(record, cast.chief) == []
    assert asked == []


def test_outside_the_scope_there_is_no_process(cast, record):
    answer = cast.client(cast.other_chief).get(reverse("evidence:process", args=[record.kind, record.id]))
    assert answer.status_code == 404
