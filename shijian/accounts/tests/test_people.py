"""Accounts and units: opened, changed, stopped; each on record, none by the wrong hand."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from shijian.accounts import services
from shijian.accounts.choices import UnitKind, Verb
from shijian.accounts.models import Unit, User
from shijian.accounts.services.passwords import WeakPassword
from shijian.accounts.services.people import EmployeeNumberTaken, NotYourself
from shijian.accounts.services.units import UnitCodeTaken
from shijian.accounts.testing import BUREAU
from shijian.audit.models import Entry

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)


def create(cast, **more):
    fields = {"employee_no": "T3001", "name": "新来的", "unit": cast.units["0501"], "kind": "officer"}
    return services.create_person(**{**fields, "password": "Gewu-zhizhi-1", "by": cast.sysadmin, "now": NOW, **more})


def test_a_new_person_holds_nothing_and_changes_the_first_password(cast):
    made = create(cast)
    assert made.must_change_password
    assert made.bureau_code == BUREAU
    assert not made.grants.exists()


def test_a_number_is_given_once(cast):
    with pytest.raises(EmployeeNumberTaken, match="T1001"):
        create(cast, employee_no="T1001")


def test_a_weak_password_is_refused_with_the_reason(cast):
    with pytest.raises(WeakPassword, match="至少"):
        create(cast, password="short")


def test_a_change_records_which_fields_but_not_the_number(cast):
    services.change_person(cast.chief, changes={"phone": "13912345678"}, by=cast.sysadmin, now=NOW)
    entry = Entry.objects.get(verb=Verb.USER_CHANGED)
    assert entry.detail == {"fields": ["phone"]}
    services.change_person(cast.chief, changes={"phone": "13912345678"}, by=cast.sysadmin, now=NOW)
    assert Entry.objects.filter(verb=Verb.USER_CHANGED).count() == 1, "nothing changed, nothing recorded"


def test_nobody_stops_his_own_account(cast):
    with pytest.raises(NotYourself):
        services.disable(cast.sysadmin, by=cast.sysadmin, now=NOW)


def test_an_account_is_stopped_and_opened_again(cast):
    client = cast.confirmed_client(cast.sysadmin)
    for is_active in (False, True):
        client.post(f"/people/{cast.chief.pk}/standing/")
        assert User.objects.get(pk=cast.chief.pk).is_active is is_active
    assert Entry.objects.filter(verb__in=[Verb.USER_DISABLED, Verb.USER_ENABLED]).count() == 2


def test_the_page_opens_an_account_and_shows_the_password_once(cast):
    client = cast.confirmed_client(cast.sysadmin)
    fields = {"employee_no": "T3001", "name": "新来的", "unit": cast.units["0501"].pk, "kind": "officer"}
    page = client.post("/people/new/", fields).content.decode()
    made = User.objects.get(employee_no="T3001")
    password = page.split("<code>")[1].split("</code>")[0]
    assert made.check_password(password)
    assert password not in str(list(Entry.objects.values_list("detail", flat=True)))


def test_the_page_refuses_a_taken_number_where_it_was_typed(cast):
    fields = {"employee_no": "T1001", "name": "重号", "unit": cast.units["0501"].pk, "kind": "officer"}
    response = cast.confirmed_client(cast.sysadmin).post("/people/new/", fields)
    assert response.status_code == 422
    assert "已被使用" in response.content.decode()


def test_a_unit_lies_below_its_parent_and_its_code_is_its_own(cast):
    made = services.create_unit(
        bureau_code=BUREAU, code="0501-a", name="一组", kind=UnitKind.GROUP, parent=cast.units["0501"],
        by=cast.sysadmin, now=NOW,
    )  # fmt: skip
    assert made.path == f"{BUREAU}/0501/0501-a/"
    with pytest.raises(UnitCodeTaken):
        services.create_unit(
            bureau_code=BUREAU, code="0501", name="重", kind=UnitKind.GROUP, parent=None, by=cast.sysadmin, now=NOW
        )
    services.change_unit(made, name="二组", area_code="0501", by=cast.sysadmin, now=NOW)
    assert Entry.objects.get(verb=Verb.UNIT_CHANGED).detail["after"]["name"] == "二组"
    assert Unit.objects.get(pk=made.pk).name == "二组"


def test_a_list_shows_no_whole_phone_number_also_not_in_its_export(cast):
    User.objects.filter(pk=cast.chief.pk).update(phone="13912345678")
    for part in ("sysadmin", "secadmin", "leader"):
        client = cast.client(getattr(cast, part))
        for address in ("/people/", "/people/?export=csv"):
            response = client.get(address)
            text = b"".join(response).decode()
            assert "139****5678" in text
            assert "13912345678" not in text


def test_a_moved_person_is_seen_by_the_new_station_head(cast):
    services.change_person(cast.chief, changes={"unit": cast.units["0502"]}, by=cast.sysadmin, now=timezone.now())
    address = f"/people/{cast.chief.pk}/"
    assert cast.client(cast.other_head).get(address).status_code == 200
    assert cast.client(cast.station_head).get(address).status_code == 404
