"""一次录入: what a form asked although it was known is counted, and the count is public."""

import pytest
from django.urls import reverse

from shijian.core import facts
from shijian.core.ids import new_id
from shijian.core.models import FormCount
from shijian.events.models import Kind

pytestmark = pytest.mark.django_db


def test_a_known_field_typed_again_counts_and_one_told_anew_does_not():
    known = {"address": "纺东街 1 号", "name": "甲"}
    again = facts.answered(["address", "name", "note"], known=known, offered=["name"], sent={"address": "纺东街1号"})
    assert (again.asked, again.known, again.offered, again.retyped) == (3, 2, 1, 1)
    told = facts.answered(["address"], known=known, offered=[], sent={"address": "纺东街2号"})
    assert told.retyped == 0
    assert facts.answered([], known=known, offered=known, sent={}).known == 0


def test_a_form_may_only_ask_for_facts_that_have_an_origin():
    with pytest.raises(ValueError, match="nobody_knows"):
        facts.form("x", "甲", field="nobody_knows")
    with pytest.raises(ValueError, match="twice"):
        facts.fact(facts.facts["grid"])


def test_reporting_about_a_known_entity_asks_its_address_only_of_who_types_it_again(world):
    client = world.cast.client(world.cast.chief)
    sent = {
        "kind": Kind.objects.get(code="WZ02").pk,
        "source": "daily_check",
        "description": "照未悬挂",
        "entity": world.entity.pk,
    }
    client.post(reverse("events:report"), {**sent, "step_id": new_id()})
    client.post(reverse("events:report"), {**sent, "step_id": new_id(), "address": world.entity.address})
    row = FormCount.objects.get(form="events.report")
    assert (row.sent, row.asked, row.known, row.offered, row.retyped) == (2, 14, 4, 3, 1)
    page = client.get(reverse("portal:once")).content.decode()
    assert "事件上报" in page
    assert 'class="tag tag-red">1<' in page
    rows = client.get(reverse("portal:once_rows"), {"metric": "retyped"}).content.decode()
    assert "事件上报" in rows


def test_everybody_may_read_the_figures(client, world):
    page = client.get(reverse("portal:public_once"))
    assert page.status_code == 200
    assert "一次录入公开" in page.content.decode()
    assert client.get(reverse("portal:public_once"), {"bureau": "nonsense"}).status_code == 200


def test_the_figures_stand_in_the_metric_registry(world):
    client = world.cast.client(world.cast.chief)
    assert "重复填写" in client.get(reverse("events:metrics")).content.decode()
