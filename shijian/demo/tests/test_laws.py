"""The legal base of the demo, by the services a bureau uses."""

import pytest

from shijian.demo import laws
from shijian.laws import queries, services
from shijian.laws.models import DutyItem, Impact, PowerItem
from shijian.laws.testing import NOW

pytestmark = pytest.mark.django_db


def test_the_demo_has_lists_and_a_new_version_that_touches_them(cast):
    services.load_catalogue()
    outcome = laws.play({"B001": cast.grid_office}, now=NOW)
    assert outcome.to_handle == 4
    assert PowerItem.objects.count() == 37
    assert DutyItem.objects.count() == 16
    found = set(Impact.objects.values_list("use_title", "before_label", "kind", "after_label"))
    assert ("网格日常巡查", "第四条", "moved", "第五条") in found
    assert ("事件派遣和复核", "第七条", "deleted", "") in found
    assert queries.cite("网格巡查工作规则（演示） 3", on=NOW.date()).text.startswith("网格长每月")
