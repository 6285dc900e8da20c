"""The auditor's pages: who sees what, and that looking closely is itself on record."""

import json

import pytest
from django.db import connection
from django.urls import reverse

from shijian.audit import jobs, proof, services, views
from shijian.audit.choices import Verb
from shijian.audit.models import Entry

from .conftest import ACTOR, AT, tamper

pytestmark = pytest.mark.usefixtures("sealed", "cast")


@pytest.fixture
def auditor(cast):
    return cast.client(cast.auditor)


def record(label, *, bureau="610111", area="050101", by=ACTOR, verb="t.t.done"):
    return services.record(by=by, verb=verb, on=("t", label, label), at=AT, bureau_code=bureau, area_code=area)


def test_the_auditor_sees_the_entries_of_his_bureau_and_of_none(auditor):
    mine, common, foreign = record("本局的"), record("全系统的", bureau=""), record("外局的", bureau="610112")
    page = auditor.get(reverse("audit:entries")).content.decode()
    assert mine.object_label in page
    assert common.object_label in page
    assert foreign.object_label not in page
    assert auditor.get(reverse("audit:entry", args=[mine.pk])).status_code == 200
    assert auditor.get(reverse("audit:entry", args=[foreign.pk])).status_code == 404
    assert auditor.get(reverse("audit:proof", args=[foreign.pk])).status_code == 404


@pytest.mark.parametrize("role", ["chief", "station_head", "leader", "sysadmin", "secadmin"])
def test_nobody_else_sees_the_log(cast, role, sealed):
    client = cast.client(cast.people[role])
    for name, keys in (("entries", []), ("verification", []), ("entry", sealed[:1]), ("proof", sealed[:1])):
        assert client.get(reverse(f"audit:{name}", args=keys)).status_code == 403
    assert client.post(reverse("audit:verification")).status_code == 403


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("by=T1", {"甲", "乙"}),
        ("by=程网一", {"甲", "乙"}),
        ("by=T9", set()),
        ("verb=audit.log.verified", {"乙"}),
        ("verb=nonsense", {"甲", "乙"}),
        ("on=甲", {"甲"}),
        ("at_from=2026-11-20&at_to=2026-11-20", {"甲", "乙"}),
        ("at_from=2026-11-21", set()),
        ("at_to=2026-11-19", set()),
        ("at_to=9999-12-31", {"甲", "乙"}),
    ],
)
def test_the_list_is_filtered(auditor, query, found):
    tamper("DELETE FROM audit_entry")
    record("甲")
    record("乙", verb=Verb.VERIFIED)
    page = auditor.get(f"{reverse('audit:entries')}?{query}")
    assert {row["cells"][1][1] for row in page.context["list"].table} == found


def test_an_entry_shows_what_was_done_and_its_proof_holds(auditor, sealed):
    page = auditor.get(reverse("audit:entry", args=[sealed[3]])).content.decode()
    for text in ("程网一", "2026-11-20 09:02:03", "已封存", "第 4 条，共 37 条", "&quot;n&quot;: 3"):
        assert text in page
    answer = auditor.get(reverse("audit:proof", args=[sealed[3]]))
    assert "attachment" in answer["Content-Disposition"]
    assert proof.faults_of(json.loads(answer.content)) == []
    issued = Entry.objects.get(verb=Verb.PROVEN)
    assert (issued.object_id, issued.actor_name) == (str(sealed[3]), "审计员")


def test_a_fresh_entry_says_that_it_waits_for_its_seal(auditor):
    fresh = record("新的")
    assert "待封存" in auditor.get(reverse("audit:entry", args=[fresh.pk])).content.decode()
    refused = auditor.get(reverse("audit:proof", args=[fresh.pk]))
    assert refused.status_code == 409
    assert "尚未封存" in refused.content.decode()


def test_a_changed_entry_says_so_itself(auditor, sealed):
    tamper(f"UPDATE audit_entry SET actor_name = '别人' WHERE id = {sealed[3]}")
    assert "内容被改动" in auditor.get(reverse("audit:entry", args=[sealed[3]])).content.decode()


def test_an_export_is_on_record(auditor):
    answer = auditor.get(reverse("audit:entries") + "?export=csv&by=T1")
    assert b"".join(answer.streaming_content).decode("utf-8-sig").count("程网一") == 37
    exported = Entry.objects.get(verb=Verb.EXPORTED)
    assert exported.detail == {"format": "csv", "rows": 37, "query": "export=csv&by=T1"}


def test_a_verification_shows_its_result_and_is_on_record(auditor, sealed):
    page = auditor.get(reverse("audit:verification")).content.decode()
    assert "还没有核验过" in page
    assert auditor.post(reverse("audit:verification"), follow=True).content.decode().count("未发现改动") == 1
    tamper(f"DELETE FROM audit_entry WHERE id = {sealed[3]}")
    page = auditor.post(reverse("audit:verification"), follow=True).content.decode()
    assert "发现 1 处问题" in page
    assert f"{sealed[3]}：被删除" in page
    newest = Entry.objects.filter(verb=Verb.VERIFIED).first()
    assert newest is not None
    assert newest.detail["faults"] == [{"entry": sealed[3], "kind": "deleted", "text": "被删除"}]


def test_a_large_log_is_verified_by_the_worker(auditor, monkeypatch):
    monkeypatch.setattr(views, "AT_ONCE", 10)
    for sentence in ("已交后台进行", "已有一次核验正在进行"):
        assert sentence in auditor.post(reverse("audit:verification"), follow=True).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'audit.verify'")
        ((arguments,),) = cursor.fetchall()
    jobs.verify(**(json.loads(arguments) if isinstance(arguments, str) else arguments))
    assert "审计员" in auditor.get(reverse("audit:verification")).content.decode()


def test_every_night_the_system_verifies(auditor):
    jobs.verify_nightly(timestamp=0)
    assert "系统" in auditor.get(reverse("audit:verification")).content.decode()


def test_a_broken_log_is_verified_too(auditor, sealed):
    tamper("DELETE FROM audit_treehead")
    assert "处问题" in auditor.post(reverse("audit:verification"), follow=True).content.decode()
    assert "没有跟上" in auditor.get(reverse("audit:verification")).content.decode()


@pytest.mark.parametrize(("name", "most"), [("entries", 12), ("verification", 12)])
def test_a_page_needs_few_statements(auditor, name, most, django_assert_max_num_queries):
    with django_assert_max_num_queries(most):
        auditor.get(reverse(f"audit:{name}"))
