"""Who may act: asked when a step is given out and again when it is done; each way around it is closed."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.utils.timezone import localdate

from shijian.accounts.models import EnforcementCertificate, Grant

from .. import queries, services
from ..choices import Turn
from ..models import Qualification, Task
from ..services import NotAllowed
from ..testing import NOW, certify, person, publish, qualify, steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_review(office):
    """The chief has finished the inquiry; the review is open."""
    instance = office.start()
    office.go(instance, office.cast.chief)
    return instance


def also(user, role, office):
    grant = user.grants.first()
    Grant.objects.create(
        user=user, role_id=role, lane="business", bureau_code=user.bureau_code, area_prefix="",
        unit_path=office.cast.units["610111"].path, valid=(date(2024, 1, 1), None),
    )  # fmt: skip
    user.__dict__.pop("_grants", None)
    return grant


def test_who_investigated_does_not_review_though_he_holds_the_role(office, at_review):
    also(office.cast.chief, "legal_reviewer", office)
    qualify(office.cast.chief)
    task = office.open(at_review)
    assert task not in queries.todo(office.cast.chief, localdate(NOW))
    with pytest.raises(NotAllowed, match="职责分离"):
        services.claim(task, by=office.cast.chief, now=NOW)


def test_the_review_is_not_delegated_to_the_investigator(office, at_review):
    qualify(office.cast.chief)
    with pytest.raises(NotAllowed, match="已经办理“调查终结”"):
        services.delegate(office.open(at_review), to=office.cast.chief, reason="忙", by=office.reviewer, now=NOW)


def test_the_author_is_not_added_as_an_approver(office, at_review):
    qualify(office.cast.chief)
    with pytest.raises(NotAllowed, match="职责分离"):
        services.add(
            office.open(at_review),
            people=[office.cast.chief],
            turn=Turn.BEFORE,
            reason="会签",
            by=office.reviewer,
            now=NOW,
        )


def test_the_reviewer_does_not_investigate_when_the_case_comes_back(office, at_review):
    """The separation works both ways, or a return would open a door."""
    certify(office.reviewer)
    office.go(at_review, office.reviewer, "refuse")
    again = office.open(at_review)
    with pytest.raises(NotAllowed, match="已经办理“法制审核”"):
        services.delegate(again, to=office.reviewer, reason="代办", by=office.cast.chief, now=NOW)


def test_a_deputy_does_not_get_around_it_by_standing_in(office, at_review):
    """Both hats count: who acts, and for whom."""
    office.cast.chief.acting = SimpleNamespace(
        principal=office.reviewer, principal_id=office.reviewer.pk, roles=["legal_reviewer"], area_prefix=""
    )
    with pytest.raises(NotAllowed):
        services.claim(office.open(at_review), by=office.cast.chief, now=NOW)


def test_a_certificate_that_ends_between_taking_and_doing_stops_the_act(office):
    instance = office.start()
    task = services.claim(office.open(instance), by=office.cast.chief, now=NOW)
    EnforcementCertificate.objects.filter(user=office.cast.chief).update(valid_until=date(2026, 9, 14))
    with pytest.raises(NotAllowed, match="没有有效的执法证") as refused:
        services.complete(task, outcome="done", data={"party": "x"}, by=office.cast.chief, now=NOW + timedelta(days=1))
    assert refused.value.article == "行政处罚法（2021）第四十二条"
    assert Task.objects.get(pk=task.pk).state == "claimed"


def test_a_role_taken_back_between_taking_and_doing_stops_the_act(office):
    instance = office.start()
    task = services.claim(office.open(instance), by=office.cast.chief, now=NOW)
    Grant.objects.filter(user=office.cast.chief).delete()
    office.cast.chief.__dict__.pop("_grants", None)
    with pytest.raises(NotAllowed, match="不担任"):
        services.complete(task, outcome="done", data={"party": "x"}, by=office.cast.chief, now=NOW)


def test_an_auxiliary_or_an_officer_without_a_certificate_does_not_take_a_certified_step(office):
    instance = office.start()
    for user in (office.cast.manager, office.cast.station_head):
        also(user, "grid_chief", office)
        with pytest.raises(NotAllowed, match="执法证"):
            services.claim(office.open(instance), by=user, now=NOW)


def test_a_legal_review_needs_the_legal_qualification(office, at_review):
    unqualified = person("T0103", "法制四", "legal_reviewer", office.cast.units["610111"])
    with pytest.raises(NotAllowed, match="法律职业资格"):
        services.claim(office.open(at_review), by=unqualified, now=NOW)
    with pytest.raises(NotAllowed, match="法律职业资格"):
        services.delegate(office.open(at_review), to=unqualified, reason="忙", by=office.reviewer, now=NOW)
    Qualification.objects.filter(user=office.reviewer).update(valid_until=date(2026, 9, 1))
    with pytest.raises(NotAllowed, match="法律职业资格"):
        services.claim(office.open(at_review), by=office.reviewer, now=NOW)


def test_a_role_of_another_station_does_not_reach(office):
    instance = office.start()
    task = office.open(instance)
    certify(office.cast.other_chief)
    assert task not in queries.todo(office.cast.other_chief, localdate(NOW))
    assert task in queries.todo(office.cast.chief, localdate(NOW))
    with pytest.raises(NotAllowed, match="不覆盖"):
        services.claim(task, by=office.cast.other_chief, now=NOW)


def test_nobody_signs_one_step_twice(office):
    process = publish("sign", steps(review={"differsFrom": "inquire"}))
    instance = office.start(process)
    office.go(instance, office.cast.chief)
    task = office.open(instance)
    services.add(task, people=[office.cast.grid_office], turn=Turn.PARALLEL, reason="会签", by=office.reviewer, now=NOW)
    with pytest.raises(services.refusals.NotYours, match="不能办理两次"):
        services.delegate(task, to=office.cast.grid_office, reason="忙", by=office.reviewer, now=NOW)


def test_who_can_be_asked_is_only_who_may(office, at_review):
    node = queries.diagram_of(at_review.version).nodes["review"]
    past = queries.past_of(at_review)
    diagram = queries.diagram_of(at_review.version)
    found = queries.candidates(node, diagram, at_review, past, localdate(NOW))
    assert found == [office.reviewer]
    assert queries.colleagues(node, diagram, at_review, past, localdate(NOW)) == [office.reviewer]


def test_a_qualified_administrator_is_not_asked(office, at_review):
    qualify(office.cast.sysadmin)
    diagram = queries.diagram_of(at_review.version)
    past = queries.past_of(at_review)
    assert queries.colleagues(diagram.nodes["review"], diagram, at_review, past, localdate(NOW)) == [office.reviewer]
