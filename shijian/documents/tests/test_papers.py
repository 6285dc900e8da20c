import threading
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from shijian.audit.models import Entry
from shijian.core.ids import new_id
from shijian.documents import queries, services
from shijian.documents.models import FormVersion, Paper, PaperNumber
from shijian.documents.testing import NOW

pytestmark = pytest.mark.django_db


def test_a_draft_has_in_it_what_is_already_known(desk):
    paper = desk.begin("filing_approval")
    assert paper.data["party_name"] == "西安市灞桥区禾丰食品店"
    assert paper.data["officers"] == [["程网一", "27010100001"], ["", ""]]


def test_a_fact_typed_once_is_offered_in_the_next_paper_of_the_record(desk):
    first = desk.begin("filing_approval")
    services.write(first, {**first.data, "party_head": "程禾丰"}, by=desk.cast.chief, now=NOW)
    assert desk.begin("scene_record").data["party_head"] == "程禾丰"


def test_what_is_missing_does_not_stop_filling_but_stops_approval(desk):
    paper = services.write(desk.begin(), {"material_days": "五天"}, by=desk.cast.chief, now=NOW)
    with pytest.raises(services.NotComplete, match="“期限（日）”应为不带小数的数字。请填写“应提供的材料”"):
        services.approve(paper, by=desk.cast.station_head, now=NOW)
    assert PaperNumber.objects.count() == 0


def test_one_officer_is_not_enough(desk):
    paper = desk.complete("scene_record", officers=[["郑执法", "27010100001"], ["", ""]])
    with pytest.raises(services.NotComplete, match="不得少于两人"):
        services.approve(paper, by=desk.cast.station_head, now=NOW)


def test_two_names_with_one_certificate_are_one_officer(desk):
    paper = desk.complete("scene_record", officers=[["郑执法", "27010100001"], ["冯执法", "27010100001"]])
    with pytest.raises(services.NotComplete, match="各有执法证号"):
        services.approve(paper, by=desk.cast.station_head, now=NOW)


def test_nobody_approves_his_own_paper(desk):
    paper = desk.begin(by=desk.cast.station_head)
    with pytest.raises(services.SamePerson, match="另一名"):
        services.approve(paper, by=desk.cast.station_head, now=NOW)


def test_who_may_not_approve_is_refused(desk):
    with pytest.raises(services.NotAllowed):
        services.approve(desk.complete(), by=desk.cast.other_grid_chief, now=NOW)


def test_approval_gives_the_number_and_a_file(desk):
    paper = desk.approved()
    assert paper.number == "灞桥市监限提〔2026〕1号"
    assert paper.pdf.media_type == "application/pdf"
    assert Entry.objects.filter(verb="documents.paper.approved").get().detail["number"] == paper.number


def test_numbers_run_by_word_and_by_year_in_beijing_time(desk):
    assert desk.approved().number.endswith("〔2026〕1号")
    assert desk.approved().number.endswith("〔2026〕2号")
    assert desk.approved("assist_investigation_letter").number == "灞桥市监协查〔2026〕1号"
    new_year = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    assert desk.approved(now=new_year).number == "灞桥市监限提〔2027〕1号"


def test_a_refused_approval_leaves_no_gap(desk):
    desk.approved()
    desk.key = new_id()
    with pytest.raises(services.NotComplete):
        services.approve(desk.begin(), by=desk.cast.station_head, now=NOW)
    assert desk.approved().number.endswith("〔2026〕2号")


def test_a_void_number_stays_with_its_reason_and_is_never_given_again(desk):
    services.void(desk.approved(), reason="当事人名称写错", by=desk.cast.station_head, now=NOW)
    assert desk.approved().number.endswith("〔2026〕2号")
    assert PaperNumber.objects.get(n=1).void_reason == "当事人名称写错"
    with pytest.raises(IntegrityError), transaction.atomic():
        PaperNumber.objects.get(n=1).delete()


def test_voiding_needs_a_reason(desk):
    with pytest.raises(services.ReasonMissing):
        services.void(desk.approved(), reason=" ", by=desk.cast.station_head, now=NOW)


def test_an_approved_paper_does_not_change_whoever_writes(desk):
    paper = desk.approved()
    with pytest.raises(services.NotADraft, match="请制作新版本"):
        services.write(paper, {"party_name": "别人"}, by=desk.cast.chief, now=NOW)
    for change in ({"data": {}}, {"number": "x"}, {"state": "draft"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Paper.objects.filter(pk=paper.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        paper.numbering.delete()


def test_a_later_edit_is_a_new_version_that_makes_the_old_one_void_once_approved(desk):
    old = desk.approved()
    new = services.revise(old, by=desk.cast.chief, now=NOW)
    old.refresh_from_db()
    assert (old.state, new.version, new.state) == ("approved", 2, "draft")
    with pytest.raises(services.NotADraft, match="已有第 2 版"):
        services.revise(old, by=desk.cast.chief, now=NOW)
    services.approve(new, by=desk.cast.station_head, now=NOW)
    old.refresh_from_db()
    assert (old.state, old.void_reason) == ("void", "由第 2 版取代")


def test_a_draft_follows_a_changed_fact_on_one_click_and_an_approved_paper_never(desk):
    signed, draft = desk.approved(), desk.begin()
    desk.facts["party_name"] = "西安市灞桥区禾丰商行"
    facts = queries.known_facts(desk.record, on=NOW.date())
    content = draft.form_version.read()
    changed = queries.changes(draft, content.fields.values(), facts)
    assert [(each.field.code, each.now) for each in changed] == [("party_name", "西安市灞桥区禾丰商行")]
    draft = services.take_over(draft, ["party_name"], facts, by=desk.cast.chief, now=NOW)
    assert draft.data["party_name"] == "西安市灞桥区禾丰商行"
    assert queries.changes(draft, content.fields.values(), facts) == []
    assert queries.changes(signed, content.fields.values(), facts) == []


def test_a_value_typed_over_by_somebody_is_shown_as_changed_only_when_the_fact_changes(desk):
    paper = desk.begin()
    paper = services.write(paper, {**paper.data, "party_name": "禾丰（口述）"}, by=desk.cast.chief, now=NOW)
    facts = queries.known_facts(desk.record, on=NOW.date())
    assert [
        each
        for each in queries.changes(paper, paper.form_version.read().fields.values(), facts)
        if each.field.code == "party_name"
    ] == []


def test_a_form_in_use_gets_a_new_version_instead_of_being_edited(desk):
    desk.begin()
    FormVersion.objects.filter(form__slug="produce_materials_notice").update(content_hash="older")
    FormVersion.objects.filter(form__slug="inquiry_notice").update(content_hash="older")
    told = services.load_forms(today=NOW.date())
    assert told["updated"] == 2
    assert FormVersion.objects.filter(form__slug="produce_materials_notice").count() == 2
    assert FormVersion.objects.filter(form__slug="inquiry_notice").count() == 1


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_and_no_twin_when_many_approve_at_once(desk):
    papers = [desk.complete() for _ in range(8)]
    faults = []

    def approve(paper):
        try:
            services.approve(paper, by=desk.cast.station_head, now=NOW)
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=approve, args=[paper]) for paper in papers]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert faults == []
    assert sorted(PaperNumber.objects.values_list("n", flat=True)) == list(range(1, 9))
