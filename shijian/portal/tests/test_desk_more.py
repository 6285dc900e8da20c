"""What other modules put on the desk and into the search."""

import pytest
from django.urls import reverse

from shijian.core import desk


@pytest.fixture
def of_a_module(monkeypatch):
    task = desk.Task("审批用印申请", "请审批或退回", "/somewhere/")
    section = desk.Section("用印审批", [task], "/all/", 1)
    monkeypatch.setattr(desk, "sources", [lambda user, today: section, lambda user, today: None])
    monkeypatch.setattr(desk, "searches", [lambda user, text: desk.Hits("文书", [("处罚决定书", text, "/paper/")])])


def test_the_desk_loads_what_modules_have_waiting_after_itself(cast, of_a_module):
    client = cast.client(cast.chief)
    assert reverse("portal:desk_more") in client.get(reverse("portal:desk")).content.decode()
    part = client.get(reverse("portal:desk_more"), headers={"HX-Request": "true"}).content.decode()
    assert "审批用印申请" in part
    assert "<html" not in part
    assert "<html" in client.get(reverse("portal:desk_more")).content.decode()


def test_the_search_shows_what_modules_find(cast, of_a_module):
    page = cast.client(cast.chief).get(reverse("portal:search_more"), {"q": "处罚"}).content.decode()
    assert "处罚决定书" in page
