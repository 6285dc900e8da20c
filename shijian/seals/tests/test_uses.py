"""From application to the sealed file, on the page and below it."""

import json
from datetime import date, timedelta
from io import BytesIO, StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from rfc3161_client import TimestampRequestBuilder, decode_timestamp_response

from shijian.audit.models import Entry
from shijian.core import desk
from shijian.notices.models import Notice
from shijian.seals import queries, rules, services
from shijian.seals.choices import UseState
from shijian.seals.crypto import authority, vault
from shijian.seals.models import Seal, Use
from shijian.seals.services import papers
from shijian.seals.testing import NAME, NOW, make_keys, paper

pytestmark = pytest.mark.django_db


def applied(seal, by, data=None, **more):
    fields = {"title": "行政处罚决定书", "purpose": "送达当事人", "page": -1, "x_mm": 150, "y_mm": 240, "now": NOW}
    return services.apply_for_use(seal, data or paper(), **{**fields, **more}, by=by)


@pytest.fixture
def approved(cast, seal):
    use = applied(seal, cast.chief)
    return services.approve(use, by=cast.leader, now=NOW)


def test_a_paper_is_sealed_after_another_approved_and_by_the_keeper(cast, seal, approved):
    use = services.press(approved, by=cast.keeper, now=NOW)
    data = papers.read(use.sealed)
    verdict = queries.verdict_on(data, at=NOW + timedelta(days=1))
    assert verdict.ok, verdict.faults
    assert verdict.signatures[0].reason == use.number
    assert verdict.digest == use.hash_after
    acts = Entry.objects.filter(object_id=str(use.pk)).order_by("pk").values_list("verb", "employee_no")
    assert [verb.rsplit(".", 1)[1] for verb, _ in acts] == ["applied", "approved", "stamped"]
    assert Entry.objects.get(verb="seals.use.stamped").detail["after"] == use.hash_after


def test_a_copy_that_says_the_same_and_is_another_file_is_told(cast, seal, approved, keys):
    use = services.press(approved, by=cast.keeper, now=NOW)
    Use.objects.filter(pk=use.pk).update(hash_after="0" * 64)
    verdict = queries.verdict_on(papers.read(use.sealed), at=NOW)
    assert [fault.code for fault in verdict.faults] == ["registered_otherwise"]


def test_nobody_approves_his_own_application_and_only_a_keeper_presses(cast, seal, approved, refused):
    own = applied(seal, cast.leader, paper("other"))
    with refused("须由他人审批"):
        services.approve(own, by=cast.leader, now=NOW)
    with refused("只有该印章的保管人"):
        services.press(approved, by=cast.leader, now=NOW)
    with refused("待审批"):
        services.press(own, by=cast.keeper, now=NOW)


def test_the_database_too_wants_another_approver(cast, seal):
    use = applied(seal, cast.chief)
    with pytest.raises(IntegrityError), transaction.atomic():
        Use.objects.filter(pk=use.pk).update(decided_by=cast.chief)
    with pytest.raises(IntegrityError), transaction.atomic():
        Use.objects.filter(pk=use.pk).update(state=UseState.STAMPED)


def test_a_paper_changed_after_approval_is_not_sealed(cast, approved, refused):
    with refused("与批准用印的版本不一致"):
        services.press(approved, document=paper("changed"), by=cast.keeper, now=NOW)


def test_one_version_is_sealed_once(cast, seal, approved, refused):
    with refused("不重复盖章"):
        applied(seal, cast.chief)
    services.withdraw(approved, by=cast.chief, now=NOW)
    applied(seal, cast.chief)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"state": "suspended", "state_reason": "改制"}, "已停用（改制）"),
        ({"state": "destroyed", "state_reason": "换章"}, "已销毁（换章）"),
        ({"in_use_from": date(2026, 12, 1)}, "自 2026-12-01 起启用"),
        ({"in_use_from": date(2025, 1, 1), "in_use_until": date(2026, 11, 20)}, "届满"),
        ({"bureau_code": "610112"}, "不是本局的印章"),
    ],
)
def test_a_seal_out_of_use_is_not_pressed(cast, seal, approved, refused, change, words):
    Seal.objects.filter(pk=seal.pk).update(**change)
    with refused(words):
        services.press(approved, by=cast.keeper, now=NOW)
    seal.refresh_from_db()
    with refused(words):
        applied(seal, cast.chief, paper("new"))


def test_the_last_day_of_use_counts():
    facts = rules.SealFacts("章", "6", "active", "", date(2026, 1, 1), date(2026, 1, 2))
    assert rules.why_not_used(facts, bureau_code="6", on=date(2026, 1, 2)) == ""
    assert rules.why_not_used(facts, bureau_code="6", on=date(2026, 1, 3))


def test_an_expired_certificate_seals_nothing_and_nothing_is_lost(cast, seal, approved, refused):
    with refused("到期"):
        services.press(approved, by=cast.keeper, now=NOW + timedelta(days=400))
    approved.refresh_from_db()
    assert approved.state == UseState.APPROVED
    with refused("到期"):
        services.add_key(seal, make_keys().seal, by=cast.keeper, now=NOW + timedelta(days=400))


def test_without_certificate_or_time_stamp_nothing_is_sealed(cast, seal, approved, refused, home):
    (home / "keys/seals/tsa.p12").rename(home / "keys/tsa.p12")
    with refused("没有配置时间戳服务"):
        services.press(approved, by=cast.keeper, now=NOW)
    seal.keys.update(retired_at=NOW)
    with refused("还没有登记证书"):
        services.press(approved, by=cast.keeper, now=NOW)


def test_a_destroyed_seal_stays_so_and_its_name_is_free_again(cast, seal, refused):
    common = {"organ": NAME, "line": seal.line, "kind": "penalty", "keeper": cast.keeper, "deputy": None}
    common |= {"in_use_from": NOW.date(), "in_use_until": None, "by": cast.keeper, "now": NOW}
    with refused("已经登记"):
        services.register_seal(**common)
    with refused("原因"):
        services.change_state(seal, "suspended", reason=" ", by=cast.keeper, now=NOW)
    services.change_state(seal, "destroyed", reason="换章", by=cast.keeper, now=NOW)
    with refused("不能这样变更"):
        services.change_state(seal, "active", reason="找回", by=cast.keeper, now=NOW)
    with refused("已销毁"):
        services.add_key(seal, make_keys().seal, by=cast.keeper, now=NOW)
    services.register_seal(**common)


def test_a_revoked_certificate_is_told_and_a_foreign_list_refused(cast, seal, approved, keys, refused):
    use = services.press(approved, by=cast.keeper, now=NOW)
    revoked = authority.revocations(keys.root, {keys.serial: NOW - timedelta(hours=1)}, at=NOW)
    services.trust_issuer(keys.root.certificate, revocations=revoked, now=NOW)
    assert [fault.code for fault in queries.verdict_on(papers.read(use.sealed), at=NOW).faults] == ["revoked"]
    with refused("不是该机构所签"):
        services.trust_issuer(
            keys.root.certificate, revocations=authority.revocations(make_keys().root, {}, at=NOW), now=NOW
        )


def test_the_demo_authority_is_made_once(home, db):
    first = services.make_demo_authority(organ=NAME, now=NOW)
    assert services.make_demo_authority(organ=NAME, now=NOW).certificate == first.certificate
    assert vault.has("tsa")
    assert queries.trust().issuers == (first.certificate,)


def pdf(data=None, name="决定书.pdf"):
    return SimpleUploadedFile(name, data if data is not None else paper(), "application/pdf")


def test_the_whole_way_on_the_pages(cast, seal):
    officer, leader, keeper = cast.client(cast.chief), cast.client(cast.leader), cast.client(cast.keeper)
    sent = {"seal": seal.pk, "title": "决定书", "purpose": "送达", "page": -1, "x_mm": 150, "y_mm": 240, "file": pdf()}
    page = officer.post(reverse("seals:use_new"), sent)
    use = Use.objects.get()
    assert page.url == reverse("seals:use", args=[use.pk])
    decision, pressing = (reverse(f"seals:use_{act}", args=[use.pk]) for act in ("decision", "pressing"))
    assert officer.post(decision, {"approve": "1"}).status_code == 403
    assert "请写明理由" in leader.post(decision, {"reject": "1"}).content.decode()
    assert leader.post(decision, {"approve": "1", "note": "同意"}).status_code == 302
    assert keeper.post(pressing).url.startswith("/login/again/")
    assert Use.objects.get().state == UseState.APPROVED
    confirmed = cast.confirmed_client(cast.keeper)
    assert confirmed.get(pressing).status_code == 302
    assert confirmed.post(pressing).status_code == 302
    use.refresh_from_db()
    assert use.state == UseState.STAMPED
    assert "不能再这样办理" in confirmed.post(pressing).content.decode()
    shown = officer.get(reverse("seals:use", args=[use.pk])).content.decode()
    assert use.hash_after in shown
    assert "同意" in shown
    sealed = b"".join(officer.get(reverse("seals:use_file", args=[use.pk, "sealed"])).streaming_content)
    found = officer.post(reverse("seals:verification"), {"file": pdf(sealed)}).content.decode()
    assert "核验通过" in found
    exported = keeper.get(reverse("seals:uses"), {"export": "csv"})
    assert use.hash_after in b"".join(exported.streaming_content).decode()
    assert officer.get(reverse("seals:use_file", args=[use.pk, "other"])).status_code == 404


def test_others_do_not_see_an_application(cast, seal, approved):
    for part in ("other_chief", "station_head"):
        client = cast.client(getattr(cast, part))
        assert client.get(reverse("seals:use", args=[approved.pk])).status_code == 404
        assert client.get(reverse("seals:use_file", args=[approved.pk, "original"])).status_code == 404
    refused = cast.client(cast.leader).post(reverse("seals:use_withdrawal", args=[approved.pk]))
    assert refused.status_code == 403


def test_a_hostile_upload_is_refused_on_the_page(cast, seal):
    sent = {"seal": seal.pk, "title": "x", "purpose": "y", "page": 9, "x_mm": 150, "y_mm": 240, "file": pdf(b"MZ..")}
    page = cast.client(cast.chief).post(reverse("seals:use_new"), sent)
    assert page.status_code == 422
    assert "不是 PDF 文件" in page.content.decode()


@pytest.mark.parametrize(
    ("days", "in_use_until", "words"),
    [(400, None, "证书已于 2027-10-22 到期，不能盖章。请换发证书后重新登记。"), (1, date(2026, 11, 21), "届满")],
)
def test_an_expired_certificate_or_seal_is_told_on_the_page_and_the_approval_stays(
    cast, seal, approved, monkeypatch, days, in_use_until, words
):
    Seal.objects.filter(pk=seal.pk).update(in_use_until=in_use_until)
    keeper = cast.confirmed_client(cast.keeper)
    monkeypatch.setattr("shijian.seals.views.uses.now", lambda: NOW + timedelta(days=days))
    page = keeper.post(reverse("seals:use_pressing", args=[approved.pk]))
    assert page.status_code == 409
    assert words in page.content.decode()
    approved.refresh_from_db()
    assert (approved.state, approved.sealed) == (UseState.APPROVED, None)


def test_a_changed_pdf_is_told_on_the_page_with_what_was_changed(cast, keys, seal):
    clerk = cast.client(cast.chief)
    sealed = keys.press(paper())
    inside = sealed.index(b"stream\n") + 30
    for data, words in [
        (sealed, "核验通过"),
        (sealed[:inside] + bytes([sealed[inside] ^ 1]) + sealed[inside + 1 :], "盖章后内容被改动"),
        (sealed + b"\n% a remark\n", "盖章后又追加了内容"),
        (sealed[:-2000], "已损坏或不完整"),
        (paper(), "文件没有电子签章"),
    ]:
        page = clerk.post(reverse("seals:verification"), {"file": pdf(data)})
        assert page.status_code == 200
        assert words in page.content.decode()


def test_anybody_with_the_code_may_compare_his_file(client, cast, seal, approved):
    address = reverse("seals:check", args=[approved.code])
    assert client.get(address).status_code == 404  # not yet pressed
    use = services.press(approved, by=cast.keeper, now=NOW)
    shown = client.get(address).content.decode()
    assert str(seal) in shown
    assert use.title not in shown
    same = client.post(address, {"file": pdf(papers.read(use.sealed))}).content.decode()
    assert "就是当时盖章的那一份" in same
    assert "不是这次用印的那一份" in client.post(address, {"file": pdf()}).content.decode()
    assert client.post(address).status_code == 422


def test_the_time_stamp_service_answers_over_http(client, seal, home):
    request = TimestampRequestBuilder().data(b"paper").build()
    sent = {"data": request.as_bytes(), "content_type": "application/timestamp-query"}
    answer = client.post(reverse("seals:tsa"), **sent)
    assert answer["Content-Type"] == "application/timestamp-reply"
    assert decode_timestamp_response(answer.content).status == 0
    assert client.get(reverse("seals:tsa")).status_code == 405
    (home / "keys/seals/tsa.p12").unlink()
    assert client.post(reverse("seals:tsa"), **sent).status_code == 404


def test_the_register_of_seals_on_its_pages(cast, home, keys):
    keeper = cast.confirmed_client(cast.keeper)
    assert "还没有登记印章" in keeper.get(reverse("seals:list")).content.decode()
    sent = {"organ": NAME, "kind": "official", "keeper": cast.keeper.pk, "deputy": cast.keeper.pk}
    sent |= {"in_use_from": "2026-11-21", "in_use_until": "2026-11-20"}
    page = keeper.post(reverse("seals:seal_new"), sent).content.decode()
    assert "B 角不能是保管人本人" in page
    assert "不能早于启用日期" in page
    sent |= {"deputy": "", "in_use_until": ""}
    assert keeper.post(reverse("seals:seal_new"), {**sent, "organ": "很" * 4 + "🙂"}).status_code == 422
    assert keeper.post(reverse("seals:seal_new"), sent).status_code == 302
    seal = Seal.objects.get()
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

    later = make_keys()
    certificate = x509.load_der_x509_certificate(later.seal.certificate)
    p12 = pkcs12.serialize_key_and_certificates(b"x", later.seal.key, certificate, None, BestAvailableEncryption(b"pw"))
    address = reverse("seals:seal_key", args=[seal.pk])
    assert keeper.post(address, {"file": BytesIO(p12), "password": "no"}).status_code == 422
    assert keeper.post(address, {"file": BytesIO(p12), "password": "pw"}).status_code == 302
    page = keeper.get(reverse("seals:seal", args=[seal.pk])).content.decode()
    assert "演示根证书" in page
    picture = keeper.get(reverse("seals:picture", args=[seal.pk]))
    assert picture["Content-Type"].startswith("image/svg")
    address = reverse("seals:seal_state", args=[seal.pk])
    assert keeper.get(address).status_code == 200
    assert keeper.post(address, {"state": "active", "reason": "x"}).status_code == 422
    assert keeper.post(address, {"state": "suspended", "reason": "改制"}).status_code == 302
    assert "停用" in keeper.get(reverse("seals:list")).content.decode()
    assert cast.client(cast.other_head).get(reverse("seals:seal_key", args=[seal.pk])).status_code == 403


def test_the_command_tells_the_verdict(cast, seal, approved, tmp_path, refused):
    use = services.press(approved, by=cast.keeper, now=NOW)
    good, bad = tmp_path / "a.pdf", tmp_path / "b.pdf"
    good.write_bytes(papers.read(use.sealed))
    bad.write_bytes(good.read_bytes() + b"x")
    out = StringIO()
    call_command("verify_sealed", str(good), stdout=out)
    assert "核验通过" in out.getvalue()
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_sealed", str(bad), "--json", stdout=out)
    found = json.loads(out.getvalue())
    assert not found["ok"]
    assert found["faults"][0]["text"] == "盖章后又追加了内容。"
    with refused("读不到"):
        call_command("verify_sealed", str(tmp_path / "none.pdf"))


def titles(user):
    return [section.title for section in desk.sections(user, today=NOW.date())]


def test_a_use_waits_on_the_desks_of_who_decides_and_of_the_keeper_and_both_are_told(cast, seal):
    use = applied(seal, cast.chief)
    assert "用印" in titles(cast.leader)
    assert "用印" not in titles(cast.chief) + titles(cast.keeper)
    assert Notice.objects.get(title="用印待审批").to == cast.leader
    services.approve(use, by=cast.leader, now=NOW)
    assert "用印" in titles(cast.keeper)
    assert "用印" not in titles(cast.leader)
    assert Notice.objects.get(title="待用印").to == cast.keeper
    services.press(use, by=cast.keeper, now=NOW)
    assert "用印" not in titles(cast.keeper)
    assert Notice.objects.get(title="已用印").to == cast.chief
