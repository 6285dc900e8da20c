"""A paper on its way to its approver and back."""

import pytest
from django.urls import reverse
from django.utils.timezone import localdate, now

from shijian.core import desk as desks
from shijian.documents import queries, services
from shijian.documents.testing import NOW
from shijian.notices.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def submitted(desk):
    return services.submit(desk.complete(), by=desk.cast.chief, now=now())


def test_a_submitted_paper_waits_on_the_desk_of_its_nearest_approver_and_he_is_told(desk, submitted):
    head, leader = desk.cast.station_head, desk.cast.leader
    assert queries.approvers_of(submitted, on=localdate()) == [head]
    assert "待审批" in Notice.objects.get(to=head).title
    titles = [section.title for section in desks.sections(head, today=localdate())]
    assert "文书待审批" in titles
    assert "文书待审批" not in [section.title for section in desks.sections(desk.cast.chief, today=localdate())]
    assert "文书待审批" in [section.title for section in desks.sections(leader, today=localdate())]


def test_an_incomplete_draft_is_not_submitted(desk):
    with pytest.raises(services.NotComplete, match="请填写"):
        services.submit(desk.begin(), by=desk.cast.chief, now=NOW)


def test_nobody_fills_a_paper_that_lies_before_its_approver(desk, submitted):
    with pytest.raises(services.NotADraft, match="请先撤回送审"):
        services.write(submitted, {}, by=desk.cast.chief, now=NOW)
    draft = services.recall(submitted, by=desk.cast.chief, now=NOW)
    assert services.write(draft, {}, by=desk.cast.chief, now=NOW).data == {}


def test_a_returned_paper_is_a_draft_again_and_says_why(desk, submitted):
    head = desk.cast.station_head
    with pytest.raises(services.ReasonMissing):
        services.send_back(submitted, reason=" ", by=head, now=NOW)
    services.send_back(submitted, reason="期限写错", by=head, now=NOW)
    assert Notice.objects.get(to=desk.cast.chief).body == "期限写错"
    page = desk.cast.client(desk.cast.chief).get(reverse("documents:paper", args=[submitted.pk])).content.decode()
    assert "退回：期限写错" in page
    again = services.submit(submitted, by=desk.cast.chief, now=NOW)
    assert again.return_reason == ""
    assert services.approve(again, by=head, now=NOW).state == "approved"


def test_who_submits_does_not_approve_even_what_another_drafted(desk):
    paper = services.submit(desk.complete(), by=desk.cast.station_head, now=NOW)
    with pytest.raises(services.SamePerson):
        services.approve(paper, by=desk.cast.station_head, now=NOW)


def test_only_who_submitted_takes_it_back(desk, submitted):
    with pytest.raises(services.NotAllowed):
        services.recall(submitted, by=desk.cast.station_head, now=NOW)


def test_submission_keeps_what_was_typed_beside_the_button(desk):
    chief, paper = desk.cast.client(desk.cast.chief), desk.complete()
    sent = {"csrfmiddlewaretoken": "x", **{code: value for code, value in paper.data.items() if isinstance(value, str)}}
    chief.post(reverse("documents:submission", args=[paper.pk]), {**sent, "party_name": "改过的名称"})
    paper.refresh_from_db()
    assert (paper.state, paper.data["party_name"]) == ("submitted", "改过的名称")


def test_the_approver_returns_it_on_his_page(desk, submitted):
    head = desk.cast.client(desk.cast.station_head)
    page = head.get(reverse("documents:paper", args=[submitted.pk])).content.decode()
    assert "审批并取文号" in page
    assert "退回" in page
    address = reverse("documents:returning", args=[submitted.pk])
    assert head.post(address, {"reason": ""}).status_code == 422
    head.post(address, {"reason": "请补充"})
    submitted.refresh_from_db()
    assert submitted.state == "draft"
    assert desk.cast.client(desk.cast.chief).get(address).status_code == 403
