"""Certificates, standing in, and the opening of personal data."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, F, Func, IntegerField, Max
from django.urls import reverse
from django.utils.timezone import localtime

from shijian.accounts.choices import CertificateStatus, UserKind
from shijian.accounts.choices import Verb as AccountVerb
from shijian.accounts.models import Delegation, EnforcementCertificate, User
from shijian.accounts.queries import holders
from shijian.audit.models import Entry
from shijian.core.permissions import registry

from ..choices import Fault, Severity
from ..hooks import Finding, Parameter, Question, Rule, register

ENFORCING = "events.event.handle"  # what makes a person a handler; named by its code, for events lie above


def _person(person: User, reason: str) -> Finding:
    return Finding(
        "person", str(person.pk), f"{person.name}（{person.employee_no}）", reason,
        url=reverse("accounts:person", args=[person.pk]),
    )  # fmt: skip


def expired_certificates(question: Question) -> Iterator[Finding]:
    holders = EnforcementCertificate.objects.filter(
        user__bureau_code=question.bureau_code, user__is_active=True, status=CertificateStatus.VALID
    )
    rows = holders.values("user").annotate(last=Max("valid_until")).filter(last__lt=question.today)
    last = {row["user"]: row["last"] for row in rows}
    for person in User.objects.filter(pk__in=last):
        yield _person(person, f"执法证 {last[person.pk]} 到期，账号仍在使用。")


def expiring_certificates(question: Question) -> Iterator[Finding]:
    soon = question.today + timedelta(days=question.numbers["days"])
    holders = EnforcementCertificate.objects.filter(
        user__bureau_code=question.bureau_code, user__is_active=True, status=CertificateStatus.VALID
    )
    rows = holders.values("user").annotate(last=Max("valid_until")).filter(last__range=(question.today, soon))
    last = {row["user"]: row["last"] for row in rows}
    for person in User.objects.filter(pk__in=last):
        yield _person(person, f"执法证 {last[person.pk]} 到期，请及时换证。")


def auxiliaries_with_power(question: Question) -> Iterator[Finding]:
    """Auxiliaries and outsiders whose role lets them handle. Source: 行政处罚法 (2021-01-22) art. 42."""
    rows = holders(registry[ENFORCING], bureau_code=question.bureau_code, on=question.today)
    for person in rows.filter(kind__in=[UserKind.AUXILIARY, UserKind.EXTERNAL]):
        yield _person(person, f"{person.get_kind_display()}被授予处置权限，执法应由持证人员实施。")


def standing_in_wrongly(question: Question) -> Iterator[Finding]:
    rows = Delegation.objects.filter(bureau_code=question.bureau_code, valid__contains=question.today)
    for row in rows.exclude(deputy__kind=UserKind.OFFICER).select_related("deputy", "principal"):
        yield _person(row.deputy, f"代理{row.principal.name}的职责，但本人是{row.deputy.get_kind_display()}。")


def long_delegations(question: Question) -> Iterator[Finding]:
    rows = Delegation.objects.filter(bureau_code=question.bureau_code, valid__contains=question.today)
    length = Func(F("valid"), template="upper(%(expressions)s) - lower(%(expressions)s)", output_field=IntegerField())
    for row in rows.annotate(length=length).filter(length__gt=question.numbers["days"]).select_related("principal"):
        yield _person(row.principal, f"委托代理长达 {row.length} 天，应当调整岗位，不宜长期代理。")


def much_unmasking(question: Question) -> Iterator[Finding]:
    midnight = localtime(question.now).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Entry.objects.filter(
        verb=AccountVerb.UNMASKED, at__gte=midnight - timedelta(days=1), bureau_code=question.bureau_code
    )
    often = rows.values("actor_id").annotate(times=Count("pk")).filter(times__gte=question.numbers["times"])
    times = {row["actor_id"]: row["times"] for row in often}
    for person in User.objects.filter(pk__in=times):
        yield _person(person, f"昨日以来查看完整个人信息 {times[str(person.pk)]} 次，请核对事由。")


register(
    Rule("certificate-expired", "执法证到期未换", Fault.BEYOND, "行政处罚法 42", Severity.HIGH, expired_certificates, group="人员资格"),
    Rule("certificate-expiring", "执法证即将到期", Fault.IDLE, "行政处罚法 42", Severity.LOW, expiring_certificates,
         (Parameter("days", "提前天数", 30, most=365),), group="人员资格"),
    Rule("auxiliary-with-power", "辅助人员被授予处置权限", Fault.BEYOND, "行政处罚法 42；国办发〔2024〕54号", Severity.HIGH,
         auxiliaries_with_power, group="人员资格"),
    Rule("deputy-not-officer", "代理人不是监管人员", Fault.WRONG_ACTOR, "行政处罚法 42", Severity.HIGH, standing_in_wrongly, group="人员资格"),
    Rule("delegation-too-long", "委托代理时间过长", Fault.IDLE, "本局内部管理要求（可配置）", Severity.LOW, long_delegations,
         (Parameter("days", "天数", 60, most=365),), group="人员资格"),
    Rule("unmasking-often", "查看完整个人信息过多", Fault.BEYOND, "个人信息保护法 6、51", Severity.MIDDLE, much_unmasking,
         (Parameter("times", "次数", 20, most=1000),), group="个人信息"),
)  # fmt: skip
