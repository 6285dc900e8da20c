"""Who holds which qualification, and that the checks of a step read what is registered here."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from shijian.audit.models import Entry
from shijian.workflow import queries, services
from shijian.workflow.choices import Verb
from shijian.workflow.models import Qualification
from shijian.workflow.rules.diagram import Node

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
TODAY = date(2026, 11, 20)
GIVEN = {"number": "A2015610111", "valid_from": "2015-03-01", "valid_until": ""}


def register(user, by, **more):
    given = {"number": "A1", "valid_from": date(2020, 1, 1), "valid_until": None} | more
    return services.register_qualification(user, **given, by=by, now=NOW)


def test_a_qualification_is_registered_on_its_page_and_counts_at_the_next_step(cast):
    client = cast.client(cast.secadmin)
    address = reverse("workflow:qualification", args=[cast.chief.pk])
    assert "没有登记" in client.get(address).content.decode()
    assert client.post(address, GIVEN).status_code == 302
    assert "A2015610111" in client.get(address).content.decode()
    node = Node(id="n", kind="user", name="法制审核", qualification="legal")
    assert queries.person_of(cast.chief, TODAY, node).qualifications == {"legal"}
    assert Entry.objects.filter(verb=Verb.QUALIFIED).count() == 1


def test_an_ended_qualification_no_longer_counts(cast):
    row = register(cast.chief, cast.secadmin)
    client = cast.client(cast.secadmin)
    address = reverse("workflow:qualification_edit", args=[row.pk])
    assert client.post(address, {"valid_until": "2019-01-01"}).status_code == 422
    assert client.post(address, {"valid_until": "2026-11-19"}).status_code == 302
    node = Node(id="n", kind="user", name="法制审核", qualification="legal")
    assert queries.person_of(cast.chief, TODAY, node).qualifications == frozenset()
    assert queries.person_of(cast.chief, date(2026, 11, 19), node).qualifications == {"legal"}


@pytest.mark.parametrize(
    ("part", "more", "said"),
    [
        ("manager", {}, "不是监管人员"),
        ("chief", {"valid_until": date(2019, 1, 1)}, "不能早于"),
        ("station_head", {"number": "TAKEN"}, "已登记"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(cast, part, more, said):
    register(cast.chief, cast.secadmin, number="TAKEN")
    with pytest.raises(services.QualificationUnusable, match=said):
        register(getattr(cast, part), cast.secadmin, **({"number": "B"} | more))
    assert Qualification.objects.count() == 1


def test_the_list_tells_who_has_none_whose_runs_out_and_who_may_review(cast):
    register(cast.chief, cast.secadmin)
    client = cast.client(cast.secadmin)
    address = reverse("workflow:qualifications")
    cast.chief.certificates.all().delete()
    text = client.get(address, {"state": "none"}).content.decode()
    assert cast.chief.name in text
    cast.chief.certificates.create(
        number="X1", organ="甲", field="市场监管", valid_from="2020-01-01", valid_until=localdate() + timedelta(days=30)
    )
    assert cast.chief.name in client.get(address, {"state": "soon"}).content.decode()
    assert cast.chief.name not in client.get(address, {"state": "none"}).content.decode()
    assert cast.chief.name in client.get(address, {"state": "legal"}).content.decode()
    cast.chief.certificates.update(valid_until="2021-01-01")
    assert "已过期" in client.get(address).content.decode()


def test_who_registers_no_certificates_only_reads_and_only_within_reach(cast):
    client = cast.client(cast.grid_office)
    address = reverse("workflow:qualification", args=[cast.chief.pk])
    assert "登记法律职业资格" not in client.get(address).content.decode()
    client.post(address, GIVEN)
    assert not Qualification.objects.exists()
    row = register(cast.chief, cast.secadmin)
    assert client.get(reverse("workflow:qualification_edit", args=[row.pk])).status_code == 403
    assert cast.client(cast.other_head).get(address).status_code == 404
