"""Serving papers: what each way demands, what stays on record, what begins to run."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from shijian.core.ids import new_id
from shijian.deadlines.models import Clock
from shijian.documents import queries, services
from shijian.documents.models import Delivery, Paper
from shijian.documents.rules import delivery as rules
from shijian.documents.rules.delivery import Facts, Way
from shijian.documents.services import Told, clocking
from shijian.documents.testing import NOW
from shijian.seals.testing import sign

LATER = NOW + timedelta(days=2)
DAY = datetime(2026, 11, 23, 10)
SERVED = {
    Way.ANNOUNCED: {"receiver": "程禾丰"},
    Way.DIRECT: {"receiver": "程禾丰", "relation": "本人"},
    Way.LEFT: {"reason": "拒收", "witness": "社区 李平"},
    Way.ELECTRONIC: {"has_consent": True, "account": "a@example.cn"},
    Way.POST: {"reason": "路途遥远", "tracking": "EX1"},
    Way.ENTRUSTED: {"reason": "在押", "receiver": "看守所"},
    Way.PUBLIC: {"reason": "下落不明", "place": "本局公告栏", "is_missing": True, "is_filmed": True},
}


@pytest.mark.parametrize(("way", "enough"), SERVED.items())
def test_each_way_is_entered_with_what_its_article_asks_and_not_with_less(way, enough):
    facts = {"way": way, "at": DAY, "made_on": date(2026, 11, 20), "now": DAY}
    assert rules.why_not(Facts(**facts, **enough)) == ""
    for left_out in enough:
        told = rules.why_not(Facts(**facts, **{name: value for name, value in enough.items() if name != left_out}))
        assert rules.BASIS[way] in told, left_out


def test_filming_replaces_the_witness_only_where_the_paper_is_left():
    facts = {"way": Way.LEFT, "at": DAY, "made_on": date(2026, 11, 20), "now": DAY, "reason": "拒收"}
    assert rules.why_not(Facts(**facts, is_filmed=True)) == ""


def test_public_notice_comes_last():
    facts = {
        "way": Way.PUBLIC,
        "at": DAY,
        "made_on": date(2026, 11, 20),
        "now": DAY,
        "reason": "退回",
        "place": "公告栏",
        "is_filmed": True,
    }
    assert "最后的送达方式" in rules.why_not(Facts(**facts))
    assert rules.why_not(Facts(**facts, failed_before=1)) == ""


def test_no_paper_is_served_before_it_was_made_or_in_the_future():
    assert "不能早于" in rules.why_not(Facts(Way.ANNOUNCED, DAY, date(2026, 11, 24), DAY, receiver="甲"))
    assert "晚于现在" in rules.why_not(
        Facts(Way.ANNOUNCED, DAY, date(2026, 11, 20), DAY - timedelta(hours=1), receiver="甲")
    )


@pytest.fixture
def notice(desk):
    """A notice of penalty, sealed (as the row says; no seal is pressed here)."""
    paper = desk.approved("penalty_notice")
    Paper.objects.filter(pk=paper.pk).update(state="sealed", sealed_pdf=paper.pdf, sealed_at=NOW)
    paper.refresh_from_db()
    return paper


def deliver(desk, paper, way=Way.DIRECT, now=LATER, **more):
    facts = {name: value for name, value in SERVED[way].items() if name != "has_consent"} | more
    return services.deliver(paper, Told(way, now, **facts), desk.record, by=desk.cast.chief, now=now)


@pytest.mark.django_db
def test_a_served_notice_of_penalty_lets_the_time_for_a_defence_run(desk, notice):
    made = deliver(desk, notice)
    assert (made.outcome, made.served_at, made.recipient) == ("served", LATER, "西安市灞桥区禾丰食品店")
    clock = Clock.objects.get(record_id=desk.key, rule_key="statement_period")
    assert clock.start_on == date(2026, 11, 22)
    with pytest.raises(services.DeliveryRefused, match="已登记送达"):
        deliver(desk, notice)


@pytest.mark.django_db
def test_what_is_not_sealed_is_not_served(desk):
    with pytest.raises(services.DeliveryRefused, match="还没有盖章"):
        deliver(desk, desk.approved("penalty_notice"))


@pytest.mark.django_db
def test_post_that_failed_opens_the_way_to_a_public_notice_of_thirty_days(desk, notice):
    posted = deliver(desk, notice, Way.POST)
    with pytest.raises(services.DeliveryRefused, match="还有一次送达没有结果"):
        deliver(desk, notice)
    end = {"by": desk.cast.chief, "now": LATER + timedelta(days=40)}
    with pytest.raises(services.DeliveryRefused, match="写明原因"):
        services.end_delivery(posted, desk.record, served_at=None, note="", **end)
    services.end_delivery(posted, desk.record, served_at=None, note="查无此人退回", **end)
    public = deliver(desk, notice, Way.PUBLIC, is_missing=False)
    assert public.due_on == date(2026, 12, 22)
    with pytest.raises(services.DeliveryRefused, match="届满后才视为送达"):
        services.end_delivery(public, desk.record, served_at=LATER + timedelta(days=30), note="", **end)
    services.end_delivery(public, desk.record, served_at=LATER + timedelta(days=31), note="", **end)
    assert not Clock.objects.filter(rule_key="public_notice_service", ended_on=None).exists()
    assert Clock.objects.filter(rule_key="statement_period").exists()
    told = [moment.title for moment in queries.deliveries_of(desk.cast.chief, desk.record)]
    assert sorted(told) == [
        "公告送达：行政处罚告知书",
        "已送达，公告送达：行政处罚告知书",
        "未能送达，邮寄送达：行政处罚告知书",
    ]


@pytest.mark.django_db
def test_electronic_service_rests_on_a_signed_confirmation(desk, notice):
    with pytest.raises(services.DeliveryRefused, match="确认书"):
        deliver(desk, notice, Way.ELECTRONIC)
    consent = services.settle(desk.complete("service_address_confirmation"), by=desk.cast.chief, now=NOW)
    assert queries.consent_of(desk.record) is None
    asked = services.ask_signers(consent, {"party": ["程禾丰"]}, desk.record, by=desk.cast.chief, now=NOW)
    sign(asked.slots.get(), desk.cast.chief, NOW)
    assert deliver(desk, notice, Way.ELECTRONIC).consent == consent


@pytest.mark.django_db
def test_the_receipt_is_form_50_filled_in(desk, notice):
    receipt = services.make_receipt(deliver(desk, notice, Way.LEFT), desk.record, by=desk.cast.chief, now=LATER)
    assert receipt.form_version.form.slug == "service_receipt"
    assert (receipt.data["served_number"], receipt.data["served_way"]) == (notice.number, "留置送达")
    assert "李平" in receipt.data["service_note"]
    again = services.make_receipt(Delivery.objects.get(), desk.record, by=desk.cast.chief, now=LATER)
    assert again == receipt


@pytest.mark.django_db
def test_the_database_keeps_one_service_of_a_paper(desk, notice):
    made = deliver(desk, notice)
    made.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(
            paper=notice,
            bureau_code=notice.bureau_code,
            way="direct",
            recipient="x",
            began_at=NOW,
            outcome="served",
            served_at=NOW,
            entered_by=desk.cast.chief,
            entered_at=NOW,
        )


@pytest.mark.django_db
def test_an_officer_serves_on_the_pages_and_strangers_do_not_see_it(desk, notice):
    chief = desk.cast.client(desk.cast.chief)
    page = reverse("documents:delivery_new", args=[notice.pk])
    assert "登记送达" in chief.get(reverse("documents:paper", args=[notice.pk])).content.decode()
    assert chief.get(page).status_code == 200
    sent = {"way": "direct", "recipient": "禾丰", "at": "2026-11-20T11:00"}
    answer = chief.post(page, sent)
    assert answer.status_code == 422
    assert "请填写签收人" in answer.content.decode()
    answer = chief.post(page, {**sent, "receiver": "程禾丰", "relation": "本人"})
    made = Delivery.objects.get()
    assert answer.url == reverse("documents:delivery", args=[made.pk])
    assert "直接送达" in chief.get(answer.url).content.decode()
    assert "直接送达" in chief.get(reverse("documents:deliveries")).content.decode()
    assert "直接送达，已送达" in chief.get(reverse("documents:paper", args=[notice.pk])).content.decode()
    assert chief.post(reverse("documents:receipt", args=[made.pk])).url.startswith("/documents/papers/")
    other = desk.cast.client(desk.cast.other_head)
    assert other.get(answer.url).status_code == 404
    assert "程禾丰" not in other.get(reverse("documents:deliveries")).content.decode()


@pytest.fixture
def address(desk):
    """The party confirmed an address and signed for it."""
    paper = services.settle(desk.complete("service_address_confirmation"), by=desk.cast.chief, now=NOW)
    asked = services.ask_signers(paper, {"party": ["程禾丰"]}, desk.record, by=desk.cast.chief, now=NOW)
    sign(asked.slots.get(), desk.cast.chief, NOW)
    return paper


@pytest.mark.django_db
def test_what_is_left_at_the_confirmed_address_is_served_that_day(desk, notice, address):
    made = deliver(desk, notice, receiver="", relation="", reason="搬走后没有书面告知", is_confirmed=True)
    assert (made.outcome, made.served_at, made.consent) == ("served", LATER, address)
    assert made.place == address.data["serve_address"]


@pytest.mark.django_db
def test_without_a_signed_confirmation_no_address_binds(desk, notice):
    with pytest.raises(services.DeliveryRefused, match="没有当事人签过名的送达地址确认书"):
        deliver(desk, notice, receiver="", relation="", reason="没有人", is_confirmed=True)


@pytest.mark.django_db
def test_post_returned_from_the_confirmed_address_is_served_on_the_day_it_came_back(desk, notice, address):
    posted = deliver(desk, notice, Way.POST, is_confirmed=True)
    back = LATER + timedelta(days=6)
    end = {"by": desk.cast.chief, "now": LATER + timedelta(days=7), "note": "迁移新址不明，退回"}
    done = services.end_delivery(posted, desk.record, served_at=back, is_returned=True, **end)
    assert (done.outcome, done.served_at) == ("served", back)
    assert Clock.objects.get(rule_key="statement_period").start_on == date(2026, 11, 28)


@pytest.mark.django_db
def test_post_returned_from_any_other_address_is_not_served(desk, notice):
    posted = deliver(desk, notice, Way.POST)
    end = {"by": desk.cast.chief, "now": LATER + timedelta(days=7), "note": "退回", "is_returned": True}
    with pytest.raises(services.DeliveryRefused, match="退回不视为送达"):
        services.end_delivery(posted, desk.record, served_at=LATER + timedelta(days=6), **end)
    assert services.end_delivery(posted, desk.record, served_at=None, **end).outcome == "failed"
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.update(outcome="served", served_at=LATER)


@pytest.mark.django_db
def test_the_address_confirmed_last_counts(desk, address):
    later = services.settle(
        desk.complete("service_address_confirmation", serve_address="新街2号"), by=desk.cast.chief, now=LATER
    )
    assert queries.address_of(desk.record) == address
    asked = services.ask_signers(later, {"party": ["程禾丰"]}, desk.record, by=desk.cast.chief, now=LATER)
    sign(asked.slots.get(), desk.cast.chief, LATER)
    assert queries.address_of(desk.record) == later


@pytest.mark.django_db
def test_the_form_offers_the_confirmed_address_only_where_there_is_one(desk, notice, address):
    chief = desk.cast.client(desk.cast.chief)
    page = chief.get(reverse("documents:delivery_new", args=[notice.pk])).content.decode()
    assert f"送往确认的地址（{address.data['serve_address']}）" in page
    desk.key = new_id()
    Paper.objects.filter(pk=address.pk).update(state="void", voided_at=LATER, void_reason="作废")
    assert "送往确认的地址" not in chief.get(reverse("documents:delivery_new", args=[notice.pk])).content.decode()


@pytest.mark.django_db
def test_a_sealed_decision_is_to_be_served_within_seven_working_days(desk):
    paper = desk.approved("penalty_decision")
    clocking.sealed(paper, by=desk.cast.keeper, now=NOW)
    clock = Clock.objects.get(rule_key="decision_service")
    assert (clock.due_on, clock.responsible) == (date(2026, 12, 1), desk.cast.chief)
    Paper.objects.filter(pk=paper.pk).update(state="sealed", sealed_pdf=paper.pdf, sealed_at=NOW)
    deliver(desk, paper, Way.ANNOUNCED, now=NOW)
    clock.refresh_from_db()
    assert clock.ended_on == date(2026, 11, 20)


@pytest.mark.django_db
def test_a_void_decision_is_no_longer_to_be_served(desk):
    paper = desk.approved("penalty_decision")
    clocking.sealed(paper, by=desk.cast.keeper, now=NOW)
    services.void(paper, reason="金额写错", by=desk.cast.station_head, now=NOW)
    assert Clock.objects.get(rule_key="decision_service").state == "cancelled"
