"""The library: all laws, one law, one article, citing, searching, comparing."""

from datetime import date
from itertools import pairwise
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Choice, Column, Flag, ListPage, Search

from .. import queries
from ..choices import Level
from ..models import Article, Law, LawName, Version
from ..permissions import LIBRARY_IMPORT, LIBRARY_VIEW
from ..queries import reading, searching
from ..rules import structure

STATES = [("now", "现行有效"), ("coming", "有尚未施行的版本"), ("past", "已失效")]
TONES = {"现行有效": "green", "尚未施行": "amber", "已失效": ""}


@requires(LIBRARY_VIEW)
@require_GET
def library(request: PersonRequest) -> HttpResponseBase:
    today = localdate()
    versions = Version.objects.filter(law=OuterRef("pk"))
    opened = versions.order_by(F("valid").desc())
    rows = Law.objects.annotate(
        in_force=Exists(versions.in_force(today)),
        coming=Exists(versions.filter(valid__startswith__gt=today)),
        has_text=Exists(versions.exclude(content_hash="")),
        amended_on=Subquery(opened.values("promulgated_on")[:1]),
        count=Subquery(opened.values("article_count")[:1]),
    )
    listing = ListPage(
        request,
        rows,
        [
            Column("名称", "title", sort="short"),
            Column("效力级别", "get_level_display", css="narrow"),
            Column("效力", _state, show=_state_tag, css="narrow"),
            Column("最近公布、修改", "amended_on", css="narrow"),
            Column("条数", "count", css="num"),
            Column("制定机关", "issuer"),
            Column("条文", lambda row: "已导入" if row.has_text else "仅目录", css="narrow"),
        ],
        order="short",
        name="法规库",
        filters=[
            Search("q", "名称", narrow=_named, placeholder="名称或简称"),
            Choice("level", "效力级别", choices=Level.choices),
            Choice("state", "效力", choices=STATES, narrow=_in_state),
            Flag("text", "条文已导入", narrow=lambda rows, _: rows.filter(has_text=True)),
        ],
        link=lambda row: reverse("laws:law", args=[row.pk]),
        empty="没有符合条件的法规。",
        empty_icon="books",
    )
    context = {
        "title": "法规库", "on": today, "levels": Level.choices, "states": searching.STATES,
        "acts": [{"label": "导入法规", "url": reverse("laws:upload_new"), "icon": "upload", "main": True}] if request.user.may(LIBRARY_IMPORT) else [],
    }  # fmt: skip
    return listing.response("laws/library.html", context)


def _state(row: Law) -> str:
    if row.in_force:  # type: ignore[attr-defined]
        return "现行有效"
    return "尚未施行" if row.coming else "已失效"  # type: ignore[attr-defined]


def _state_tag(row: Law) -> str:
    state = _state(row)
    return format_html('<span class="tag tag-{}">{}</span>', TONES[state], state)


def _named(rows: QuerySet[Law], value: str) -> QuerySet[Law]:
    named = LawName.objects.filter(law=OuterRef("pk"), name__contains=value)
    return rows.filter(Q(title__contains=value) | Exists(named))


def _in_state(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    if value == "now":
        return rows.filter(in_force=True)
    return rows.filter(coming=True) if value == "coming" else rows.filter(in_force=False, coming=False)


@requires(LIBRARY_VIEW)
@require_GET
def law(request: PersonRequest, key: int) -> HttpResponse:
    found = reading.law_for(key)
    line = reading.line_of(found)
    today = localdate()
    wanted = request.GET.get("version", "")
    version = next((each for each in line if str(each.pk) == wanted and each.law_id == found.pk), None)
    version = version or reading.present(line, found, today)
    if version is None:
        raise Http404
    blocks = reading.blocks(version)
    context = {
        "law": found, "version": version, "blocks": blocks, "on": today, "state": version.state_on(today),
        "tone": TONES[version.state_on(today)], "versions": [(each, each.state_on(today)) for each in line],
        "older": next((each for each in line if each.starts_on < version.starts_on), None),
        "successor": Law.objects.filter(replaces=found).first(),
    }  # fmt: skip
    return render(request, "laws/law.html", context)


@requires(LIBRARY_VIEW)
@require_GET
def article(request: PersonRequest, key: int, number: str) -> HttpResponse:
    found = reading.law_for(key)
    on, is_wrong_day = _day(request)
    place, _, sub = number.partition("-")
    try:
        reference = queries.references(f"{found.short} {int(place)}" + (f"之{int(sub)}" if sub else ""))[-1]
        cited = queries.article_on(reference, on=on)
    except queries.NotInForce as refusal:
        return _not_in_force(request, found, int(place), int(sub or 0), on, refusal.message)
    except (Refused, ValueError, IndexError) as error:
        raise Http404 from error
    return _article(request, found, cited.article, cited.version, cited.label, on, is_wrong_day=is_wrong_day)


def _not_in_force(request: PersonRequest, found: Law, number: int, sub: int, on: date, message: str) -> HttpResponse:
    """The library has no version for the day: the nearest one is shown, and said so."""
    line = reading.line_of(found)
    own = [each for each in line if each.law_id == found.pk]
    version = None if not own else own[-1] if on < own[-1].starts_on else own[0]
    row = version.articles.filter(number=number, sub=sub).first() if version else None
    if version is None or row is None:
        raise Http404
    return _article(request, found, row, version, row.label, on, note=message)


def _article(
    request: PersonRequest, found: Law, row: Article | None, version: Version, label: str, on: date, *,
    note: str = "", is_wrong_day: bool = False,
) -> HttpResponse:  # fmt: skip
    line = reading.line_of(found)
    history = reading.history_of(row, line) if row else []
    neighbours = (
        version.articles.filter(number__in=[row.number - 1, row.number + 1]).only("number", "sub", "version")
        if row
        else []
    )
    context = {
        "law": found, "version": version, "article": row, "label": label, "on": on, "note": note,
        "state": version.state_on(on), "tone": TONES[version.state_on(on)], "history": history, "is_wrong_day": is_wrong_day,
        "paragraphs": structure.paragraphs(row.text) if row and row.text else (),
        "before": next((each for each in neighbours if row and each.number < row.number), None),
        "after": next((each for each in neighbours if row and each.number > row.number), None),
    }  # fmt: skip
    return render(request, "laws/article.html", context)


@requires(LIBRARY_VIEW)
@require_GET
def uses(request: PersonRequest, key: int) -> HttpResponse:
    """What rests on an article: loaded into its page, or by itself."""
    row = Article.objects.select_related("version__law").defer("words").filter(pk=key).first()
    if row is None:
        raise Http404
    found = queries.where_used(row, bureau_code=request.user.bureau_code)
    grouped: dict[str, list[tuple[str, str, str]]] = {}
    for use, reference in found:
        grouped.setdefault(use.kind, []).append((use.title, use.url, reference.label))
    template = "laws/uses.html#rows" if getattr(request, "htmx", False) else "laws/uses.html"
    return render(request, template, {"article": row, "groups": grouped, "total": len(found)})


@requires(LIBRARY_VIEW)
@require_GET
def cite(request: PersonRequest) -> HttpResponse:
    """The cite box: to the article meant, or a sentence that says why not."""
    text = request.GET.get("q", "").strip()
    on, _ = _day(request)
    error = ""
    try:
        if text:
            cited = queries.cite(text, on=on)
            return redirect(cited.url)
    except Refused as refusal:
        error = refusal.message
    context = {"title": "引用条文", "text": text, "on": on, "error": error}
    return render(request, "laws/cite.html", context, status=422 if error else 200)


@requires(LIBRARY_VIEW)
@require_GET
def search(request: PersonRequest) -> HttpResponse:
    query = request.GET
    on, _ = _day(request)
    state = query.get("state", "now")
    level = query.get("level", "")
    asked = searching.Search(
        query.get("q", "").strip()[:80], on, level if level in Level.values else "", state if state in dict(searching.STATES) else "now"
    )  # fmt: skip
    context = {"search": asked, "levels": Level.choices, "states": searching.STATES}
    return render(request, "laws/search.html", context)


@requires(LIBRARY_VIEW)
@require_GET
def comparison(request: PersonRequest, key: int) -> HttpResponse:
    """A version beside the one before it (`version`, the newest by default); `all` shows the unchanged articles, too."""
    found = reading.law_for(key)
    line = reading.line_of(found)
    pairs = [(new, old) for new, old in pairwise(line)]
    wanted = request.GET.get("version", "")
    chosen = next(((new, old) for new, old in pairs if str(new.pk) == wanted), pairs[0] if pairs else None)
    everything = request.GET.get("all") == "1"
    day, is_wrong_day = _day(request) if request.GET.get("on") else (None, False)
    context = {
        "law": found, "pairs": pairs, "new": chosen[0] if chosen else None, "old": chosen[1] if chosen else None,
        "rows": reading.compared(chosen[0], everything=everything) if chosen else [],
        "counts": reading.change_counts(chosen[0]) if chosen else [], "everything": everything,
        "day": day, "is_wrong_day": is_wrong_day,
        "straddles": bool(chosen and day and day < chosen[0].starts_on),
    }  # fmt: skip
    return render(request, "laws/comparison.html", context)


def _day(request: HttpRequest) -> tuple[date, bool]:
    """The day asked for, today by default; whether what was asked is no day."""
    text = request.GET.get("on", "").strip()
    try:
        return (date.fromisoformat(text), False) if text else (localdate(), False)
    except ValueError:
        return localdate(), True
