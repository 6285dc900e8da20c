"""Circulars: sent once to whom the sender reaches, read and confirmed one by one, withdrawn with a reason."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from shijian.accounts.models import Unit
from shijian.audit.models import Entry
from shijian.core.errors import Refused
from shijian.notices import services
from shijian.notices.models import Circular, Notice, Receipt
from shijian.notices.services.circulars import (
    AlreadyWithdrawn,
    ConfirmedAlready,
    DayPast,
    NobodyReached,
    NotSender,
    RemindedToday,
)

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)


def unit(code):
    return Unit.objects.get(code=code)


def draft(*units, **given):
    return services.Draft(
        title="关于冬季食品安全检查的通知", text="请各所周五前报送。", units=units or [unit("0501")], **given
    )


@pytest.fixture
def sent(cast):
    return services.send(draft(must_confirm=True, confirm_by=date(2026, 11, 27)), by=cast.leader, now=NOW)


def receipt(circular, person):
    return Receipt.objects.get(circular=circular, to=person)


def test_everybody_of_the_unit_and_below_gets_it_once_and_the_sender_does_not(cast):
    circular = services.send(draft(unit("610111"), unit("0501")), by=cast.leader, now=NOW)
    reached = list(circular.receipts.values_list("to", flat=True))
    assert cast.chief.pk in reached
    assert cast.other_chief.pk in reached
    assert cast.leader.pk not in reached
    assert len(reached) == len(set(reached)) == Notice.objects.filter(kind="circular").count()
    assert Entry.objects.filter(verb="notices.circular.sent").count() == 1


def test_a_station_head_reaches_only_his_own_station(cast):
    circular = services.send(draft(unit("0501"), unit("0502")), by=cast.station_head, now=NOW)
    assert {each.to.unit.code for each in circular.receipts.select_related("to__unit")} == {"0501"}
    with pytest.raises(NobodyReached):
        services.send(draft(unit("0502")), by=cast.station_head, now=NOW)


def test_only_the_kinds_of_people_chosen_get_it(cast):
    circular = services.send(draft(kinds=["external"]), by=cast.leader, now=NOW)
    assert {each.to.kind for each in circular.receipts.select_related("to")} == {"external"}


def test_sending_twice_with_one_key_sends_once(cast):
    key = uuid4()
    first = services.send(draft(), by=cast.leader, now=NOW, key=key)
    assert services.send(draft(), by=cast.leader, now=NOW, key=key) == first
    assert Circular.objects.count() == 1


def test_a_day_in_the_past_is_refused_and_nothing_is_sent(cast):
    with pytest.raises(DayPast):
        services.send(draft(must_confirm=True, confirm_by=date(2026, 11, 19)), by=cast.leader, now=NOW)
    assert not Notice.objects.exists()


def test_opening_is_reading_and_reads_the_notice_too(cast, sent):
    cast.client(cast.chief).get(reverse("notices:circular", args=[sent.pk]))
    assert receipt(sent, cast.chief).read_at
    assert not receipt(sent, cast.manager).read_at
    assert Notice.objects.get(to=cast.chief, kind="circular").read_at


def test_receipt_is_confirmed_once(cast, sent):
    services.confirm(sent, by=cast.chief, now=NOW)
    assert receipt(sent, cast.chief).confirmed_at == NOW
    for person in (cast.chief, cast.leader, cast.other_chief):
        with pytest.raises(ConfirmedAlready):
            services.confirm(sent, by=person, now=NOW)


def test_only_those_missing_are_reminded_and_once_a_day(cast, sent):
    services.confirm(sent, by=cast.chief, now=NOW)
    assert services.remind(sent, by=cast.leader, now=NOW) == sent.receipts.count() - 1
    assert Notice.objects.filter(to=cast.chief, kind="circular").count() == 1
    with pytest.raises(RemindedToday):
        services.remind(sent, by=cast.leader, now=NOW)
    services.remind(sent, by=cast.leader, now=NOW + timedelta(days=1))
    with pytest.raises(NotSender):
        services.remind(sent, by=cast.station_head, now=NOW)


def test_what_is_withdrawn_cannot_be_read_but_who_read_it_stays(cast, sent):
    chief = cast.client(cast.chief)
    address = reverse("notices:circular", args=[sent.pk])
    assert "请各所周五前报送" in chief.get(address).content.decode()
    services.withdraw(sent, reason="附件有误", by=cast.leader, now=NOW)
    page = chief.get(address).content.decode()
    assert "附件有误" in page
    assert "请各所周五前报送" not in page
    assert receipt(sent, cast.chief).read_at
    with pytest.raises(AlreadyWithdrawn):
        services.withdraw(sent, reason="再次", by=cast.leader, now=NOW)
    with pytest.raises(Refused):
        services.confirm(sent, by=cast.chief, now=NOW)


def test_a_circular_does_not_exist_for_who_is_not_addressed(cast, sent):
    stranger = cast.client(cast.other_chief)
    for name in ("circular", "receipts", "withdrawal"):
        assert stranger.get(reverse(f"notices:{name}", args=[sent.pk])).status_code in {403, 404}
    assert stranger.post(reverse("notices:confirmation", args=[sent.pk])).status_code == 404
    addressee = cast.client(cast.station_head)  # may send, but did not send this one
    assert addressee.get(reverse("notices:receipts", args=[sent.pk])).status_code == 404


def test_it_is_written_in_the_browser_with_an_attachment(cast):
    client = cast.client(cast.leader)
    file = SimpleUploadedFile("名单.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")
    given = {
        "key": uuid4(),
        "kind": "notification",
        "title": "测试通知",
        "text": "正文",
        "units": [unit("0501").pk],
        "attachments": file,
    }
    answer = client.post(reverse("notices:compose"), given)
    circular = Circular.objects.get()
    assert answer.url == reverse("notices:circular", args=[circular.pk])
    held = circular.attachments.get()
    address = reverse("notices:circular_file", args=[circular.pk, held.pk])
    answer = cast.client(cast.chief).get(address)
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert cast.client(cast.other_chief).get(address).status_code == 404


def test_bad_input_is_answered_beside_the_field(cast):
    client = cast.client(cast.leader)
    page = client.post(reverse("notices:compose"), {"key": uuid4(), "kind": "notification", "confirm_by": "2026-12-01"})
    assert page.status_code == 422
    assert "须同时勾选" in page.content.decode()
    assert not Circular.objects.exists()


def test_the_database_refuses_a_confirmation_before_reading(cast, sent):
    with pytest.raises(IntegrityError), transaction.atomic():
        Receipt.objects.filter(circular=sent).update(confirmed_at=NOW)


def test_what_is_to_be_confirmed_waits_on_the_desk_until_it_is(cast, sent):
    client, address = cast.client(cast.chief), reverse("portal:desk_more")
    assert sent.title in client.get(address).content.decode()
    services.confirm(sent, by=cast.chief, now=NOW)
    assert sent.title not in client.get(address).content.decode()
