"""A run: ask every rule, keep one hit for one thing, take off what has gone."""

import logging
from datetime import datetime
from itertools import islice

from django.db import DatabaseError, connection, transaction
from django.utils.timezone import localdate

from shijian.accounts.models import Unit, User
from shijian.accounts.services.clockwork import clockwork
from shijian.audit import services as audit

from .. import queries
from ..choices import OPEN, QUIET, HitState, Verb
from ..hooks import MOST, Finding, Question
from ..models import Hit, Run

log = logging.getLogger(__name__)


def run_all(*, now: datetime) -> list[Run]:
    """Every bureau of this node, in the name of its clockwork."""
    bureaus = Unit.objects.filter(parent=None).values_list("bureau_code", flat=True)
    return [run(code, by=clockwork(code), now=now) for code in bureaus]


@transaction.atomic
def run(bureau_code: str, *, by: User, now: datetime) -> Run:
    """One pass over the rules in force. A rule that fails is named and leaves its hits as they are."""
    with connection.cursor() as cursor:  # two runs at once: one after the other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"watch {bureau_code}"])
    new = gone = 0
    failed: list[str] = []
    known = queries.in_force(bureau_code)
    for each in known.values():
        question = Question(bureau_code, now, localdate(now), each.numbers)
        findings: list[Finding] = []
        try:
            if each.is_active:
                with transaction.atomic():
                    findings = list(islice(each.rule.find(question), MOST + 1))
        except (DatabaseError, ValueError, TypeError, KeyError, AttributeError):
            log.exception("watch rule %s failed", each.rule.code)
            failed.append(each.rule.code)
            continue
        added, ended = _keep(each, findings, bureau_code, now)
        new, gone = new + added, gone + ended
    found = Hit.objects.filter(bureau_code=bureau_code, state__in=OPEN).count()
    made = Run.objects.create(
        bureau_code=bureau_code, at=now, by=by, rules=len(known), found=found, new=new, gone=gone, failed=failed
    )
    detail = {"rules": len(known), "new": new, "gone": gone, "failed": failed}
    audit.record(by=by, verb=Verb.RAN, on=made, at=now, bureau_code=bureau_code, detail=detail)
    return made


def _keep(each: queries.InForce, findings: list[Finding], bureau_code: str, now: datetime) -> tuple[int, int]:
    rule = each.rule
    found = {(finding.kind, finding.key): finding for finding in findings[:MOST]}
    rows = Hit.objects.filter(bureau_code=bureau_code, rule=rule.code, state__in=[*OPEN, *QUIET])
    held = {(hit.subject_kind, hit.subject_key): hit for hit in rows}
    new = [
        Hit(
            bureau_code=bureau_code,
            area_code=finding.area_code,
            rule=rule.code,
            fault=rule.fault,
            severity=each.severity,
            subject_kind=finding.kind,
            subject_key=finding.key,
            label=finding.label[:160],
            url=finding.url,
            reason=finding.reason[:300],
            found_at=now,
            seen_at=now,
        )
        for key, finding in found.items()
        if key not in held
    ]
    Hit.objects.bulk_create(new)
    seen = []
    for key in found.keys() & held.keys():
        hit, finding = held[key], found[key]
        hit.reason, hit.label, hit.seen_at = finding.reason[:300], finding.label[:160], now
        hit.area_code, hit.severity = finding.area_code, each.severity
        seen.append(hit)
    Hit.objects.bulk_update(seen, ["reason", "label", "seen_at", "area_code", "severity"], batch_size=500)
    if len(findings) > MOST:  # not all were looked at: what was not found may still be there
        return len(new), 0
    lost = [hit.pk for key, hit in held.items() if key not in found]
    return len(new), Hit.objects.filter(pk__in=lost).update(state=HitState.GONE, ended_at=now)
