"""Entities that may be one: proposed, compared, merged, taken back; nothing of either record is lost."""

from datetime import date

import pytest
from django.urls import reverse

from shijian.audit.models import Entry
from shijian.subjects.choices import PairState, Verb
from shijian.subjects.models import Entity, EntityChange, Merger, Pair
from shijian.subjects.queries import coverage, search, visible_to
from shijian.subjects.services import duplicates
from shijian.subjects.testing import INSIDE, NEXT_GRID, NOW, an_entity, credit_code

BUREAU = "610111"


@pytest.fixture
def two(scene):
    first = an_entity(name="安柏便利店", credit_code=credit_code(1), address="纺东街1号", industry_code="")
    second = an_entity(
        name="安柏便利店", registration_no="610111600000018", address="纺东街1号", industry_code="5213",
        established_on=date(2020, 1, 2), tags=["convenience"],
    )  # fmt: skip
    return first, second


def reasons():
    return {(pair.first.identity, pair.second.identity): pair.reasons for pair in Pair.objects.all()}


def test_the_same_code_name_and_address_or_place_is_proposed_with_its_reasons(scene):
    an_entity(identity="a", name="甲店", address="某路1号", credit_code=credit_code(1), location_wgs84=INSIDE)
    an_entity(identity="b", name="甲店", address="某路1号", location_wgs84=(INSIDE[0] + 0.0005, INSIDE[1]))
    an_entity(identity="c", name="乙店", credit_code=credit_code(1), location_wgs84=None)
    an_entity(identity="d", name="甲店", address="远路9号", location_wgs84=(INSIDE[0] + 0.01, INSIDE[1]))
    an_entity(identity="e", name="丙店", address="某路1号", location_wgs84=INSIDE)
    an_entity(identity="f", name="乙店", credit_code=credit_code(1), status="closed")
    assert duplicates.propose(BUREAU, now=NOW) == 2
    assert reasons() == {("a", "b"): ["address", "place"], ("a", "c"): ["code"]}
    assert duplicates.propose(BUREAU, now=NOW) == 0


def test_a_name_that_dozens_of_entities_have_proposes_nothing(scene):
    for number in range(25):
        an_entity(identity=str(number), name="小卖部", address="同一条街", location_wgs84=INSIDE)
    assert duplicates.propose(BUREAU, now=NOW) == 0


def test_what_one_said_is_not_the_same_is_never_proposed_again(two, cast):
    duplicates.propose(BUREAU, now=NOW)
    duplicates.keep_apart(Pair.objects.get(), by=cast.clerk, now=NOW)
    assert duplicates.propose(BUREAU, now=NOW) == 0
    assert Pair.objects.get().state == PairState.DIFFERENT
    assert Entry.objects.filter(verb=Verb.KEPT_APART).count() == 1
    with pytest.raises(duplicates.CannotMerge):
        duplicates.keep_apart(Pair.objects.get(), by=cast.clerk, now=NOW)


def test_merging_fills_what_is_missing_takes_what_was_chosen_and_hides_the_other(two, cast):
    kept, absorbed = two
    Entity.objects.filter(pk=absorbed.pk).update(address="纺东街1号附1号")
    before = coverage(BUREAU)
    duplicates.merge(kept, absorbed, take=["address"], reason="门头相同", by=cast.clerk, now=NOW)
    kept.refresh_from_db()
    assert (kept.industry_code, kept.established_on, kept.tags) == ("5213", date(2020, 1, 2), ["convenience"])
    assert (kept.address, kept.registration_no, kept.credit_code) == (
        "纺东街1号附1号",
        "610111600000018",
        credit_code(1),
    )
    assert list(visible_to(cast.clerk)) == [kept]
    assert search(cast.clerk, "安柏") == [kept]
    assert coverage(BUREAU) == (before[0] - 1, before[1] - 1)
    assert EntityChange.objects.get(entity=kept).before["industry_code"] == ""
    assert Entry.objects.get(verb=Verb.MERGED).detail["reason"] == "门头相同"


def test_a_merger_taken_back_leaves_both_as_they_were(two, cast):
    before = {row["id"]: row for row in Entity.objects.values()}
    merger = duplicates.merge(*two, take=["address", "place", "name"], reason="", by=cast.clerk, now=NOW)
    duplicates.unmerge(merger, by=cast.clerk, now=NOW)
    after = {row["id"]: row for row in Entity.objects.values()}
    for row in (*before.values(), *after.values()):
        row.pop("updated_at")
    assert after == before
    assert visible_to(cast.clerk).count() == 2
    assert [entry.verb for entry in Entry.objects.order_by("pk")][-2:] == [Verb.MERGED, Verb.UNMERGED]
    with pytest.raises(duplicates.CannotMerge, match="已经撤销"):
        duplicates.unmerge(merger, by=cast.clerk, now=NOW)


def test_a_fact_changed_since_stays_when_the_merger_is_taken_back(two, cast):
    from shijian.subjects import services

    merger = duplicates.merge(*two, take=[], reason="", by=cast.clerk, now=NOW)
    services.edit_entity(two[0], changes={"industry_code": "5212"}, by=cast.clerk, now=NOW)
    duplicates.unmerge(merger, by=cast.clerk, now=NOW)
    kept = Entity.objects.get(pk=two[0].pk)
    assert (kept.industry_code, kept.established_on, kept.tags) == ("5212", None, [])


def test_an_entity_is_in_one_place_only(two, cast):
    third = an_entity(name="第三户")
    duplicates.merge(two[1], third, take=[], reason="", by=cast.clerk, now=NOW)
    top = duplicates.merge(*two, take=[], reason="", by=cast.clerk, now=NOW)
    assert set(Entity.objects.filter(merged_into=two[0])) == {two[1], third}
    with pytest.raises(duplicates.CannotMerge, match="已并入"):
        duplicates.merge(third, two[0], take=[], reason="", by=cast.clerk, now=NOW)
    with pytest.raises(duplicates.CannotMerge):
        duplicates.merge(two[0], two[0], take=[], reason="", by=cast.clerk, now=NOW)
    duplicates.unmerge(top, by=cast.clerk, now=NOW)
    third.refresh_from_db()
    assert third.merged_into_id == two[1].pk


def test_the_place_and_its_grid_go_together(scene, cast):
    kept = an_entity(name="甲店", location_wgs84=INSIDE, area_code="050101")
    other = an_entity(name="甲店", location_wgs84=NEXT_GRID, area_code="050102", location_source="corrected")
    merger = duplicates.merge(kept, other, take=["place"], reason="", by=cast.clerk, now=NOW)
    kept.refresh_from_db()
    assert (kept.location_wgs84, kept.area_code, kept.location_source) == (NEXT_GRID, "050102", "corrected")
    duplicates.unmerge(merger, by=cast.clerk, now=NOW)
    kept.refresh_from_db()
    assert (kept.location_wgs84, kept.area_code, kept.location_source) == (INSIDE, "050101", "imported")


def test_from_the_list_to_the_merger_and_back_in_the_browser(two, cast):
    duplicates.propose(BUREAU, now=NOW)
    client, pair = cast.client(cast.station_head), Pair.objects.get()
    assert "名称、住所相同" in client.get(reverse("subjects:pairs")).content.decode()
    page = client.get(reverse("subjects:pair", args=[pair.pk])).content.decode()
    assert "相距 0 米" in page
    keep = "second" if pair.second_id == two[0].pk else "first"
    response = client.post(reverse("subjects:pair", args=[pair.pk]), {"keep": keep, "take": [], "reason": "同址"})
    assert response.url == reverse("subjects:entity", args=[two[0].pk])
    merger = Merger.objects.get()
    assert merger.absorbed == two[1]
    page = client.get(reverse("subjects:entity", args=[two[0].pk])).content.decode()
    assert "没有并入的记录" not in page
    assert client.get(reverse("subjects:entity", args=[two[1].pk])).url == response.url
    assert client.post(reverse("subjects:pair", args=[pair.pk]), {"keep": keep}).status_code == 409
    client.post(reverse("subjects:undoing", args=[merger.pk]))
    assert client.get(reverse("subjects:entity", args=[two[1].pk])).status_code == 200


def test_who_may_not_merge_sees_neither_pair_nor_button(two, cast):
    duplicates.propose(BUREAU, now=NOW)
    pair = Pair.objects.get()
    for person, status in ((cast.chief, 403), (cast.other_head, 404), (cast.informant, 403)):
        client = cast.client(person)
        assert client.get(reverse("subjects:pair", args=[pair.pk])).status_code == status
        assert client.post(reverse("subjects:difference", args=[pair.pk])).status_code == status
    assert "查找重复" not in cast.client(cast.chief).get(reverse("subjects:entity", args=[two[0].pk])).content.decode()
    merger = duplicates.merge(*two, take=[], reason="", by=cast.clerk, now=NOW)
    assert cast.client(cast.other_head).post(reverse("subjects:undoing", args=[merger.pk])).status_code == 404
    assert Merger.objects.get().undone_at is None


def test_two_that_nobody_proposed_can_be_compared_by_hand(scene, cast):
    one, other = an_entity(name="甲店"), an_entity(name="乙铺")
    client = cast.client(cast.clerk)
    address = reverse("subjects:twins", args=[one.pk])
    assert "乙铺" in client.get(address, {"q": "乙铺"}).content.decode()
    response = client.post(address, {"other": str(other.pk)})
    assert client.get(response.url).status_code == 200
    assert client.post(address, {"other": "x"}).status_code == 404
