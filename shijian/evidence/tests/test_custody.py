"""Who holds it: both sides acknowledge, nobody holds what he did not accept, a gap shows."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from shijian.audit.models import Entry
from shijian.evidence import queries, services, waiting
from shijian.evidence.models import CustodyEntry, Item
from shijian.evidence.passport import verify
from shijian.evidence.rules import custody as rules
from shijian.evidence.services import CustodyRefused
from shijian.evidence.services.chain import links_of
from shijian.evidence.testing import NOW
from shijian.notices.models import Notice

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def send(item, cast, to=None, now=NOW):
    return services.send(item, to or cast.station_head, place="所内物证室", note="封条完好", by=cast.chief, now=now)


def holder(item):
    return rules.holder(links_of(item))


def test_the_sender_answers_for_it_until_the_receiver_accepts(cast, item):
    send(item, cast)
    assert holder(item) == str(cast.chief.pk)
    services.accept(item, place="物证室3号柜", by=cast.station_head, now=LATER)
    assert holder(item) == str(cast.station_head.pk)
    assert rules.faults(links_of(item)) == []
    assert list(Notice.objects.order_by("at").values_list("to__name", flat=True)) == ["单元一", "程网一"]
    hashes = {entry.hash for entry in CustodyEntry.objects.all()}
    assert {entry.detail["custody"] for entry in Entry.objects.filter(object_id=str(item.pk))} == hashes


def test_declined_it_stays_where_it_was(cast, item):
    send(item, cast)
    with pytest.raises(CustodyRefused, match="理由"):
        services.decline(item, note="", by=cast.station_head, now=LATER)
    services.decline(item, note="封条破损", by=cast.station_head, now=LATER)
    assert holder(item) == str(cast.chief.pk)
    send(item, cast, now=LATER)
    services.withdraw(item, by=cast.chief, now=LATER)
    assert rules.pending(links_of(item)) is None


def test_what_nobody_may_do(cast, item):
    with pytest.raises(CustodyRefused, match="不是现在的保管人"):
        services.send(item, cast.chief, place="", note="", by=cast.station_head, now=NOW)
    with pytest.raises(CustodyRefused, match="另一名"):
        send(item, cast, to=cast.chief)
    with pytest.raises(CustodyRefused, match="没有等待您接收"):
        services.accept(item, place="", by=cast.station_head, now=NOW)
    with pytest.raises(CustodyRefused, match="没有等待接收"):
        services.withdraw(item, by=cast.chief, now=NOW)
    send(item, cast)
    with pytest.raises(CustodyRefused, match="等待接收"):
        send(item, cast, to=cast.leader)
    with pytest.raises(CustodyRefused, match="没有等待您接收"):
        services.accept(item, place="", by=cast.leader, now=NOW)
    with pytest.raises(CustodyRefused, match="正在移交"):
        services.move(item, place="别处", by=cast.chief, now=NOW)


def test_out_of_the_house_nobody_here_holds_it(cast, item):
    services.release(item, outside="灞桥公安分局", note="移送函〔2026〕1号", by=cast.chief, now=LATER)
    assert holder(item) == ""
    with pytest.raises(CustodyRefused):
        services.move(item, place="物证室", by=cast.chief, now=LATER)


def test_a_hand_over_left_open_is_an_alarm(cast, item):
    send(item, cast)
    links = links_of(item)
    assert rules.faults(links, now=NOW + timedelta(hours=24)) == []
    assert rules.faults(links, now=NOW + timedelta(hours=24, seconds=1)) == ["第 2 条移交超过 24 小时没有接收。"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("note = '封条破损'", "第 2 条内容与其哈希不符"),
        ("at = at - interval '1 day'", "第 2 条的时间早于前一条"),
        ("place = '别处'", "第 2 条内容与其哈希不符"),
        ("seq = 9", "第 2 条缺失或次序不对|第 3 条缺失"),
        ("hash = repeat('0', 64)", "第 3 条与前一条不衔接"),
        ("act = 'moved'", "第 3 条接收没有对应的移交"),
    ],
)
def test_a_change_past_the_triggers_is_named(cast, item, change, said):
    send(item, cast)
    services.accept(item, place="物证室", by=cast.station_head, now=LATER)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"UPDATE evidence_custodyentry SET {change} WHERE seq = 2")
        cursor.execute("SET LOCAL session_replication_role = origin")
    found = "".join(rules.faults([entry.as_link() for entry in item.chain.select_related("by", "to").order_by("seq")]))
    import re

    assert re.search(said, found), found


def test_a_missing_entry_is_named(cast, item):
    send(item, cast)
    services.accept(item, place="物证室", by=cast.station_head, now=LATER)
    links = links_of(item)
    assert "第 2 条缺失" in "".join(rules.faults([links[0], links[2]]))
    assert rules.faults(links[1:]) == ["保管链没有采集记录。"]
    assert rules.faults([]) == ["保管链没有采集记录。"]


def test_on_the_pages_from_sending_to_accepting(cast, item):
    sender, receiver = cast.confirmed_client(cast.chief), cast.confirmed_client(cast.other_head)
    assert receiver.get(reverse("evidence:item", args=[item.pk])).status_code == 404
    response = sender.post(
        reverse("evidence:handover", args=[item.pk]), {"to": "T2000 单元二", "place": "席王所", "note": "一张光盘"}
    )
    assert response.status_code == 302
    entry = queries.waiting_for(cast.other_head)[0]
    page = receiver.get(reverse("evidence:custody")).content.decode()
    assert "一张光盘" in page
    assert receiver.get(reverse("evidence:item", args=[item.pk])).status_code == 200
    assert (
        cast.confirmed_client(cast.leader)
        .post(reverse("evidence:answer", args=[entry.pk]), {"answer": "accept"})
        .status_code
        == 404
    )
    receiver.post(reverse("evidence:answer", args=[entry.pk]), {"answer": "accept", "place": "席王所物证室"})
    assert holder(item) == str(cast.other_head.pk)
    assert queries.waiting_for(cast.other_head) == []
    assert "单元二" in sender.get(reverse("evidence:item", args=[item.pk])).content.decode()


def test_both_sides_prove_themselves_again_and_the_proof_stands_in_the_chain(cast, item):
    address, fields = reverse("evidence:handover", args=[item.pk]), {"to": "T1000", "place": "", "note": ""}
    assert cast.client(cast.chief).post(address, fields).url.startswith("/login/again/")
    assert item.chain.count() == 1
    cast.confirmed_client(cast.chief).post(address, fields)
    sent = item.chain.get(act="sent")
    answer = reverse("evidence:answer", args=[sent.pk])
    assert cast.client(cast.station_head).post(answer, {"answer": "accept"}).url.startswith("/login/again/")
    cast.confirmed_client(cast.station_head).post(answer, {"answer": "accept"})
    accepted = item.chain.get(act="accepted")
    assert (sent.proved_how, accepted.proved_how) == ("password", "password")
    assert sent.content["proved"][0] == "password"
    assert rules.faults(links_of(item)) == []
    chain = {"label": "证据", "subject": f"item:{item.pk}", "entries": [
        {"content": each.content, "hash": each.hash} for each in item.chain.order_by("seq")
    ]}  # fmt: skip
    assert verify.chain_faults(chain) == []
    assert verify.handovers([chain]) == (1, 1)
    page = cast.client(cast.chief).get(reverse("evidence:item", args=[item.pk])).content.decode()
    assert "以密码验证身份" in page
    chain["entries"][2]["content"]["by"] = ["T9999", "别人"]
    chain["entries"][2]["hash"] = verify.sum_of(chain["entries"][2]["content"])
    assert [each["kind"] for each in verify.chain_faults(chain)] == ["custody"]


def test_an_entry_without_the_proof_keeps_the_form_it_had(cast, item):
    entry = send(item, cast)
    assert "proved" not in entry.content
    assert rules.faults(links_of(item)) == []


def test_a_handover_nobody_took_stands_on_the_desk_of_who_answers_and_a_gap_is_told_at_night(cast, item):
    def desk(user):
        return {section.title: [task.why for task in section.tasks] for section in waiting.handovers(user, NOW.date())}

    assert desk(cast.chief) == {"证据待接收": [], "移交无人接收": []}
    send(item, cast, now=NOW - timedelta(days=400))
    assert "仍由您保管" in desk(cast.chief)["移交无人接收"][0]
    assert "核对后接收" in desk(cast.station_head)["证据待接收"][0]
    assert desk(cast.station_head)["移交无人接收"] == []
    services.accept(item, place="物证室", by=cast.station_head, now=LATER)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM evidence_custodyentry WHERE seq = 2")
        cursor.execute("SET LOCAL session_replication_role = origin")
    Notice.objects.all().delete()
    assert services.alarm(now=LATER) == 1
    assert Notice.objects.get().to == cast.station_head


def test_the_page_refuses_in_words(cast, item):
    page = cast.confirmed_client(cast.station_head).post(
        reverse("evidence:handover", args=[item.pk]), {"to": "T1001", "place": "", "note": ""}
    )
    assert page.status_code == 422
    assert "不是现在的保管人" in page.content.decode()


def test_retention_is_changed_with_a_reason_and_counts_from_capture(cast, item):
    client = cast.client(cast.station_head)
    address = reverse("evidence:retention", args=[item.pk])
    assert client.post(address, {"retention": "five_years", "reason": ""}).status_code == 422
    assert client.post(address, {"retention": "five_years", "reason": "重大案件"}).status_code == 302
    assert queries.kept(Item.objects.get()).until.isoformat() == "2031-11-20"
    assert cast.client(cast.chief).get(address).status_code == 403
