"""Papers and the recordings that support them: documents and evidence do not know each other and meet here."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from shijian.core.records import Record
from shijian.documents.choices import Outcome, State
from shijian.documents.hooks import Panel
from shijian.documents.models import IN_FORCE, Delivery, Paper
from shijian.documents.rules.delivery import Way
from shijian.evidence import hooks
from shijian.evidence.models import Binding
from shijian.evidence.permissions import EVIDENCE_CAPTURE, EVIDENCE_VIEW
from shijian.evidence.queries import bound_recordings
from shijian.evidence.rules.filming import LEFT, POSTED, WANTED, Wanted
from shijian.watch.choices import Fault, Severity
from shijian.watch.hooks import MOST, Finding, Parameter, Question, Rule, register

SERVED = {Way.LEFT: LEFT, Way.PUBLIC: POSTED}


def papers_of(record: Record) -> list[hooks.Paper]:
    """The papers of a record with a final text, as evidence wants to know them."""
    rows = Paper.objects.filter(
        record_kind=record.kind, record_id=record.id, bureau_code=record.bureau_code, pdf__isnull=False
    ).defer("text", "data", "offered")
    found = rows.select_related("form_version__form", "pdf", "superseded_by").order_by("-approved_at")
    return [_told(paper) for paper in found[:200]]


def panel_of(user: Any, paper: Paper, record: Record) -> Panel | None:
    """The recordings of a paper, for its own page; only for who may see evidence."""
    if not paper.pdf_id or not user.may(EVIDENCE_VIEW):
        return None
    bindings = list(bound_recordings(paper.pk))
    wanted = WANTED.get(paper.form_version.form.slug)
    if not bindings and not wanted and not paper.form_version.read().is_signed_by_hand:
        return None
    context = {
        "bindings": bindings,
        "wanted": wanted,
        "may_bind": paper.state in IN_FORCE and user.may(EVIDENCE_CAPTURE),
        "bind_url": reverse("evidence:paper_recordings", args=[record.kind, record.id, paper.pk]),
    }
    return Panel("evidence/paper_recordings.html", context)


def unfilmed(question: Question) -> Iterator[Finding]:
    """Papers of acts that are to be recorded, some days old, without a recording that counts."""
    since, before = question.ago(days=90), question.ago(days=question.numbers["days"])
    rows = Paper.objects.filter(
        bureau_code=question.bureau_code, state__in=IN_FORCE, approved_at__range=(since, before),
        form_version__form__slug__in=WANTED,
    ).select_related("form_version__form")  # fmt: skip
    by_media: dict[frozenset[Any], list[str]] = {}
    for slug, wanted in WANTED.items():
        by_media.setdefault(wanted.media, []).append(slug)
    for media, slugs in by_media.items():
        bare = rows.filter(form_version__form__slug__in=slugs).exclude(Exists(_bound(OuterRef("pk"), media)))
        for paper in bare.defer("text", "data", "offered").order_by("approved_at")[: MOST + 1]:
            yield _finding(paper, WANTED[paper.form_version.form.slug])
    served = Delivery.objects.filter(
        bureau_code=question.bureau_code, way__in=SERVED, outcome=Outcome.SERVED, entered_at__range=(since, before)
    ).select_related("paper__form_version", "receipt")
    media = LEFT.media
    bare_deliveries = served.exclude(Exists(_bound(OuterRef("paper"), media))).exclude(
        Exists(_bound(OuterRef("receipt"), media))
    )
    for delivery in bare_deliveries[: MOST + 1]:
        if delivery.way == Way.LEFT and delivery.witness and not delivery.is_filmed:
            continue  # a witness suffices
        yield _finding(delivery.paper, SERVED[Way(delivery.way)])


def register_rules() -> None:
    """The rule of this meeting, at start."""
    basis = "市场监督管理行政处罚程序规定 44，82；国办发〔2018〕118号"
    days = (Parameter("days", "定稿后天数", 2, most=60),)
    register(
        Rule(
            "paper-unfilmed",
            "现场文书没有录音录像",
            Fault.MISSING,
            basis,
            Severity.MIDDLE,
            unfilmed,
            days,
            group="证据",
        )
    )


def _bound(paper: Any, media: Any) -> QuerySet[Binding]:
    return Binding.objects.filter(paper_id=paper, correction=None, item__medium__in=media)


def _finding(paper: Paper, wanted: Wanted) -> Finding:
    what = "拍照、录音或录像" if wanted.photo_suffices else "录音录像"
    reason = f"{wanted.act}没有绑定{what}（{wanted.citation}）。"
    url = reverse("documents:paper", args=[paper.pk]) + "#recordings"
    return Finding("paper", str(paper.pk), f"{paper} {paper.record_number}", reason, paper.area_code, url)


def _told(paper: Paper) -> hooks.Paper:
    assert paper.pdf
    assert paper.approved_at
    newer = getattr(paper, "superseded_by", None)
    return hooks.Paper(
        key=paper.pk,
        form=paper.form_version.form.slug,
        name=paper.form_version.name,
        number=paper.number,
        version=paper.version,
        sha256=paper.pdf.sha256,
        made_at=paper.approved_at,
        url=reverse("documents:paper", args=[paper.pk]),
        is_on_site=paper.form_version.read().is_signed_on_the_spot,
        newer_url=reverse("documents:paper", args=[newer.pk]) if newer else "",
        is_void=paper.state == State.VOID,
    )
