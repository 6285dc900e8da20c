import json
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods

from shijian.core.access import requires
from shijian.core.pages import Choice, Column, ListPage, Period, Search
from shijian.core.pages.exports import disposition

from . import exports, hooks, inspections, queries, services
from .choices import Verb
from .models import Entry, Leaf
from .permissions import ENTRY_VIEW, LOG_VERIFY

AT_ONCE = 100_000  # entries a page verifies itself; more are left to the worker


@requires(ENTRY_VIEW)
@require_GET
def entries(request: HttpRequest) -> HttpResponseBase:
    user: Any = request.user

    def exported(kind: str, count: int) -> None:
        with transaction.atomic():
            services.record(
                by=user,
                verb=Verb.EXPORTED,
                on=("audit.list", user.bureau_code, "审计日志"),
                at=now(),
                bureau_code=user.bureau_code,
                detail={"format": kind, "rows": count, "query": request.GET.urlencode()[:300]},
            )

    listing = ListPage(
        request,
        queries.visible_to(user),
        [
            Column("行为", "verb_name"),
            Column("对象", "object_label"),
            Column("操作人", "actor_name", css="narrow"),
            Column("工号", "employee_no", css="narrow"),
            Column("网格", "area_code", css="narrow"),
            Column("时间", "at", sort="at", css="narrow"),
            Column("编号", "pk", sort="id", css="num"),
        ],
        order="-id",
        name="审计日志",
        filters=[
            Period("at", "时间", narrow=queries.between),
            Search("by", "操作人", narrow=_by, placeholder="操作人工号或姓名"),
            Choice("verb", "行为", choices=sorted(hooks.verbs.items(), key=lambda item: item[1])),
            Search("on", "对象", narrow=_on, placeholder="对象编号或名称"),
        ],
        link=lambda row: reverse("audit:entry", args=[row.pk]),
        empty="没有符合条件的审计记录。",
        empty_icon="shield-check",
        on_export=exported,
    )
    acts = [{"label": "核验", "url": reverse("audit:verification"), "icon": "shield-check", "main": True}]
    lead = "每一次操作与它的记录同时写入；记录只增不改，由树根签名封存。"
    may_verify = user.may(LOG_VERIFY)
    return listing.response(
        "ui/list_page.html", {"title": "审计日志", "lead": lead, "acts": acts if may_verify else []}
    )


@requires(ENTRY_VIEW)
@require_GET
def entry(request: HttpRequest, key: int) -> HttpResponse:
    found = entry_for(request.user, key)
    head = queries.last_head()
    context = {
        "entry": found,
        "detail": json.dumps(found.detail, ensure_ascii=False, indent=2) if found.detail else "",
        "leaf": Leaf.objects.filter(entry_id=found.pk).first(),
        "head": head,
        "leaf_hash": bytes(found.leaf_hash).hex(),
        "is_whole": bytes(found.leaf_hash) == found.digest(),
        "before": queries.visible_to(request.user)
        .filter(object_type=found.object_type, object_id=found.object_id)
        .exclude(pk=found.pk)[:20],
    }
    return render(request, "audit/entry.html", context)


@requires(ENTRY_VIEW)
@require_GET
def entry_proof(request: HttpRequest, key: int) -> HttpResponse:
    """The proof as a file; that it left the house is itself on record."""
    found = entry_for(request.user, key)
    made = json.dumps(exports.proof_of(found), ensure_ascii=False, indent=1)
    user: Any = request.user
    with transaction.atomic():
        services.record(by=user, verb=Verb.PROVEN, on=found, at=now(), bureau_code=user.bureau_code)
    response = HttpResponse(made, content_type="application/json")
    response["Content-Disposition"] = disposition(f"审计证明-{found.pk}.json")
    return response


@requires(LOG_VERIFY)
@require_http_methods(["GET", "POST"])
def verification_page(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        user: Any = request.user
        head = queries.last_head()
        if head is None or head.size <= AT_ONCE:
            inspections.inspect(by=user, bureau_code=user.bureau_code, now=now())
        elif inspections.ask(by=user, bureau_code=user.bureau_code):
            messages.info(request, "日志较大，核验已交后台进行，完成后结果显示在本页。")
        else:
            messages.info(request, "已有一次核验正在进行。")
        return redirect("audit:verification")
    context = {"state": inspections.state(), "past": inspections.past(queries.visible_to(request.user))}
    return render(request, "audit/verification.html", context)


def entry_for(user: Any, key: int) -> Entry:
    """The door: an entry within the scope of the person, else 404."""
    return get_object_or_404(queries.visible_to(user), pk=key)


def _by(rows: Any, value: str) -> Any:
    return rows.filter(Q(employee_no=value) | Q(actor_name=value))


def _on(rows: Any, value: str) -> Any:
    return rows.filter(Q(object_id=value) | Q(object_label__icontains=value))
