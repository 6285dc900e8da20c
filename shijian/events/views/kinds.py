from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.audit import services as audit
from shijian.core import deadlines
from shijian.core.access import requires
from shijian.core.pages import Choice, Column, ListPage, Search

from ..choices import Verb
from ..forms import KindForm
from ..models import Kind
from ..permissions import EVENT_VIEW, KIND_EDIT


@requires(EVENT_VIEW)
@require_GET
def kinds(request: PersonRequest) -> HttpResponseBase:
    """事项库: each matter with its basis, its limit and who handles it."""
    groups = [(group, group) for group in Kind.objects.order_by("group").values_list("group", flat=True).distinct()]
    limits = deadlines.limits()
    listing = ListPage(
        request,
        Kind.objects.all(),
        [
            Column("事项", "name"),
            Column("代码", "code", sort="code"),
            Column("门类", "group"),
            Column("职责依据", "basis"),
            Column("办理时限", lambda kind: _length(kind, limits)),
            Column("时限依据", "limit_basis"),
            Column("接收", lambda kind: f"{kind.respond_hours} 小时内"),
            Column("须持证", "wants_certificate"),
            Column("启用", "is_active"),
        ],
        order="code",
        name="事项库",
        filters=[Search("q", "事项", field="name__contains"), Choice("group", "门类", choices=groups)],
        link=(lambda kind: reverse("events:kind", args=[kind.code])) if request.user.may(KIND_EDIT) else None,
    )
    return listing.response("ui/list_page.html", {"title": "事项库"})


@requires(KIND_EDIT)
def kind(request: PersonRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Kind, code=code)
    form = KindForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            changed = form.save()
            audit.record(
                by=request.user,
                verb=Verb.KIND_CHANGED,
                on=changed,
                at=now(),
                bureau_code=request.user.bureau_code,
                detail={name: str(form.cleaned_data[name]) for name in form.changed_data},
            )
        return redirect("events:kinds")
    context = {"title": f"事项 {found}", "form": form, "submit": "保存", "back": reverse("events:kinds")}
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


def _length(kind: Kind, limits: dict[str, tuple[deadlines.Limit, ...]]) -> str:
    if kind.limit_key:
        return limits[kind.limit_key][-1].length if kind.limit_key in limits else kind.limit_key
    return f"{kind.limit_amount} {deadlines.Unit(kind.limit_unit).label}" if kind.limit_amount else "—"
