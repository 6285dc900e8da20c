"""A run keeps one hit for one thing, takes off what has gone, and respects what people decided."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from shijian.audit.models import Entry
from shijian.core.errors import Refused
from shijian.notices.models import Notice
from shijian.watch import hooks, queries, services
from shijian.watch.choices import Act, Fault, HitState, Severity, Verb
from shijian.watch.models import Handling, Hit, Run, Setting

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)


@pytest.fixture
def wrong(monkeypatch):
    """Only one rule, whose findings the test sets."""
    found: list[hooks.Finding] = []

    def find(question):
        assert question.numbers == {"days": 3} or question.numbers == {"days": 9}
        return list(found)

    rule = hooks.Rule(
        "sample", "样例规则", Fault.LATE, "依据", Severity.HIGH, find, (hooks.Parameter("days", "天数", 3, most=30),)
    )
    monkeypatch.setattr(hooks, "rules", {"sample": rule})
    monkeypatch.setattr(queries, "rules", hooks.rules)
    monkeypatch.setattr("shijian.watch.services.settings.rules", hooks.rules)
    monkeypatch.setattr("shijian.watch.services.handling.rules", hooks.rules)
    return found


def finding(key="1", area_code="050101", **more):
    return hooks.Finding("thing", key, f"记录 {key}", more.pop("reason", "期限已过"), area_code, **more)


def run(cast, now=NOW):
    return services.run("610111", by=cast.grid_office, now=now)


def test_what_is_found_twice_is_one_hit_with_the_newest_reason(cast, wrong):
    wrong.append(finding())
    made = run(cast)
    assert (made.new, made.gone, made.found) == (1, 0, 1)
    wrong[0] = finding(reason="已超期 9 天")
    assert run(cast, NOW + timedelta(days=1)).new == 0
    hit = Hit.objects.get()
    assert (hit.reason, hit.found_at, hit.seen_at) == ("已超期 9 天", NOW, NOW + timedelta(days=1))
    assert Entry.objects.filter(verb=Verb.RAN).count() == 2


def test_what_has_gone_is_taken_off_and_is_a_new_hit_when_it_comes_back(cast, wrong):
    wrong.append(finding())
    run(cast)
    wrong.clear()
    assert run(cast).gone == 1
    assert Hit.objects.get().state == HitState.GONE
    wrong.append(finding())
    assert run(cast).new == 1


def test_what_was_excluded_is_not_raised_again_and_what_was_rectified_is_if_it_returns(cast, wrong):
    wrong += [finding("1"), finding("2")]
    run(cast)
    first, second = Hit.objects.order_by("subject_key")
    services.handle(first, Act.EXCLUDE, note="系统时间有误", by=cast.station_head, now=NOW)
    services.handle(second, Act.CONFIRM, note="属实", by=cast.station_head, now=NOW)
    services.handle(second, Act.RECTIFY, note="已办结", by=cast.station_head, now=NOW)
    assert run(cast).new == 1  # the second only
    assert Hit.objects.filter(subject_key="1").count() == 1


def test_one_thing_is_open_once_in_the_database_too(cast, wrong):
    wrong.append(finding())
    run(cast)
    hit = Hit.objects.get()
    hit.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        Hit.objects.create(**{f.attname: getattr(hit, f.attname) for f in Hit._meta.fields if f.attname != "id"})


def test_a_rule_that_fails_is_named_and_the_others_run(cast, wrong, monkeypatch):
    def broken(question):
        raise ValueError("x")

    wrong.append(finding())
    run(cast)
    hooks.rules["broken"] = hooks.Rule("broken", "坏规则", Fault.IDLE, "依据", Severity.LOW, broken)
    made = run(cast)
    assert made.failed == ["broken"]
    assert Hit.objects.get().state == HitState.NEW


def test_a_rule_with_too_many_findings_ends_no_hit(cast, wrong, monkeypatch):
    monkeypatch.setattr("shijian.watch.services.running.MOST", 2)
    wrong += [finding("1"), finding("2")]
    run(cast)
    wrong[:] = [finding("2"), finding("3"), finding("4")]
    assert run(cast).gone == 0
    assert Hit.objects.filter(state=HitState.NEW).count() == 3


def test_a_bureau_switches_a_rule_and_sets_its_numbers_and_the_old_setting_stays(cast, wrong):
    wrong.append(finding())
    change = {"severity": "low", "by": cast.grid_office, "now": NOW}
    with pytest.raises(Refused, match="1 至 30"):
        services.change_rule("sample", is_active=True, numbers={"days": 99}, **change)
    with pytest.raises(Refused, match="没有代码"):
        services.change_rule("none", is_active=True, numbers={}, **change)
    services.change_rule("sample", is_active=True, numbers={"days": 9}, **change)
    services.change_rule("sample", is_active=True, numbers={"days": 9}, **change)
    run(cast)
    assert Hit.objects.get().severity == Severity.LOW
    services.change_rule("sample", is_active=False, numbers={"days": 9}, **change)
    assert run(cast).gone == 1
    assert Setting.objects.count() == 2
    assert Entry.objects.filter(verb=Verb.RULE_CHANGED).count() == 2


# ---- handling


def test_each_act_needs_its_state_and_a_reason(cast, wrong):
    wrong.append(finding())
    run(cast)
    hit = Hit.objects.get()
    with pytest.raises(Refused, match="不能“登记整改”"):
        services.handle(hit, Act.RECTIFY, note="x", by=cast.station_head, now=NOW)
    with pytest.raises(Refused, match="理由"):
        services.handle(hit, Act.CONFIRM, note=" ", by=cast.station_head, now=NOW)
    services.handle(hit, Act.ESCALATE, note="请局里协调", by=cast.station_head, now=NOW)
    assert {notice.to_id for notice in Notice.objects.all()} == {cast.grid_office.pk}
    assert Handling.objects.get().note == "请局里协调"


def test_nobody_excludes_a_hit_about_himself(cast, wrong):
    wrong.append(hooks.Finding("person", str(cast.station_head.pk), "单元一", "执法证到期"))
    run(cast)
    with pytest.raises(Refused, match="由他人处理"):
        services.handle(Hit.objects.get(), Act.EXCLUDE, note="x", by=cast.station_head, now=NOW)
    assert services.handle(Hit.objects.get(), Act.EXCLUDE, note="x", by=cast.leader, now=NOW).state == HitState.EXCLUDED


# ---- pages


def test_a_station_sees_its_own_hits_and_the_office_all(cast, wrong):
    wrong += [finding("1"), finding("2", "050201"), finding("3", "")]
    run(cast)

    def seen(person, **query):
        page = cast.client(person).get(reverse("watch:hits"), query).content.decode()
        return {key for key in "123" if f"记录 {key}" in page}

    assert seen(cast.grid_office) == {"1", "2", "3"}
    assert seen(cast.station_head) == {"1"}
    assert seen(cast.grid_office, unit="0502") == {"2"}
    assert seen(cast.grid_office, q="记录 3") == {"3"}
    assert seen(cast.grid_office, severity="low") == set()
    there = Hit.objects.get(subject_key="2")
    assert cast.client(cast.station_head).get(reverse("watch:hit", args=[there.pk])).status_code == 404


def test_a_hit_is_handled_on_its_page(cast, wrong):
    wrong.append(finding(url="/events/"))
    run(cast)
    hit = Hit.objects.get()
    url = reverse("watch:hit", args=[hit.pk])
    client = cast.client(cast.station_head)
    assert "样例规则" in client.get(url).content.decode()
    assert client.post(url, {"act": "rectify", "note": "x"}).status_code == 422
    assert client.post(url, {"act": "confirm", "note": "属实"}).status_code == 302
    assert "属实" in client.get(url).content.decode()


def test_several_hits_are_handled_with_one_reason_and_what_cannot_be_is_named(cast, wrong):
    myself = hooks.Finding("person", str(cast.station_head.pk), "所长", "账号", "050101")
    wrong += [finding(), finding(key="2"), myself]
    run(cast)
    url, client = reverse("watch:handling"), cast.client(cast.station_head)
    picks = [str(hit.pk) for hit in Hit.objects.all()]
    assert "选中 3 条" in client.post(url, {"pick": picks}).content.decode()
    assert client.post(url, {"pick": picks, "act": "rectify", "note": "x"}).status_code == 422
    assert client.post(url, {"pick": picks, "act": "exclude", "note": "已核实"}).status_code == 302
    assert sorted(Hit.objects.values_list("state", flat=True)) == ["excluded", "excluded", "new"]
    assert "没有可以一起做的处理" in client.post(url, {"pick": picks}).content.decode()
    assert "没有选中" in client.post(url, {"pick": ["x", ""]}).content.decode()


def test_the_office_runs_the_rules_and_sets_them_on_their_pages(cast, wrong):
    wrong.append(finding())
    office = cast.client(cast.grid_office)
    assert office.post(reverse("watch:run")).status_code == 302
    assert Run.objects.count() == 1
    assert "样例规则" in office.get(reverse("watch:rules")).content.decode()
    rule = reverse("watch:rule", args=["sample"])
    assert office.post(rule, {"is_active": "on", "severity": "low", "days": "99"}).status_code == 422
    assert office.post(rule, {"is_active": "on", "severity": "low", "days": "9"}).status_code == 302
    assert "样例规则" in office.get(rule).content.decode()
    assert office.get(reverse("watch:rule", args=["none"])).status_code == 404
    exported = office.get(reverse("watch:hits"), {"export": "csv"})
    assert "记录 1" in b"".join(exported.streaming_content).decode()


def test_what_one_person_closed_another_looks_at_again(cast, wrong):
    wrong.append(finding())
    run(cast)
    hit = Hit.objects.get()
    services.handle(hit, Act.EXPLAIN, note="系统时间有误，已附说明", by=cast.station_head, now=NOW)
    hit.refresh_from_db()
    assert (hit.state, hit.waits_for_second_look) == (HitState.EXPLAINED, True)
    with pytest.raises(Refused, match="自己处理的不能自己复核"):
        services.handle(hit, Act.AGREE, note="属实", by=cast.station_head, now=NOW)
    services.handle(hit, Act.REOPEN, note="说明与记录不符", by=cast.leader, now=NOW)
    hit.refresh_from_db()
    assert (hit.state, hit.ended_at) == (HitState.CONFIRMED, None)
    services.handle(hit, Act.RECTIFY, note="已补办", by=cast.station_head, now=NOW + timedelta(hours=1))
    services.handle(hit, Act.AGREE, note="已核实", by=cast.leader, now=NOW + timedelta(hours=2))
    hit.refresh_from_db()
    assert (hit.state, hit.waits_for_second_look) == (HitState.RECTIFIED, False)
    with pytest.raises(Refused, match="不能“复核退回”"):
        services.handle(hit, Act.REOPEN, note="再看", by=cast.leader, now=NOW + timedelta(hours=3))


def test_what_was_explained_is_not_raised_again(cast, wrong):
    wrong.append(finding())
    run(cast)
    services.handle(Hit.objects.get(), Act.EXPLAIN, note="已说明", by=cast.station_head, now=NOW)
    assert run(cast, NOW + timedelta(days=1)).new == 0


def test_every_number_of_the_trend_has_its_rows(cast, wrong, monkeypatch):
    wrong.extend([finding("1"), finding("2", "050201"), finding("3", "")])
    run(cast)
    monkeypatch.setattr("shijian.watch.views.hits.localdate", lambda *_: NOW.date())
    client = cast.client(cast.leader)
    page = client.get(reverse("watch:trend")).content.decode()
    for unit in ("0501", "0502", "none"):
        address = f"{reverse('watch:hits')}?unit={unit}&amp;month=2026-11"
        assert f'<a href="{address}">1</a>' in page
        assert client.get(address.replace("&amp;", "&")).content.decode().count("记录 ") >= 1
    found = client.get(f"{reverse('watch:hits')}?unit=none&month=2026-11").content.decode()
    assert ("记录 3" in found, "记录 1" in found) == (True, False)
