"""The self-check names what runs against the five prohibitions, also what was set before the rule."""

from django.urls import reverse

from shijian.grid.models import RoutineDuty


def test_a_clean_bureau_finds_nothing_and_an_old_quota_is_named(cast):
    client = cast.client(cast.grid_office)
    assert "处不符" not in client.get(reverse("portal:burden")).content.decode()
    RoutineDuty.objects.create(bureau_code="610111", title="网格巡查", detail="每月上报不少于20件", cycle="month")
    page = client.get(reverse("portal:burden")).content.decode()
    assert "1 处不符" in page
    assert "每月上报不少于20件" in page


def test_a_quota_is_refused_beside_the_field(cast):
    client = cast.client(cast.grid_office)
    given = {"title": "网格巡查", "detail": "每人每月上报20件", "duty": "chief", "cycle": "month", "is_active": "on"}
    page = client.post(reverse("grid:duty_new"), given)
    assert "不得随意下达数量指标" in page.content.decode()
    assert not RoutineDuty.objects.exists()
