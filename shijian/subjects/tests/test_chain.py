"""Production, circulation, consumption: by industry, corrected by hand, counted per area with the rows behind each number."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shijian.accounts.testing import BUREAU
from shijian.audit.models import Entry
from shijian.subjects import services
from shijian.subjects.choices import ChainLink, Verb
from shijian.subjects.models import Entity, EntityChange, Industry
from shijian.subjects.testing import NOW, an_entity, credit_code, run_command, write_csv


@pytest.mark.parametrize(
    ("code", "link"),
    [
        ("1411", "production"),
        ("0111", "production"),
        ("0511", "none"),
        ("431", "none"),
        ("5213", "circulation"),
        ("6210", "consumption"),
        ("851", "none"),
        ("7020", "none"),
    ],
)
def test_an_industry_has_the_link_of_the_longest_beginning_in_the_table(scene, code, link):
    assert Industry.objects.get(code=code).chain_link == link


def names_at(link):
    return set(Entity.objects.at_link(link).values_list("name", flat=True))


def test_what_was_told_by_hand_goes_before_the_industry_and_is_on_record(scene, cast):
    bakery = an_entity(name="烘焙坊", industry_code="5222")
    an_entity(name="无行业")
    assert names_at("circulation") == {"烘焙坊"}
    assert names_at("none") == {"无行业"}
    client, address = cast.client(cast.chief), reverse("subjects:edit", args=[bakery.pk])
    facts = {"name": "烘焙坊", "address": "纺东街1号", "industry_code": "5222"}
    assert client.post(address, {**facts, "chain_link": "nonsense"}).status_code == 422
    assert client.post(address, {**facts, "chain_link": "production"}).status_code == 302
    assert (names_at("production"), names_at("circulation")) == ({"烘焙坊"}, set())
    assert EntityChange.objects.get().text == "环节：（空） → 生产"
    assert Entry.objects.get(verb=Verb.EDITED).detail["after"]["chain_link"] == "production"
    assert "人工更正" in client.get(reverse("subjects:entity", args=[bakery.pk])).text


def test_an_import_leaves_a_correction_alone(scene, cast, tmp_path):
    head, row = ["名称", "统一社会信用代码", "行业代码"], ["烘焙坊", credit_code(1), "5222"]
    run_command(write_csv(tmp_path / "a.csv", [row], head=head))
    services.edit_entity(Entity.objects.get(), changes={"chain_link": "production"}, by=cast.clerk, now=NOW)
    run_command(write_csv(tmp_path / "b.csv", [["新烘焙坊", *row[1:]]], head=head))
    assert Entity.objects.get().name == "新烘焙坊"
    assert names_at("production") == {"新烘焙坊"}


def test_every_number_is_the_count_of_the_rows_it_opens(scene, cast):
    for number, (industry, area) in enumerate(
        [("1411", "050101"), ("5213", "050101"), ("5213", "050102"), ("6210", "050201"), ("7020", "050101"), ("", "")]
    ):
        an_entity(name=f"户{number}", industry_code=industry, area_code=area)
    an_entity(name="已注销", industry_code="5213", status="closed")
    an_entity(name="外局", industry_code="5213", bureau_code="610112")
    client, address = cast.client(cast.grid_office), reverse("subjects:links")
    with CaptureQueriesContext(connection) as caught:
        page = client.get(address)
    assert len(caught) <= 12
    assert [each["row"].numbers for each in page.context["table"]] == [[1, 2, 1, 1], [0, 0, 0, 1]]
    for above in ("", "05", "0501"):
        page = client.get(address, {"area": above})
        cells = [cell for each in page.context["table"] for cell in each["cells"]] + page.context["totals"]
        assert len(cells) > len(ChainLink)
        for number, url, _ in cells:
            assert client.get(url).context["list"].total == number, url
    assert [each["row"].code for each in page.context["table"]] == ["050101", "050102"]
    assert client.get(address, {"area": "'; --"}).status_code == 200


def test_a_chief_counts_his_own_grid_only(scene, cast):
    an_entity(industry_code="5213", area_code="050101")
    an_entity(industry_code="5213", area_code="050201")
    assert Entity.objects.filter(bureau_code=BUREAU).count() == 2
    page = cast.client(cast.chief).get(reverse("subjects:links"))
    assert [each["row"].numbers for each in page.context["table"]] == [[0, 1, 0, 0]]
