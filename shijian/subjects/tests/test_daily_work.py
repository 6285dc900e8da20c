"""Checks on the spot, stale records, relations and saved filters."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shijian.audit.models import Entry
from shijian.notices.models import Notice
from shijian.subjects import services
from shijian.subjects.choices import FilterNotice, Verb
from shijian.subjects.models import Check, Entity, EntityChange, Pair, Relation, SavedFilter
from shijian.subjects.services import duplicates, subscriptions
from shijian.subjects.services.checks import PhotoMissing
from shijian.subjects.services.relations import AlreadyRelated
from shijian.subjects.testing import NOW, a_photo, an_entity


@pytest.fixture
def shop(scene, settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"
    return an_entity(name="安柏便利店")


def check(shop, by, status, *photos, id=None, **more):
    return services.record_check(shop, id=id or uuid4(), status=status, photos=photos, by=by, now=NOW, **more)


def test_a_changed_status_needs_a_photo_an_unchanged_one_refreshes_the_record(shop, cast):
    with pytest.raises(PhotoMissing, match="请附现场照片"):
        check(shop, cast.chief, "closed")
    check(shop, cast.chief, "operating")
    shop.refresh_from_db()
    assert shop.checked_on == date(2026, 11, 20)
    assert EntityChange.objects.count() == 0
    check(shop, cast.chief, "not_found", a_photo(), note="已搬空")
    shop.refresh_from_db()
    assert shop.status == "not_found"
    assert EntityChange.objects.get().after == {"status": "not_found"}
    assert Entry.objects.filter(verb=Verb.CHECKED).count() == 2


def test_the_same_check_sent_twice_is_one(shop, cast):
    key = uuid4()
    assert check(shop, cast.chief, "suspended", a_photo(), id=key) == check(
        shop, cast.chief, "closed", a_photo(), id=key
    )
    assert Check.objects.count() == 1
    assert Entity.objects.get().status == "suspended"


def test_the_page_takes_a_photo_and_shows_it_on_the_timeline(shop, cast):
    client, address = cast.client(cast.chief), reverse("subjects:status", args=[shop.pk])
    page = client.get(address)
    key = page.context["form"]["check_id"].value()
    assert client.post(address, {"check_id": key, "status": "closed"}).status_code == 422
    fake = SimpleUploadedFile("门头.jpg", b"not a photo", content_type="image/jpeg")
    assert client.post(address, {"check_id": key, "status": "closed", "photos": [fake]}).status_code == 422
    response = client.post(address, {"check_id": key, "status": "closed", "photos": [a_photo()], "note": "卷帘门紧闭"})
    assert response.status_code == 302
    page = client.get(response.url).content.decode()
    assert "在业 → 注销" in page
    assert "卷帘门紧闭" in page
    photo = reverse("subjects:photo", args=[shop.pk, key, 0, "thumb"])
    assert photo in page
    response = client.get(photo)
    assert response["Content-Type"] == "image/jpeg"
    assert b"Exif" not in b"".join(response.streaming_content)
    assert client.get(photo.replace("thumb", "original")).status_code == 404
    assert cast.client(cast.other_chief).get(photo).status_code == 404


def test_records_nobody_confirmed_for_a_year_are_flagged_until_somebody_looks(shop, cast):
    Entity.objects.update(updated_at=NOW - timedelta(days=366))
    today = date(2026, 11, 20)
    assert list(Entity.objects.stale(today)) == [shop]
    assert Entity.objects.get().is_stale(today)
    assert not Entity.objects.get().is_stale(today - timedelta(days=2))
    check(shop, cast.chief, "operating")
    assert not Entity.objects.stale(today)
    assert not Entity.objects.get().is_stale(today)
    Entity.objects.update(checked_on=None, status="closed")
    assert not Entity.objects.stale(today)


def test_relations_are_seen_from_both_sides_and_their_end_keeps_them(shop, cast):
    market = an_entity(name="纺织城农贸市场")
    client = cast.client(cast.chief)
    address = reverse("subjects:relation_new", args=[shop.pk])
    assert "纺织城农贸市场" in client.get(address, {"q": "农贸"}).content.decode()
    assert client.post(address, {"kind": "stall", "other": str(market.pk)}).status_code == 302
    assert client.post(address, {"kind": "stall", "other": str(market.pk)}).status_code == 422
    assert client.post(address, {"kind": "nonsense", "other": str(market.pk)}).status_code == 422
    assert "安柏便利店" in client.get(reverse("subjects:entity", args=[market.pk])).content.decode()
    relation = Relation.objects.get()
    client.post(reverse("subjects:relation_end", args=[relation.pk]))
    assert Relation.objects.get().ended_at is not None
    assert "纺织城农贸市场" not in client.get(reverse("subjects:entity", args=[shop.pk])).content.decode()
    services.relate(shop, market, kind="stall", by=cast.chief, now=NOW)
    with pytest.raises(AlreadyRelated):
        services.relate(shop, shop, kind="stall", by=cast.chief, now=NOW)


def test_relations_with_entities_out_of_sight_are_not_shown(shop, cast):
    far = an_entity(name="远处批发部", area_code="050201")
    services.relate(shop, far, kind="supplier", by=cast.clerk, now=NOW)
    page = cast.client(cast.chief).get(reverse("subjects:entity", args=[shop.pk])).content.decode()
    assert "远处批发部" not in page
    relation = Relation.objects.get()
    assert cast.client(cast.other_chief).post(reverse("subjects:relation_end", args=[relation.pk])).status_code == 404


def test_a_filter_is_kept_by_name_for_its_owner_only(shop, cast):
    client = cast.client(cast.chief)
    here = "http://testserver" + reverse("subjects:list") + "?tag=catering&unbound=1&after=xyz"
    response = client.post(reverse("subjects:filter_save"), {"name": "未落格餐饮"}, headers={"Referer": here})
    saved = SavedFilter.objects.get()
    assert saved.query == "tag=catering&unbound=1"
    assert response.url.endswith("?tag=catering&unbound=1")
    assert "未落格餐饮" in client.get(reverse("subjects:list")).content.decode()
    other = cast.client(cast.clerk)
    assert "未落格餐饮" not in other.get(reverse("subjects:list")).content.decode()
    remove = reverse("subjects:filter_remove", args=[saved.pk])
    assert other.post(remove).status_code == 404
    assert client.post(remove).status_code == 302
    assert not SavedFilter.objects.exists()


@pytest.fixture
def kept(shop, cast):
    """The chief's filter "餐饮" with a notice in five minutes at most."""
    saved = services.save_filter("餐饮", "tag=catering", by=cast.chief, now=NOW)
    address = reverse("subjects:filter_notice", args=[saved.pk])
    assert cast.client(cast.clerk).post(address, {"notice": "soon"}).status_code == 404
    assert cast.client(cast.chief).post(address, {"notice": "soon"}).url.endswith("?tag=catering")
    saved.refresh_from_db()
    return saved


def test_the_owner_is_told_once_what_is_new_under_his_filter_and_within_his_scope_s_08(kept, cast):
    begin = kept.told_at
    an_entity(name="新开面馆", area_code="050101", tags=["catering"], updated_at=begin + timedelta(minutes=1))
    an_entity(name="远处面馆", area_code="050201", tags=["catering"], updated_at=begin + timedelta(minutes=1))
    an_entity(name="五金店", area_code="050101", tags=[], updated_at=begin + timedelta(minutes=1))
    assert subscriptions.tell_all("soon", now=begin + timedelta(minutes=5)) == 1
    told = Notice.objects.get(kind="subjects.subscription")
    assert (told.to, told.title, told.body) == (cast.chief, "“餐饮”新增或更新 1 户", "新开面馆")
    assert cast.client(cast.chief).get(told.link).status_code == 200
    assert subscriptions.tell_all("soon", now=begin + timedelta(minutes=10)) == 0
    assert subscriptions.tell_all("daily", now=begin + timedelta(minutes=10)) == 0


def test_no_notice_after_it_was_ended_or_the_role_is_gone(kept, cast):
    begin = kept.told_at
    an_entity(name="新开面馆", area_code="050101", tags=["catering"], updated_at=begin + timedelta(minutes=1))
    cast.chief.grants.all().delete()
    assert subscriptions.tell_all("soon", now=begin + timedelta(minutes=5)) == 0
    subscriptions.subscribe(kept, FilterNotice.NONE, now=begin)
    assert subscriptions.tell_all("soon", now=begin + timedelta(minutes=5)) == 0
    assert not Notice.objects.filter(kind="subjects.subscription").exists()


def test_nothing_is_no_filter(shop, cast):
    client = cast.client(cast.chief)
    client.post(reverse("subjects:filter_save"), {"name": "空"})
    client.post(reverse("subjects:filter_save"), {"name": ""}, headers={"Referer": "http://testserver/entities/?q=1"})
    assert not SavedFilter.objects.exists()


def test_the_page_of_an_entity_that_has_everything_takes_few_statements(shop, cast):
    twin, old = an_entity(name="安柏便利店分店", address="纺东街2号"), an_entity(name="旧店", address="纺东街3号")
    duplicates.merge(shop, old, take=[], reason="同一户", by=cast.clerk, now=NOW)
    first, second = sorted([shop, twin], key=lambda entity: entity.pk)
    Pair.objects.create(bureau_code=shop.bureau_code, first=first, second=second, reasons=["place"], found_at=NOW)
    services.relate(shop, twin, kind="branch", by=cast.clerk, now=NOW)
    check(shop, cast.chief, "not_found", a_photo(), note="已搬空")
    client, address = cast.client(cast.station_head), reverse("subjects:entity", args=[shop.pk])
    client.get(address)  # what a process reads once is read
    with CaptureQueriesContext(connection) as caught:
        page = client.get(address).content.decode()
    assert all(each in page for each in ("已搬空", "安柏便利店分店", "并入 旧店", "现场照片 1"))
    asked = [each["sql"] for each in caught.captured_queries if not each["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    asked = [sql for sql in asked if "django_session" not in sql]
    assert len(asked) <= 12
