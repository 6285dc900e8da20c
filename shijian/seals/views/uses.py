"""The register of uses: application, decision, pressing, files."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.confirmation import ask_again
from shijian.accounts.requests import PersonRequest
from shijian.core import files
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Choice, Column, ListPage, Period, Search

from .. import hooks, queries, services
from ..choices import UseState
from ..forms import DecisionForm, UseForm
from ..models import Use
from ..permissions import SEAL_VIEW, USE_APPLY, USE_APPROVE, USE_STAMP

ANYBODY = (SEAL_VIEW, USE_APPLY, USE_APPROVE, USE_STAMP)


@requires(*ANYBODY)
@require_GET
def uses(request: PersonRequest) -> HttpResponseBase:
    listing = ListPage(
        request,
        queries.uses_visible_to(request.user),
        [
            Column("登记号", "number", css="narrow"),
            Column("文件", "title"),
            Column("印章", "seal"),
            Column("状态", "get_state_display", css="narrow"),
            Column("申请人", "applied_by__name", css="narrow"),
            Column("申请时间", "applied_at", sort="applied_at", css="narrow"),
            Column("审批人", lambda row: row.decided_by.name if row.decided_by else "", css="narrow"),
            Column("用印时间", "stamped_at", css="narrow"),
            Column("盖章后 SHA-256", lambda row: row.hash_after, show=lambda row: row.hash_after[:12], css="narrow"),
        ],
        order="-applied_at",
        name="用印登记",
        filters=[
            Search("q", "文件名称", field="title__contains"),
            Choice("state", "状态", choices=UseState.choices),
            Period(
                "day",
                "申请日期",
                narrow=lambda rows, span: _between(rows, *span),
            ),
        ],
        link=lambda row: reverse("seals:use", args=[row.pk]),
        empty="还没有用印登记。",
        empty_icon="certificate",
    )
    acts = [{"label": "申请用印", "url": reverse("seals:use_new"), "icon": "plus", "main": True}]
    context = {"title": "用印登记", "acts": acts if request.user.may(USE_APPLY) else []}
    return listing.response("ui/list_page.html", context)


def _between(rows: Any, first: Any, last: Any) -> Any:
    rows = rows.filter(applied_at__date__gte=first) if first else rows
    return rows.filter(applied_at__date__lte=last) if last else rows


@requires(USE_APPLY)
def use_new(request: PersonRequest) -> HttpResponse:
    form = UseForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            use = services.apply_for_use(
                data["seal"], data["file"].read(), title=data["title"], purpose=data["purpose"], page=data["page"],
                x_mm=data["x_mm"], y_mm=data["y_mm"], by=request.user, now=now(),
            )  # fmt: skip
            messages.success(request, f"已申请用印：{use.number}。")
            return redirect("seals:use", use.pk)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {
        "form": form,
        "title": "申请用印",
        "back": reverse("seals:uses"),
        "submit": "申请",
        "files": True,
        "lead": "批准的是这一份文件；文件改动后须重新申请。",
    }
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


@requires(*ANYBODY)
@require_GET
def use_page(request: PersonRequest, key: Any) -> HttpResponse:
    return _page(request, queries.use_for(request.user, key))


@requires(USE_APPROVE)
@require_POST
def decision(request: PersonRequest, key: Any) -> HttpResponse:
    use = queries.use_for(request.user, key)
    note = request.POST.get("note", "")[:200]
    act = services.approve if "approve" in request.POST else services.reject
    return _done(request, use, lambda: act(use, note=note, by=request.user, now=now()), "已记录审批意见。")


@requires(USE_APPLY)
@require_POST
def withdrawal(request: PersonRequest, key: Any) -> HttpResponse:
    use = queries.use_for(request.user, key)
    return _done(request, use, lambda: services.withdraw(use, by=request.user, now=now()), "已撤回。")


@requires(USE_STAMP)
def pressing(request: PersonRequest, key: Any) -> HttpResponse:
    """Asks again who he is, then presses; the address itself shows what is about to be sealed."""
    use = queries.use_for(request.user, key)
    if request.method != "POST":
        return redirect("seals:use", key)
    ask_again(request)
    return _done(request, use, lambda: services.press(use, by=request.user, now=now()), "已用印。")


@requires(*ANYBODY)
@require_GET
def file(request: PersonRequest, key: Any, which: str) -> HttpResponseBase:
    use = queries.use_for(request.user, key)
    stored = {"original": use.document, "sealed": use.sealed}.get(which)
    if stored is None:
        raise Http404
    return files.serve(request, stored, "original", name=f"{use.title}.pdf")


@requires(*ANYBODY)
@require_GET
def sm2_signature(request: PersonRequest, key: Any) -> HttpResponse:
    """The national signature over the sealed file, detached (DER), for any program that knows SM2."""
    use = queries.use_for(request.user, key)
    if use.sm2_signature is None:
        raise Http404
    response = HttpResponse(bytes(use.sm2_signature), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{use.code}.sm2.sig"'
    return response


def _done(request: PersonRequest, use: Use, act: Any, said: str) -> HttpResponse:
    try:
        act()
    except Refused as refusal:
        return _page(request, queries.use_for(request.user, use.pk), refusal.message)
    messages.success(request, said)
    return redirect("seals:use", use.pk)


def _page(request: PersonRequest, use: Use, refusal: str = "") -> HttpResponse:
    user = request.user
    context = {
        "title": use.title,
        "back": reverse("seals:uses"),
        "use": use,
        "refusal": refusal,
        "form": DecisionForm(),
        "home": hooks.home_of(use.hash_before),
        "sm2": queries.sm2_verdict(use),
        "may_decide": use.state == UseState.APPLIED and user.may(USE_APPROVE) and use.applied_by_id not in user.hats,
        "may_withdraw": use.state in {UseState.APPLIED, UseState.APPROVED} and use.applied_by_id in user.hats,
        "may_press": use.state == UseState.APPROVED and user.may(USE_STAMP) and user.pk in use.seal.keepers,
        "check_url": request.build_absolute_uri(reverse("seals:check", args=[use.code])),
    }
    return render(request, "seals/use.html", context, status=409 if refusal else 200)
