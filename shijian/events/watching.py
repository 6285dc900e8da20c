"""What the watch looks for in events: late, unanswered, in the wrong hands, without proof."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Exists, F, OuterRef
from django.urls import reverse

from shijian.accounts.choices import CertificateStatus, UserKind
from shijian.accounts.models import EnforcementCertificate
from shijian.watch.choices import Fault, Severity
from shijian.watch.hooks import Finding, Parameter, Question, Rule, register

from .choices import Act, State
from .models import Attachment, Event, Handover, Step, Supervision
from .models.event import IN_HAND, EventQuerySet

PLAN = "网格化管理实施方案"


def _event(event: Event, reason: str) -> Finding:
    url = reverse("events:event", args=[event.number])
    return Finding("event", str(event.pk), str(event), reason, event.area_code, url)


def _events(question: Question) -> EventQuerySet:
    return Event.objects.filter(bureau_code=question.bureau_code).select_related("kind")


def overdue(question: Question) -> Iterator[Finding]:
    for event in _events(question).overdue(on=question.today).order_by("due_on"):
        yield _event(event, f"期限 {event.due_on}，没有办结。")


def unanswered(question: Question) -> Iterator[Finding]:
    for event in _events(question).filter(state=State.DISPATCHED, respond_by__lt=question.now):
        yield _event(event, "派遣后逾期没有接收。")


def undispatched(question: Question) -> Iterator[Finding]:
    before = question.ago(hours=question.numbers["hours"])
    for event in _events(question).filter(state=State.REPORTED, reported_at__lt=before):
        yield _event(event, f"上报超过 {question.numbers['hours']} 小时，没有派遣。")


def unreviewed(question: Question) -> Iterator[Finding]:
    before = question.ago(days=question.numbers["days"])
    for event in _events(question).filter(state=State.REVIEWING, fed_back_at__lt=before):
        yield _event(event, f"反馈超过 {question.numbers['days']} 天，没有复核。")


def closed_by_reporter(question: Question) -> Iterator[Finding]:
    since = question.ago(days=question.numbers["days"])
    rows = _events(question).filter(state=State.CLOSED, closed_at__gte=since, closed_by=F("reported_by"))
    for event in rows:
        yield _event(event, "上报人自己复核办结。")


def reopened_often(question: Question) -> Iterator[Finding]:
    for event in _events(question).open().filter(reopened__gte=question.numbers["times"]):
        yield _event(event, f"已重新办理 {event.reopened} 次。")


def auxiliary_handles(question: Question) -> Iterator[Finding]:
    rows = _events(question).filter(
        state__in=IN_HAND, kind__wants_certificate=True, handler__kind__in=[UserKind.AUXILIARY, UserKind.EXTERNAL]
    )
    for event in rows:
        yield _event(event, "须持证办理的事项，由辅助人员处置。")


def uncertified_handler(question: Question) -> Iterator[Finding]:
    valid = EnforcementCertificate.objects.filter(
        user=OuterRef("handler"),
        status=CertificateStatus.VALID,
        valid_from__lte=question.today,
        valid_until__gte=question.today,
    )
    rows = _events(question).filter(state__in=IN_HAND, kind__wants_certificate=True).exclude(Exists(valid))
    for event in rows.filter(handler__kind=UserKind.OFFICER):
        yield _event(event, "处置人没有有效的执法证，或者已经到期。")


def without_photo(question: Question) -> Iterator[Finding]:
    fed_back = Step.objects.filter(event=OuterRef("pk"), act=Act.FEED_BACK)
    shown = Attachment.objects.filter(event=OuterRef("pk"), step__act=Act.FEED_BACK)
    rows = _events(question).filter(
        state__in=[State.REVIEWING, State.CLOSED],
        kind__wants_photo=True,
        fed_back_at__gte=question.ago(days=question.numbers["days"]),
    )
    for event in rows.filter(Exists(fed_back)).exclude(Exists(shown)):
        yield _event(event, "须附现场照片的事项，反馈没有照片。")


def receipts_late(question: Question) -> Iterator[Finding]:
    rows = Handover.objects.filter(
        event__bureau_code=question.bureau_code, received_on=None, receipt_due_on__lt=question.today
    )
    for letter in rows.select_related("event__kind"):
        yield _event(letter.event, f"移送函 {letter.letter_no} 的回执 {letter.receipt_due_on} 到期，没有收到。")


def supervision_late(question: Question) -> Iterator[Finding]:
    rows = Supervision.objects.filter(
        event__bureau_code=question.bureau_code, released_at=None, until__lt=question.today
    )
    for row in rows.select_related("event__kind"):
        yield _event(row.event, f"督办期限 {row.until} 已过，没有办结。")


def supervision_unanswered(question: Question) -> Iterator[Finding]:
    before = question.now - timedelta(days=question.numbers["days"])
    rows = Supervision.objects.filter(
        event__bureau_code=question.bureau_code, released_at=None, answered_at=None, at__lt=before
    )
    for row in rows.select_related("event__kind"):
        yield _event(row.event, f"督办超过 {question.numbers['days']} 天，没有回复。")


def register_rules() -> None:
    """The rules of this module, at start."""
    recent = (Parameter("days", "最近天数", 90, most=365),)
    register(
        Rule("event-overdue", "事件超期未办结", Fault.LATE, f"{PLAN}；各事项的时限依据", Severity.HIGH, overdue, group="事件"),
        Rule("event-unanswered", "派遣后未接收", Fault.IDLE, f"{PLAN} 六(二)", Severity.MIDDLE, unanswered, group="事件"),
        Rule("event-undispatched", "上报后未派遣", Fault.IDLE, f"{PLAN} 六(二)", Severity.MIDDLE, undispatched,
             (Parameter("hours", "小时", 24, most=720),), group="事件"),
        Rule("event-unreviewed", "反馈后未复核", Fault.IDLE, f"{PLAN} 六(二)", Severity.MIDDLE, unreviewed,
             (Parameter("days", "天数", 3, most=60),), group="事件"),
        Rule("event-closed-by-reporter", "上报人自己复核办结", Fault.WRONG_ACTOR, f"{PLAN} 六(二)", Severity.MIDDLE,
             closed_by_reporter, recent, group="事件"),
        Rule("event-reopened-often", "多次重新办理", Fault.LATE, f"{PLAN} 六(二)", Severity.LOW, reopened_often,
             (Parameter("times", "次数", 2, most=20),), group="事件"),
        Rule("event-auxiliary-handles", "辅助人员处置须持证事项", Fault.BEYOND, "行政处罚法 42；国办发〔2024〕54号", Severity.HIGH,
             auxiliary_handles, group="事件"),
        Rule("event-uncertified-handler", "无有效执法证处置", Fault.BEYOND, "行政处罚法 42", Severity.HIGH, uncertified_handler, group="事件"),
        Rule("event-without-photo", "反馈缺现场照片", Fault.MISSING, "事项库的反馈要求", Severity.LOW, without_photo, recent, group="事件"),
        Rule("handover-receipt-late", "移送回执逾期", Fault.MISSING, f"{PLAN} 六(二)", Severity.MIDDLE, receipts_late, group="事件"),
        Rule("supervision-late", "督办逾期", Fault.LATE, f"{PLAN} 六(二)", Severity.HIGH, supervision_late, group="督办"),
        Rule("supervision-unanswered", "督办未回复", Fault.IDLE, f"{PLAN} 六(二)", Severity.MIDDLE, supervision_unanswered,
             (Parameter("days", "天数", 2, most=60),), group="督办"),
    )  # fmt: skip
