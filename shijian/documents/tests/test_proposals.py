"""A bureau's own versions of forms: drafted, checked, approved by a second person, in force from a day on."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import localdate

from shijian.accounts.testing import BUREAU
from shijian.core import deadlines
from shijian.documents import catalogue, formfile, queries, services
from shijian.documents.choices import ProposalState
from shijian.documents.forms import FormEditor
from shijian.documents.models import FormProposal, FormVersion, Paper
from shijian.documents.testing import NOW

pytestmark = pytest.mark.django_db
TODAY = localdate(NOW)
SLUG = "produce_materials_notice"


def url(name, *args):
    return reverse(f"documents:{name}", args=args)


def drafted(desk, slug=SLUG, *, add="extra_reason text! 补充说明", body="{extra_reason}\n", on=TODAY, **sample):
    """A draft of the grid office with one more required field."""
    office = desk.cast.grid_office
    made = services.propose_version(queries.form_version(slug, TODAY, BUREAU), by=office, now=NOW)
    old = made.read()
    content = replace(
        old, fields_text=f"{old.fields_text.strip()}\n{add}", body=old.body.rstrip() + "\n" + body,
        sample={**old.sample, **({"extra_reason": "另附目录"} | sample if add else {})},
    )  # fmt: skip
    return services.write_proposal(made, content, document="灞市监发〔2026〕8号", valid_from=on, by=office, now=NOW)


def in_force(desk, **how):
    proposal = services.submit_proposal(drafted(desk, **how), by=desk.cast.grid_office, now=NOW)
    return services.decide_proposal(proposal, approve=True, by=desk.cast.leader, now=NOW)


def test_a_second_person_puts_a_version_in_force_and_papers_are_made_with_it(desk):
    version = in_force(desk)
    assert version.bureau_code == BUREAU
    assert desk.begin(SLUG).form_version == version
    assert "extra_reason" in version.read().fields


def test_the_proposer_never_approves_not_even_by_hand(desk):
    proposal = services.submit_proposal(drafted(desk), by=desk.cast.grid_office, now=NOW)
    with pytest.raises(services.NotAllowed):
        services.decide_proposal(proposal, approve=True, by=desk.cast.grid_office, now=NOW)
    FormProposal.objects.filter(pk=proposal.pk).update(proposed_by=desk.cast.leader)
    with pytest.raises(services.SamePerson):
        services.decide_proposal(proposal, approve=True, by=desk.cast.leader, now=NOW)
    FormProposal.objects.filter(pk=proposal.pk).update(proposed_by=desk.cast.grid_office)
    with pytest.raises(IntegrityError), transaction.atomic():
        FormProposal.objects.filter(pk=proposal.pk).update(decided_by=desk.cast.grid_office)


def test_no_version_of_a_bureau_exists_without_an_approved_proposal(desk):
    version = queries.form_version(SLUG, TODAY, BUREAU)
    version.pk, version.bureau_code = None, BUREAU
    with pytest.raises(IntegrityError), transaction.atomic():
        version.save(force_insert=True)


def test_spans_of_a_bureaus_versions_never_overlap(desk):
    first = in_force(desk)
    later = services.submit_proposal(
        drafted(desk, add="", body="", on=TODAY + timedelta(days=10)), by=desk.cast.grid_office, now=NOW
    )
    services.decide_proposal(later, approve=True, by=desk.cast.leader, now=NOW)
    first.refresh_from_db()
    assert first.valid.upper == TODAY + timedelta(days=10)
    sooner = services.submit_proposal(drafted(desk, add="", body=""), by=desk.cast.grid_office, now=NOW)
    with pytest.raises(services.ProposalRefused, match="有效期重叠"):
        services.decide_proposal(sooner, approve=True, by=desk.cast.leader, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        FormVersion.objects.filter(pk=first.pk).update(valid=(TODAY, None))


def test_a_day_that_has_passed_is_refused(desk):
    proposal = drafted(desk, on=TODAY - timedelta(days=1))
    with pytest.raises(services.ProposalRefused, match="已过"):
        services.submit_proposal(proposal, by=desk.cast.grid_office, now=NOW)


def test_another_bureau_keeps_the_form_of_the_product(desk):
    in_force(desk)
    assert queries.form_version(SLUG, TODAY, "610112").bureau_code == ""


def test_the_next_release_leaves_a_bureaus_version_and_renews_the_shipped_one(desk, monkeypatch):
    version = in_force(desk)
    shipped = dict(catalogue.shipped())
    shipped[SLUG] = replace(shipped[SLUG], mistakes=("新的提醒",))
    monkeypatch.setattr(catalogue, "shipped", lambda: shipped)
    assert services.load_forms(today=TODAY + timedelta(days=30))["updated"] == 1
    assert queries.form_version(SLUG, TODAY + timedelta(days=31), BUREAU) == version
    assert queries.form_version(SLUG, TODAY + timedelta(days=31), "").content["mistakes"] == ["新的提醒"]


def test_a_draft_keeps_its_form_until_it_is_lifted_with_what_is_missing_named(desk):
    paper = desk.complete(SLUG)
    old = paper.form_version
    version = in_force(desk, add="extra_reason text! 补充说明")
    found = queries.lift_of(paper, on=TODAY)
    assert [field.label for field in found.asked] == ["补充说明"]
    assert services.approve(paper, by=desk.cast.station_head, now=NOW).form_version == old
    assert queries.lift_of(Paper.objects.get(pk=paper.pk), on=TODAY).version == version
    with pytest.raises(services.NotADraft):
        services.lift(paper, by=desk.cast.chief, now=NOW)


def test_lifting_keeps_what_fits_and_names_what_goes(desk):
    paper = desk.complete(SLUG)
    office = desk.cast.grid_office
    made = services.propose_version(paper.form_version, by=office, now=NOW)
    old = made.read()
    fields = "\n".join(line for line in old.fields_text.splitlines() if not line.startswith("material_matter"))
    content = replace(
        old, fields_text=fields, body=old.body.replace("{material_matter}", "有关事项"),
        sample={code: value for code, value in old.sample.items() if code != "material_matter"},
    )  # fmt: skip
    services.write_proposal(made, content, document="某文", valid_from=TODAY, by=office, now=NOW)
    services.decide_proposal(
        services.submit_proposal(made, by=office, now=NOW), approve=True, by=desk.cast.leader, now=NOW
    )
    party = paper.data["party_name"]
    done = services.lift(paper, by=desk.cast.chief, now=NOW)
    paper.refresh_from_db()
    assert [field.code for field in done.gone] == ["material_matter"]
    assert paper.form_version == done.version
    assert paper.data["party_name"] == party
    assert "material_matter" not in paper.data


def test_a_form_with_flaws_is_kept_as_a_draft_but_not_submitted(desk):
    proposal = drafted(desk, body="现要求{nothing_here}提供。\n@sgin party=当事人\n")
    told = [str(flaw) for flaw in services.flaws_of(proposal.read())]
    lines = proposal.read().body.splitlines()
    assert f"正文第 {len(lines) - 1} 行：没有字段“nothing_here”。请先在字段中增加，或者改正代码。" in told
    assert any(each.startswith(f"正文第 {len(lines)} 行：没有“@sgin”") for each in told)
    with pytest.raises(services.ProposalRefused, match="还有"):
        services.submit_proposal(proposal, by=desk.cast.grid_office, now=NOW)


@pytest.mark.parametrize(
    ("fields", "body", "said"),
    [
        ("a line! 甲\na text 乙", "{a}", "字段第 2 行：代码“a”（乙）前面已经用过"),
        ("a lien 甲", "文", "字段第 1 行：没有字段种类“lien”"),
        ("a choice 甲", "{a:box}", "字段第 1 行：“甲”是选择，至少要有两个选项"),
        ("@nobody", "文", "字段第 1 行：没有共用字段组“@nobody”"),
        ("甲 line 甲", "文", "字段第 1 行：代码“甲”只能用小写英文字母"),
        ("", "", "正文：还没有内容"),
        ("", "文\n自{=no_such_period}内", "正文第 2 行：没有代码为“no_such_period”的法定期限"),
        ("", "@issuer", "@issuer 要用到字段“issued_on”"),
        ("a line 甲", "@table a", "“甲”不是表格"),
        ("", "@sign 当事人", "签名栏应写成"),
        ("", "@sign stranger=某人", "没有签名人代码“stranger”"),
        ("", "| 案由", "每格应是“名称 | 内容”"),
        ("a line 甲", "{a", "括号没有成对"),
        ("a table 甲 = 名称", "@table a 999999999", "不超过 60 的数字"),
        ("", "@gap 9999", "不超过 200"),
        ("\n".join(f"f{n} line 甲{n}" for n in range(81)), "文", "字段：超过 80 行"),
    ],
)
def test_every_flaw_is_named_with_its_part_and_line(fields, body, said):
    form = replace(catalogue.shipped()[SLUG], fields_text=fields, body=body, sample={}, signs=())
    assert any(said in str(flaw) for flaw in catalogue.flaws(form, periods={"hearing_request"}))


def test_every_shipped_form_is_the_same_after_being_written_to_a_file():
    periods = {row["key"] for row in deadlines.shipped()}
    for form in catalogue.shipped().values():
        taken = formfile.read(formfile.written(form).encode(), today=TODAY, periods=periods)
        assert taken.flaws == []
        assert taken.content.body.split() == form.body.split()
        assert taken.content.fields == form.fields
        assert taken.content.sample == form.sample
        assert (taken.content.signs, taken.content.basis) == (form.signs, form.basis)
        assert taken.content.mistakes == form.mistakes


@pytest.mark.parametrize("slug", ["penalty_decision", "scene_record", "property_list", "case_source_register"])
def test_the_editor_posts_back_what_it_shows(slug, desk):
    made = services.propose_version(queries.form_version(slug, TODAY, BUREAU), by=desk.cast.grid_office, now=NOW)
    editor = FormEditor(made, posted(FormEditor(made)))
    assert editor.is_valid(), (editor.head.errors, editor.lines.errors, editor.sample.errors)
    old, new = made.read(), editor.edited()
    assert new.fields == old.fields
    assert new.sample == old.sample
    assert new.body.split() == old.body.split()
    assert set(new.signs) == set(old.signs)


def posted(editor):
    """What a browser sends of an editor as it stands."""
    from django.http import QueryDict

    told = QueryDict(mutable=True)
    for form in (editor.head, *editor.lines, editor.sample, editor.lines.management_form):
        for field in form:
            value = field.value()
            if isinstance(value, list) and value and isinstance(value[0], list):
                for at in range(len(value[0])):
                    told.setlist(f"{field.html_name}-{at}", [row[at] for row in value])
            elif isinstance(value, list):
                told.setlist(field.html_name, value)
            elif value is True:
                told[field.html_name] = "on"
            elif value not in (None, False):
                told[field.html_name] = str(value)
    return told


HEAD = "family = 'penalty'\n[[form]]\nname = '甲'\nstyle = 'letter'\nbody = '文'\n"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("family = 'penalty'\n\n[[form]\nname = 1", 3, "写法不对"),
        ("family = 'penalty'\n[[form]]\nname = 5\nstyle = 'letter'\nbody = '文'", 3, "“name”应是带引号的文字"),
        ("family = 'house'\n[[form]]\nname = '甲'\nstyle = 'letter'\nbody = '文'", 1, "“family”应为"),
        (
            'family = "penalty"\n[[form]]\nname = "甲"\nstyle = "letter"\nfields = """\na line 甲\nb lien 乙\n"""\nbody = """\n文\n{c}\n"""',
            11, "没有字段“c”",
        ),
        ("family = 'penalty'", 0, "[[form]]"),
        (HEAD + "[form.sample]\na = 2026-01-01", 6, "每项是文字"),
        (HEAD + "[groups]\nparty = '@party'", 7, "“party”应是共用字段"),
        (HEAD + "volume = '三卷'", 6, "“volume”应为"),
        (HEAD + 'word = "\\u0000"', 0, "控制字符"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_by_the_line(text, line, said, desk):
    with pytest.raises(services.FileRefused) as refused:
        services.import_form(text.encode(), by=desk.cast.grid_office, now=NOW)
    assert any(flaw.line == line and said in flaw.text for flaw in refused.value.flaws), refused.value.flaws
    assert not FormProposal.objects.exists()


def test_bytes_that_are_no_text_are_refused(desk):
    with pytest.raises(services.FileRefused):
        services.import_form(b"\xff\xfe\x00", by=desk.cast.grid_office, now=NOW)


def test_a_form_of_the_bureaus_own_goes_the_same_way(desk):
    office = desk.cast.grid_office
    made = services.propose_form(
        name="约谈通知书", family="other", stage="any", volume="正卷", style="letter", by=office, now=NOW
    )
    content = replace(made.read(), sample=sample_of(made), word="约谈")
    services.write_proposal(made, content, document="某文", valid_from=TODAY, by=office, now=NOW)
    version = services.decide_proposal(
        services.submit_proposal(made, by=office, now=NOW), approve=True, by=desk.cast.leader, now=NOW
    )
    assert version.form.number > 500
    paper = desk.approved(version.form.slug)
    assert "约谈" in paper.number


def sample_of(proposal):
    common = catalogue.shipped()["rectification_order"].sample
    return {code: common[code] for code in proposal.read().fields}


def test_only_one_open_proposal_of_a_form(desk):
    drafted(desk)
    with pytest.raises(services.ProposalRefused, match="已有"):
        drafted(desk)


def test_a_returned_draft_goes_back_with_the_reason(desk):
    proposal = services.submit_proposal(drafted(desk), by=desk.cast.grid_office, now=NOW)
    leader = desk.cast.client(desk.cast.leader)
    assert leader.post(url("proposal_decision", proposal.pk), {"return": "1", "note": ""}).status_code == 422
    leader.post(url("proposal_decision", proposal.pk), {"return": "1", "note": "正文漏了期限"})
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == (ProposalState.DRAFT, None)
    assert "正文漏了期限" in desk.cast.client(desk.cast.grid_office).get(url("proposal", proposal.pk)).content.decode()


def test_the_whole_way_on_the_pages(desk):
    paper = desk.begin(SLUG)
    office, leader = desk.cast.client(desk.cast.grid_office), desk.cast.client(desk.cast.leader)
    page = office.post(url("version_new", SLUG)).url
    proposal = FormProposal.objects.get()
    assert "检查通过" in office.get(page).content.decode()
    told = posted(FormEditor(proposal))
    told["document"], told["body"] = "某文", told["body"] + "\n逾期不提供的，记入笔录。"
    shown = office.post(url("proposal_preview", proposal.pk), told).content.decode()
    assert "data:image/png" in shown
    assert "逾期不提供的" not in FormProposal.objects.get().content["body"]
    assert (
        "没有“@nothing”"
        in office.post(url("proposal_preview", proposal.pk), {**told.dict(), "body": "@nothing"}).content.decode()
    )
    office.post(url("proposal_submission", proposal.pk), told)
    seen = leader.get(page).content.decode()
    assert "逾期不提供的，记入笔录。" in seen
    assert paper.record_title in seen
    leader.post(url("proposal_decision", proposal.pk), {"approve": "1"})
    assert "本局" in leader.get(url("forms"), {"q": "限期提供材料"}).content.decode()
    assert "改用现行格式" in desk.cast.client(desk.cast.chief).get(url("paper", paper.pk)).content.decode()
    desk.cast.client(desk.cast.chief).post(url("lifting", paper.pk))
    paper.refresh_from_db()
    assert paper.form_version.bureau_code == BUREAU
    form = leader.get(url("form", SLUG)).content.decode()
    assert "与随产品的格式的差别" in form
    assert 'family = "penalty"' in leader.get(url("form_file", SLUG, "form.toml")).content.decode()


def test_who_may_not_draft_forms_does_not_see_the_buttons(desk):
    chief = desk.cast.client(desk.cast.chief)
    assert "新版本" not in chief.get(url("form", SLUG)).content.decode()
    assert chief.post(url("version_new", SLUG)).status_code == 403
    proposal = drafted(desk)
    assert chief.post(url("proposal", proposal.pk), {}).status_code == 403


def test_what_a_bureau_decided_is_found_by_its_day(desk):
    version = in_force(desk, on=TODAY + timedelta(days=5))
    assert queries.form_version(SLUG, TODAY, BUREAU) != version
    assert queries.form_version(SLUG, date(2027, 1, 1), BUREAU) == version
