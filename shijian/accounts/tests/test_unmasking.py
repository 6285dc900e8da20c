"""Masked by default; whole for a reason, on record, so many a day (个人信息保护法 6, 51)."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from shijian.accounts.choices import Verb
from shijian.accounts.models import User
from shijian.accounts.services.personal_data import QuotaUsed, unmask_phone
from shijian.audit.models import Entry
from shijian.core.personal import MaskingFilter, mask_identity, mask_name, mask_phone, mask_text

PHONE = "13912345678"
REASON = {"reason": "联系到场处置事件"}


@pytest.mark.parametrize(
    ("mask", "value", "expected"),
    [
        (mask_name, "张三", "张*"),
        (mask_name, "欧阳娜娜", "欧***"),
        (mask_name, "李", "*"),
        (mask_name, "", ""),
        (mask_phone, PHONE, "139****5678"),
        (mask_phone, "8523", "****"),
        (mask_phone, "", ""),
        (mask_identity, "11010519491231002X", "**************002X"),
        (mask_identity, "1234", "****"),
        (mask_text, f"请打{PHONE}，证件11010519491231002X。", "请打139****5678，证件**************002X。"),
        (mask_text, "编号 202611200001139123456789 不是电话", "编号 202611200001139123456789 不是电话"),
    ],
)
def test_each_mask_leaves_what_it_says(mask, value, expected):
    assert mask(value) == expected


def test_no_log_line_carries_a_number():
    record = logging.LogRecord("x", logging.WARNING, "x", 1, "call %s for %s", (PHONE, "11010519491231002X"), None)
    MaskingFilter().filter(record)
    assert record.getMessage() == "call 139****5678 for **************002X"


@pytest.fixture
def owner(cast):
    User.objects.filter(pk=cast.chief.pk).update(phone=PHONE)
    cast.chief.refresh_from_db()
    return cast.chief


@pytest.mark.django_db
class TestUnmasking:
    def address(self, owner):
        return f"/people/{owner.pk}/phone/"

    def test_the_number_is_shown_after_confirmation_and_reason_and_is_on_record(self, cast, owner):
        client = cast.client(cast.informant)
        assert PHONE not in client.get(self.address(owner)).content.decode()
        assert client.post(self.address(owner), REASON).url.startswith("/login/again/")
        client = cast.confirmed_client(cast.informant)
        response = client.post(self.address(owner), REASON)
        assert f"tel:{PHONE}" in response.content.decode()
        assert "no-store" in response["Cache-Control"]
        entry = Entry.objects.get(verb=Verb.UNMASKED)
        assert entry.detail == {"field": "accounts.user.phone", "reason": "联系到场处置事件"}
        assert PHONE not in str(entry.content())

    @pytest.mark.parametrize("reason", ["", "急", "x" * 101])
    def test_without_a_real_reason_nothing_is_shown(self, cast, owner, reason):
        response = cast.confirmed_client(cast.informant).post(self.address(owner), {"reason": reason})
        assert response.status_code == 422
        assert PHONE not in response.content.decode()
        assert not Entry.objects.filter(verb=Verb.UNMASKED).exists()

    def test_the_thirty_first_of_a_day_is_refused_and_the_next_day_begins_anew(self, cast, owner, settings):
        settings.UNMASK_PER_DAY = 3
        now = timezone.localtime().replace(hour=9)
        for _ in range(3):
            unmask_phone(owner, reason="联系", by=cast.informant, now=now)
        with pytest.raises(QuotaUsed, match="每日上限"):
            unmask_phone(owner, reason="联系", by=cast.informant, now=now)
        assert unmask_phone(owner, reason="联系", by=cast.manager, now=now) == PHONE, "each has his own quota"
        assert unmask_phone(owner, reason="联系", by=cast.informant, now=now + timedelta(days=1)) == PHONE

    def test_the_page_says_when_the_quota_is_used(self, cast, owner, settings):
        settings.UNMASK_PER_DAY = 0
        response = cast.confirmed_client(cast.informant).post(self.address(owner), REASON)
        assert response.status_code == 422
        assert "每日上限" in response.content.decode()
        assert PHONE not in response.content.decode()

    @pytest.mark.parametrize(
        ("part", "status"), [("other_chief", 404), ("other_head", 404), ("clerk", 403), ("auditor", 403)]
    )
    def test_another_station_learns_nothing_and_who_has_no_need_is_refused(self, cast, owner, part, status):
        client = cast.confirmed_client(getattr(cast, part))
        assert client.get(self.address(owner)).status_code == status
        assert client.post(self.address(owner), REASON).status_code == status

    def test_everybody_sees_his_own_number_whole_and_colleagues_see_it_masked(self, cast, owner):
        address = f"/people/{owner.pk}/"
        assert PHONE in cast.client(owner).get(address).content.decode()
        for part in ("station_head", "grid_office", "leader", "secadmin"):
            page = cast.client(getattr(cast, part)).get(address).content.decode()
            assert "139****5678" in page
            assert PHONE not in page

    def test_the_register_is_shown_to_security_and_audit(self, cast):
        page = cast.client(cast.auditor).get("/people/personal-data/").content.decode()
        assert "accounts.user.phone" in page
        assert "前 3 位和后 4 位" in page
