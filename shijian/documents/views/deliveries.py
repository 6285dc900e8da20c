"""Serving papers: an attempt, what came of it, its receipt; the register of all."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime, now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.pages import Choice, Column, ListPage, Period, Search, form_page, status_of, telling

from .. import queries, services
from ..choices import Outcome
from ..forms import DeliveryEndForm, DeliveryForm
from ..models import WAYS
from ..permissions import PAPER_VIEW, PAPER_WRITE

TAGS = {Outcome.OPEN: "tag-amber", Outcome.SERVED: "tag-green", Outcome.FAILED: "tag-red"}


@requires(PAPER_VIEW)
@require_GET
def deliveries(request: PersonRequest) -> HttpResponseBase:
    """The register of attempts to serve papers (送达台账), within one's areas."""
    listing = ListPage(
        request,
        queries.deliveries_visible_to(request.user),
        [
            Column("文书", "paper__form_version__name"),
            Column("文号", "paper__number", css="narrow"),
            Column("受送达人", "recipient"),
            Column("方式", "get_way_display", css="narrow"),
            Column("结果", "get_outcome_display", css="narrow"),
            Column("登记时间", "began_at", sort="began_at", css="narrow"),
            Column("送达时间", "served_at", css="narrow"),
            Column("登记人", "entered_by__name", css="narrow"),
        ],
        order="-began_at",
        name="送达台账",
        filters=[
            Search("q", "受送达人", field="recipient__contains"),
            Search("number", "文号", field="paper__number__contains"),
            Choice("outcome", "结果", choices=Outcome.choices),
            Choice("way", "方式", choices=WAYS),
            Period("at", "时间", narrow=lambda rows, days: _between(rows, *days)),
        ],
        link=lambda row: reverse("documents:delivery", args=[row.pk]),
        empty="还没有送达记录。在盖章的文书页面点“登记送达”。",
        empty_icon="mail",
    )  # fmt: skip
    acts = [{"url": reverse("documents:list"), "label": "执法文书", "icon": "file-text"}]
    return listing.response("ui/list_page.html", {"title": "送达台账", "acts": acts})


def _between(rows: Any, first: Any, last: Any) -> Any:
    asked = Q()
    if first:
        asked &= Q(began_at__date__gte=first)
    if last:
        asked &= Q(began_at__date__lte=last)
    return rows.filter(asked)


@requires(PAPER_WRITE)
@require_http_methods(["GET", "POST"])
def delivery_new(request: PersonRequest, key: UUID) -> HttpResponse:
    paper, record = queries.paper_for(request.user, key, PAPER_WRITE)
    first = {
        "recipient": paper.data.get("party_name", ""),
        "place": paper.data.get("party_address", ""),
        "at": localtime(now()),
    }
    confirmed = queries.address_of(record)
    address = confirmed.data.get("serve_address", "") if confirmed else ""
    form = DeliveryForm(request.POST or None, initial=first, address=address)
    if request.method == "POST" and form.is_valid():
        with telling(form):
            made = services.deliver(paper, form.told(), record, by=request.user, now=now())
            messages.success(request, f"已登记：{made.get_way_display()}，{made.get_outcome_display()}。")
            return redirect("documents:delivery", made.pk)
    return form_page(
        request, form,
        title=f"登记送达：{paper}", submit="登记", back=reverse("documents:paper", args=[key]),
        lead="直接送达优先；有困难的才邮寄、委托；下落不明或者其他方式无法送达的才公告。没有送达的也要登记，勾选“这次没有送达”。",
    )  # fmt: skip


@requires(PAPER_VIEW)
@require_GET
def delivery(request: PersonRequest, key: UUID) -> HttpResponse:
    found, paper, record = queries.delivery_for(request.user, key)
    return _page(request, found, paper, record, DeliveryEndForm(way=found.way))


def _page(request: PersonRequest, found: Any, paper: Any, record: Any, form: DeliveryEndForm) -> HttpResponse:
    may_write = request.user.may(PAPER_WRITE, paper)
    context = {
        "delivery": found, "paper": paper, "record": record, "form": form, "tag": TAGS[Outcome(found.outcome)],
        "may_end": may_write and found.outcome == Outcome.OPEN, "may_receipt": may_write and found.receipt is None,
        "may_again": may_write and found.outcome == Outcome.FAILED,
    }  # fmt: skip
    return render(request, "documents/delivery.html", context, status=status_of(form))


@requires(PAPER_WRITE)
@require_POST
def delivery_end(request: PersonRequest, key: UUID) -> HttpResponse:
    found, paper, record = queries.delivery_for(request.user, key)
    form = DeliveryEndForm(request.POST, way=found.way)
    if form.is_valid():
        with telling(form):
            services.end_delivery(found, record, **form.cleaned_data, by=request.user, now=now())
            messages.success(request, "已登记结果。")
            return redirect("documents:delivery", key)
    return _page(request, found, paper, record, form)


@requires(PAPER_WRITE)
@require_POST
def receipt(request: PersonRequest, key: UUID) -> HttpResponse:
    """The return receipt as a paper of the record, filled in; it is signed on its own page."""
    found, _, record = queries.delivery_for(request.user, key)
    made = services.make_receipt(found, record, by=request.user, now=now())
    return redirect("documents:paper", made.pk)
