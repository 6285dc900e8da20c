"""Every named address × every role → status; an address nobody placed fails."""

from uuid import uuid4

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.timezone import now

from shijian.accounts.services import ask_reset
from shijian.accounts.testing import PEOPLE
from shijian.discretion.services import load_shipped as load_benchmarks
from shijian.laws.models import Article, Law
from shijian.laws.models import Version as LawVersion
from shijian.laws.services import load_guides

pytestmark = pytest.mark.django_db

ALL = set(PEOPLE)
AIDES = {"manager", "informant"}
CHIEFS = {"chief", "other_grid_chief", "other_chief"}
HEADS = {"station_head", "other_head"}
TOP = {"grid_office", "dispatcher", "leader"}
FIELD = AIDES | CHIEFS | HEADS | TOP | {"monitor"}
ADMINS = {"sysadmin", "secadmin", "auditor"}
BUSINESS = ALL - ADMINS
IN_0501 = FIELD - {"other_chief", "other_head"}  # who reaches what lies in grid 050101
SEES_050101 = IN_0501 - {"other_grid_chief"}
SUBJECTS = (FIELD - {"monitor"}) | {"clerk"}
WORKERS = FIELD - {"monitor"}
RECORDERS = AIDES | CHIEFS | HEADS | {"grid_office"}
IMPORTERS = {"clerk"}
READERS = BUSINESS - {"source"}
SEES_RULINGS = FIELD - {"monitor"}
PAPERS = CHIEFS | HEADS | TOP

# address: (allowed, arguments, method, who gets 404 because the object is outside his scope)
OPEN = {
    "laws:public_powers",
    "portal:public_once",
    "laws:public_matters",
    "grid:request_new",  # the code on the wall of a shop
    "grid:request_answer",  # by a receipt nobody can guess
    "account_login",
    "account_logout",
    "account_change_password",
    "account_reauthenticate",
    "oidc_login",
    "oidc_callback",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "health_live",
    "health_ready",
    "metrics",
    "seals:check",  # by a code printed on the paper
    "documents:check",  # by a code printed on the paper
    "seals:tsa",  # asks for nobody's name
    "deadlines:calendar",  # the address itself is the secret
}
TABLE: dict[str, tuple[set[str], str, str]] = {
    "portal:desk": (ALL, "", "get"),
    "portal:desk_more": (ALL, "", "get"),
    "notices:sent": (HEADS | TOP, "", "get"),
    "notices:compose": (HEADS | TOP, "", "get"),
    "portal:search": (ALL, "", "get"),
    "portal:search_more": (ALL, "", "get"),
    "portal:once": (ALL, "", "get"),
    "portal:once_rows": (ALL, "", "get"),
    "portal:burden": ({"grid_office", "leader"}, "", "get"),
    "portal:map": (BUSINESS, "", "get"),
    "portal:map_places": (BUSINESS, "", "get"),
    "portal:map_area": (BUSINESS, "node", "get"),
    "portal:calendar_import": ({"sysadmin"}, "", "get"),
    "laws:library": (READERS, "", "get"),
    "laws:search": (READERS, "", "get"),
    "laws:cite": (READERS, "", "get"),
    "laws:impacts": (READERS, "", "get"),
    "laws:impact_handling": (READERS, "", "post"),
    "laws:impact_assignment": ({"grid_office"}, "", "post"),
    "laws:uploads": ({"grid_office"}, "", "get"),
    "laws:upload_new": ({"grid_office"}, "", "get"),
    "laws:powers": (READERS, "", "get"),
    "laws:power_import": ({"grid_office"}, "", "get"),
    "laws:matters": (READERS, "", "get"),
    "laws:units": (READERS, "", "get"),
    "laws:unit": (READERS, "unit", "get"),
    "laws:unit_duty_import": ({"grid_office"}, "", "get"),
    "laws:boundaries": (READERS, "", "get"),
    "laws:boundary_import": ({"grid_office"}, "", "get"),
    "laws:duties": (READERS, "", "get"),
    "laws:duty_import": ({"grid_office"}, "", "get"),
    "laws:guides": (READERS, "", "get"),
    "laws:guide": (READERS, "guide", "get"),
    "laws:law": (READERS, "law", "get"),
    "laws:comparison": (READERS, "law", "get"),
    "laws:article": (READERS, "law_article", "get"),
    "laws:uses": (READERS, "article", "get"),
    "core:deadlines": (ALL, "", "get"),
    "core:deadline_explain": (ALL, "", "get"),
    "core:calendar": (ALL, "", "get"),
    "notices:inbox": (ALL, "", "get"),
    "notices:reading": (ALL, "", "post"),
    "grid:tree": (BUSINESS, "", "get"),
    "grid:proposals": (HEADS | {"grid_office"}, "", "get"),
    "grid:ledger": (BUSINESS, "", "get"),
    "grid:own": (WORKERS, "", "get"),
    "grid:duties": (WORKERS, "", "get"),
    "grid:duty_new": ({"grid_office"}, "", "get"),
    "grid:meetings": (WORKERS, "", "get"),
    "grid:meeting_new": (HEADS | {"grid_office"}, "", "get"),
    "grid:tasks": (WORKERS, "", "get"),
    "grid:task_new": (HEADS | {"grid_office"}, "", "get"),
    "grid:opinions": (WORKERS, "", "get"),
    "grid:opinion_new": (RECORDERS, "", "get"),
    "grid:points": (WORKERS, "", "get"),
    "grid:point_new": (RECORDERS, "", "get"),
    "grid:streets": (WORKERS, "", "get"),
    "grid:report": (HEADS | {"grid_office"}, "", "get"),
    "grid:plan": (WORKERS, "", "get"),
    "grid:milestone_new": ({"grid_office"}, "", "get"),
    "grid:check": (HEADS | {"grid_office"}, "", "get"),
    "grid:responsible": (BUSINESS, "", "get"),
    "grid:areas": (BUSINESS, "", "get"),
    "grid:node": (BUSINESS, "node", "get"),
    "grid:request_code": (BUSINESS, "node", "get"),
    "grid:organisation": (BUSINESS, "", "get"),
    "grid:rules": (BUSINESS, "", "get"),
    "grid:rule_new": ({"grid_office"}, "", "get"),
    "grid:card": ({"station_head", "grid_office"}, "node", "get"),
    "grid:proposal": ({"station_head", "grid_office"}, "node", "get"),
    "grid:decision": ({"grid_office"}, "node", "get"),
    "grid:boundary": ({"station_head", "grid_office"}, "node", "get"),
    "grid:recuts": (HEADS | {"grid_office"}, "", "get"),
    "grid:recut_new": ({"station_head", "grid_office"}, "node", "get"),
    "grid:sandbox": ({"station_head", "grid_office"}, "node", "get"),
    "grid:recut_preview": ({"station_head", "grid_office"}, "node", "post"),
    "grid:appointment": ({"station_head", "grid_office"}, "node", "get"),
    "subjects:list": (SUBJECTS, "", "get"),
    "subjects:links": (SUBJECTS, "", "get"),
    "subjects:map": (SUBJECTS, "", "get"),
    "subjects:suggest": (SUBJECTS, "", "get"),
    "subjects:tagging": (CHIEFS | HEADS | {"grid_office", "clerk"}, "", "post"),
    "subjects:imports": (IMPORTERS, "", "get"),
    "subjects:import_new": (IMPORTERS, "", "get"),
    "subjects:dossier_import": (IMPORTERS, "", "get"),
    "subjects:dossier": (SUBJECTS & (SEES_050101 | {"clerk"}), "entity", "get"),
    "subjects:entity": (SUBJECTS & (SEES_050101 | {"clerk"}), "entity", "get"),
    "subjects:edit": ({"chief", "station_head", "grid_office", "clerk"}, "entity", "get"),
    "subjects:phone": (SUBJECTS & SEES_050101, "entity", "get"),
    "subjects:status": ({"chief", "station_head", "grid_office", "clerk"}, "entity", "get"),
    "subjects:relation_new": ({"chief", "station_head", "grid_office", "clerk"}, "entity", "get"),
    "subjects:twins": ({"station_head", "grid_office", "clerk"}, "entity", "get"),
    "subjects:pairs": (HEADS | {"grid_office", "clerk"}, "", "get"),
    "subjects:filter_save": (SUBJECTS, "", "post"),
    "subjects:location": ({"chief", "manager", "station_head", "grid_office", "clerk"}, "entity", "get"),
    "watch:hits": (HEADS | TOP, "", "get"),
    "watch:rules": (HEADS | TOP, "", "get"),
    "watch:trend": (HEADS | TOP, "", "get"),
    "watch:rule": ({"grid_office"}, "rule", "get"),
    "watch:run": ({"grid_office"}, "", "post"),
    "watch:handling": (HEADS | TOP, "", "post"),
    "deadlines:mine": (SEES_RULINGS, "", "get"),
    "deadlines:ladder": (SEES_RULINGS, "", "get"),
    "deadlines:feed": (SEES_RULINGS, "", "get"),
    "deadlines:record": (SEES_050101 - {"monitor"}, "record", "get"),
    "deadlines:clock_new": ({"chief", "station_head"}, "record", "get"),
    "discretion:catalogue": (SEES_RULINGS, "", "get"),
    "discretion:violation": (SEES_RULINGS, "violation", "get"),
    "discretion:working": (SEES_RULINGS, "violation", "get"),
    "discretion:worksheets": (SEES_RULINGS, "", "get"),
    "discretion:version_new": ({"grid_office"}, "violation", "get"),
    "discretion:violation_new": ({"grid_office"}, "", "get"),
    "discretion:standards": (SEES_RULINGS, "", "get"),
    "discretion:standard_new": ({"grid_office"}, "", "get"),
    "discretion:drafts": ({"grid_office", "leader"}, "", "get"),
    "discretion:import": ({"grid_office"}, "", "get"),
    "discretion:template": ({"grid_office"}, "", "get"),
    "events:list": (FIELD, "", "get"),
    "events:report": (FIELD, "", "get"),
    "events:map": (FIELD, "", "get"),
    "events:kinds": (FIELD, "", "get"),
    "events:kind": (FIELD, "kind", "get"),
    "events:new_kind": ({"grid_office"}, "", "get"),
    "events:mine": (FIELD, "", "get"),
    "events:same": (FIELD, "", "get"),
    "events:event": (SEES_050101, "event", "get"),
    "events:working": (SEES_050101, "event", "get"),
    "events:dispatch": ({"station_head", "grid_office", "dispatcher"}, "event", "get"),
    "events:acceptance": ({"chief", "station_head"}, "event", "get"),
    "events:refusal": ({"chief", "station_head"}, "event", "get"),
    "events:escalation": ({"chief", "station_head", "grid_office", "dispatcher"}, "event", "get"),
    "events:return": ({"station_head", "grid_office", "dispatcher"}, "event", "get"),
    "events:handover": ({"station_head", "grid_office", "dispatcher"}, "event", "get"),
    "events:receipt": ({"station_head", "grid_office", "dispatcher"}, "event", "get"),
    "events:feedback": ({"chief", "station_head"}, "event", "get"),
    "events:review": ({"station_head", "grid_office", "dispatcher", "leader"}, "event", "get"),
    "events:reopening": ({"station_head", "grid_office", "dispatcher", "leader"}, "event", "get"),
    "events:ladder": (FIELD, "", "get"),
    "events:studies": (FIELD, "", "get"),
    "events:study_new": (HEADS | TOP, "", "get"),
    "events:analysis": (FIELD, "", "get"),
    "events:metrics": (FIELD, "", "get"),
    "events:problems": (FIELD, "", "get"),
    "events:tasks": (FIELD, "", "get"),
    "events:duties": (FIELD, "", "get"),
    "events:leads": (CHIEFS | HEADS, "", "get"),
    "events:record_leads": ({"chief", "station_head"}, "record", "get"),
    "events:field_tasks": (CHIEFS | HEADS, "", "get"),
    "events:task_new": (CHIEFS | HEADS, "", "get"),
    "events:workload": (HEADS | {"grid_office", "dispatcher"}, "", "get"),
    "events:takeover": (HEADS | {"grid_office", "dispatcher"}, "person", "get"),
    "events:watching": (FIELD, "person", "post"),
    "events:phrases": (FIELD, "", "get"),
    "events:phrase_new": (FIELD, "", "get"),
    "events:talk": (SEES_050101, "event", "get"),
    "events:supervision": ({"grid_office", "dispatcher", "leader"}, "event", "get"),
    "events:answer": ({"chief", "station_head", "grid_office", "dispatcher"}, "event", "get"),
    "events:release": ({"grid_office", "dispatcher", "leader"}, "event", "get"),
    "events:location": ({"chief", "station_head", "grid_office", "dispatcher"}, "event", "get"),
    "events:duplicates": ({"station_head", "grid_office", "dispatcher"}, "event", "get"),
    "events:merge": ({"station_head", "grid_office", "dispatcher"}, "event", "post"),
    "events:separation": ({"station_head", "grid_office", "dispatcher"}, "event", "get"),
    "events:observation": (SEES_050101, "event", "get"),
    "evidence:items": (WORKERS, "", "get"),
    "evidence:record": (SEES_050101 - {"monitor"}, "record", "get"),
    "evidence:capture": (SEES_050101 - {"monitor"}, "record", "get"),
    "evidence:print_list": (SEES_050101 - {"monitor"}, "record", "get"),
    "evidence:process": (SEES_050101 - {"monitor"}, "record", "get"),
    "evidence:custody": (WORKERS, "", "get"),
    "documents:list": (PAPERS, "", "get"),
    "documents:forms": (PAPERS, "", "get"),
    "documents:deliveries": (PAPERS, "", "get"),
    "documents:case_files": (PAPERS, "", "get"),
    "documents:office": ({"grid_office"}, "", "get"),
    "documents:printing": (PAPERS, "", "post"),
    "documents:proposals": (PAPERS, "", "get"),
    "documents:form_new": ({"grid_office"}, "", "get"),
    "documents:form_import": ({"grid_office"}, "", "get"),
    "workflow:todo": (WORKERS, "", "get"),
    "workflow:done": (WORKERS, "", "get"),
    "workflow:started": (WORKERS, "", "get"),
    "workflow:instances": ({"grid_office", "leader"}, "", "get"),
    "workflow:record": (SEES_050101 - {"monitor"}, "record", "get"),
    "workflow:start": ({"chief", "station_head", "grid_office", "dispatcher"}, "record", "post"),
    "workflow:library": (WORKERS | {"sysadmin"}, "", "get"),
    "workflow:process_new": ({"grid_office", "sysadmin"}, "", "get"),
    "workflow:check": ({"grid_office", "sysadmin"}, "", "post"),
    "workflow:process": (WORKERS | {"sysadmin"}, "process", "get"),
    "workflow:version": (WORKERS | {"sysadmin"}, "version", "get"),
    "workflow:export": (WORKERS | {"sysadmin"}, "version", "get"),
    "workflow:simulation": (WORKERS | {"sysadmin"}, "version", "get"),
    "workflow:comparison": (WORKERS | {"sysadmin"}, "versions", "get"),
    "workflow:design": ({"grid_office", "sysadmin"}, "version", "get"),
    "workflow:publication": ({"leader", "sysadmin"}, "version", "post"),
    "workflow:migration": ({"leader", "sysadmin"}, "process", "get"),
    "evidence:recordings": (CHIEFS | HEADS, "", "get"),
    "evidence:recording_new": (CHIEFS | HEADS, "", "get"),
    "evidence:measures": (WORKERS, "", "get"),
    "evidence:goods": (WORKERS, "", "get"),
    "evidence:measure_new": ({"chief", "station_head"}, "record", "get"),
    "evidence:packages": ({"station_head", "grid_office", "dispatcher", "leader"}, "record", "get"),
    "seals:list": (CHIEFS | HEADS | {"leader", "keeper"}, "", "get"),
    "seals:seal_new": ({"keeper"}, "", "get"),
    "seals:issuers": ({"keeper"}, "", "get"),
    "seals:issuer_new": ({"keeper"}, "", "get"),
    "seals:uses": (CHIEFS | HEADS | {"leader", "keeper"}, "", "get"),
    "seals:use_new": (CHIEFS | HEADS, "", "get"),
    "seals:verification": (ALL, "", "get"),
    "seals:signings": (CHIEFS | HEADS, "", "get"),
    "accounts:people": (CHIEFS | HEADS | TOP | {"sysadmin", "secadmin"}, "", "get"),
    "workflow:qualifications": (CHIEFS | HEADS | TOP | {"sysadmin", "secadmin"}, "", "get"),
    "workflow:qualification": (
        {"chief", "other_grid_chief", "station_head"} | TOP | {"sysadmin", "secadmin"},
        "officer",
        "get",
    ),
    "accounts:person": (
        {"chief", "other_grid_chief", "station_head"} | TOP | {"sysadmin", "secadmin"},
        "person",
        "get",
    ),
    "accounts:person_new": ({"sysadmin"}, "", "get"),
    "accounts:unit_new": ({"sysadmin"}, "", "get"),
    "accounts:me": (ALL, "", "get"),
    "accounts:sessions_end": (ALL, "", "post"),
    "accounts:identity_new": (ALL, "", "post"),
    "accounts:identity_end": (ALL, "", "post"),
    "accounts:delegation_new": (ALL, "", "get"),
    "accounts:acting_end": (ALL, "", "post"),
    "accounts:logout_everywhere": ({"secadmin"}, "person", "post"),
    "mfa_index": (ALL, "", "get"),
    "mfa_activate_totp": (ALL, "", "get"),
    "mfa_add_webauthn": (ALL, "", "get"),
    "mfa_list_webauthn": (ALL, "", "get"),
    "mfa_generate_recovery_codes": (ALL, "", "get"),
    "accounts:identity_end_of": ({"secadmin"}, "person", "post"),
    "accounts:factors_end": ({"secadmin"}, "person", "post"),
    "accounts:personal_data": ({"secadmin", "auditor"}, "", "get"),
    "accounts:unmasking": ((IN_0501 - {"monitor"}), "person", "get"),
    "accounts:roles": ({"secadmin"}, "", "get"),
    "accounts:person_edit": ({"sysadmin"}, "person", "get"),
    "accounts:standing": ({"sysadmin"}, "person", "post"),
    "accounts:password_reset": ({"sysadmin"}, "person", "post"),
    "accounts:reset_decision": ({"secadmin"}, "reset", "post"),
    "accounts:unlocking": ({"secadmin"}, "person", "post"),
    "accounts:grant_new": ({"secadmin"}, "person", "get"),
    "accounts:certificate_new": ({"secadmin"}, "person", "get"),
}
# Placed, and tested by the module's own tests, because they need an object of their own.
ELSEWHERE = {
    "seals:seal", "seals:picture", "seals:seal_key", "seals:token_key", "seals:sm2_key", "seals:public_key", "seals:sm2_signature", "seals:seal_state", "seals:use", "seals:use_decision", "seals:use_withdrawal",
    "seals:use_pressing", "seals:use_file", "seals:signing", "seals:signing_file", "seals:pad", "seals:signing_refusal",
    "seals:signature_picture", "seals:signing_withdrawal",
    "workflow:task", "workflow:claim", "workflow:release", "workflow:delegation", "workflow:addition", "workflow:return",
    "workflow:withdrawal", "workflow:qualification_edit", "workflow:instance", "workflow:cancellation", "workflow:arrival",
    "laws:impact", "laws:power", "laws:power_trace", "laws:upload", "laws:upload_loading", "laws:upload_dropping",
    "notices:notice", "notices:circular", "notices:confirmation", "notices:reminder", "notices:withdrawal", "notices:receipts", "notices:circular_file",
    "grid:dismissal", "grid:body", "grid:seat_new", "grid:seat_end", "grid:rule", "grid:ledgers", "grid:duty", "grid:record", "grid:meeting", "grid:task", "grid:opinion",
    "documents:form", "documents:form_file", "documents:version_new", "documents:proposal", "documents:proposal_preview", "documents:proposal_submission", "documents:proposal_decision", "documents:proposal_dropping", "documents:lifting", "documents:record", "documents:begin", "documents:paper", "documents:preview",
    "documents:facts", "documents:approval", "documents:sealing", "documents:submission", "documents:recall", "documents:returning", "documents:settling",
    "documents:signers", "documents:case_file", "documents:case_file_check", "documents:case_file_transfer", "documents:case_file_pdf", "documents:delivery_new", "documents:delivery", "documents:delivery_end", "documents:receipt", "documents:row", "seals:record", "documents:revision", "documents:voiding", "documents:dropping", "documents:file",
    "grid:opinion_rating", "grid:point", "grid:milestone_done", "grid:recut", "grid:recut_consent", "grid:recut_decision", "grid:recut_withdrawal",
    "subjects:import", "subjects:import_cancel", "subjects:import_report", "subjects:pair", "subjects:difference",
    "subjects:undoing", "subjects:photo", "subjects:filter_remove", "subjects:filter_notice", "subjects:relation_end",
    "events:lead", "events:task", "events:file", "events:dispatching", "events:phrase", "events:phrase_drop", "events:study", "accounts:grant_end", "accounts:session_end", "accounts:certificate_edit",
    "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_download_recovery_codes", "mfa_remove_webauthn", "mfa_edit_webauthn",
    "core:background", "core:components",
    "accounts:delegation_end", "accounts:acting",
    "evidence:papers", "evidence:paper_recordings", "evidence:correction", "evidence:uploads", "evidence:upload", "evidence:item", "evidence:file", "evidence:sheet", "evidence:original", "evidence:note",
    "evidence:retention", "evidence:handover", "evidence:storage", "evidence:release", "evidence:answer",
    "watch:hit",
    "deadlines:clock", "deadlines:span_new", "deadlines:span_end", "deadlines:span_removal", "deadlines:extension_new",
    "deadlines:end", "deadlines:cancellation", "deadlines:handover",
    "evidence:recording", "evidence:package", "evidence:measure", "evidence:carrying_out", "evidence:deciding", "evidence:extension", "evidence:ending",
    "evidence:measure_list", "evidence:labels", "evidence:good", "evidence:good_handling", "evidence:good_handover", "evidence:good_storage",
    "discretion:standard", "discretion:standard_decision", "discretion:draft", "discretion:submission", "discretion:decision", "discretion:worksheet",
}  # fmt: skip
OWN_TABLES = {"api", "exchange", "audit"}  # modules whose own tests hold their table


def names(resolver=None, namespace=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inside = pattern.namespace or ""
            yield from names(pattern, f"{namespace}{inside}:" if inside else namespace)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield f"{namespace}{pattern.name}"


def test_every_address_is_placed():
    found = {name for name in names() if name.split(":")[0] not in OWN_TABLES}
    assert found - OPEN - ELSEWHERE - set(TABLE) == set()
    assert set(TABLE) - found == set()


@pytest.fixture
def addresses(world):
    load_benchmarks()
    ask_reset(world.cast.auditor, by=world.cast.sysadmin, now=now())
    load_guides()
    law = LawVersion.objects.create(
        law=Law.objects.create(title="某事办法", short="某事办法", level="departmental_rule"), promulgated_on="2020-01-01",
        valid=("2020-01-01", None), start_basis="stated", article_count=1,
    )  # fmt: skip
    article = Article.objects.create(version=law, number=1, text="甲。")
    arguments = {
        "": [],
        "guide": ["hearing"],
        "law": [law.law_id],
        "unit": ["0501"],
        "law_article": [law.law_id, "1"],
        "article": [article.pk],
        "node": ["050101"],
        "entity": [world.entity.pk],
        "event": [world.event.number],
        "kind": ["SP01"],
        "violation": ["food-expired"],
        "rule": ["event-overdue"],
        "person": [world.cast.manager.pk],
        "officer": [world.cast.chief.pk],
        "process": [world.process.key],
        "version": [world.process.key, 1],
        "versions": [world.process.key, 1, 1],
        "reset": [world.cast.auditor.pk],
        "record": ["event", world.event.pk],
    }
    return {name: reverse(name, args=arguments[kind]) for name, (_, kind, _) in TABLE.items()}


@pytest.mark.parametrize("part", sorted(PEOPLE))
def test_each_role_reaches_its_addresses_and_no_others(world, addresses, part):
    client = world.cast.client(getattr(world.cast, part))
    wrong = {}
    for name, (allowed, kind, method) in TABLE.items():
        status = getattr(client, method)(addresses[name]).status_code
        ok = status in {200, 302, 409, 422} if part in allowed else status in {403, 404}
        if part not in allowed and not kind:
            ok = status == 403
        if not ok:
            wrong[name] = status
    assert wrong == {}


def test_who_is_not_logged_in_is_sent_to_the_login_page(client, addresses):
    for name, address in addresses.items():
        response = getattr(client, TABLE[name][2])(address)
        assert response.status_code == 302, name
        assert response.url.startswith("/login/"), name


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row[1] in {"event", "entity"}])
def test_another_station_does_not_learn_that_the_object_exists(world, addresses, name):
    """Whoever is outside the scope gets the answer that an object nobody made would get."""
    method = TABLE[name][2]
    made_up = reverse(name, args=["SJ2026-999999" if TABLE[name][1] == "event" else uuid4()])
    for part in ("other_chief", "other_head"):
        client = world.cast.client(getattr(world.cast, part))
        status = getattr(client, method)(addresses[name]).status_code
        assert status in {403, 404}, part
        assert status == getattr(client, method)(made_up).status_code, part
