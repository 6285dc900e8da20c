from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.core import deadlines
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Choice, Column, ListPage, Search

from .. import services
from ..forms import KindForm, NewKindForm
from ..models import Kind
from ..permissions import EVENT_VIEW, KIND_EDIT


@requires(EVENT_VIEW)
@require_GET
def kinds(request: PersonRequest) -> HttpResponseBase:
    """事项库: each matter with its basis, its limit and who handles it."""
    rows = Kind.objects.current(request.user.bureau_code)
    groups = [(group, group) for group in rows.order_by("group").values_list("group", flat=True).distinct()]
    limits = deadlines.limits()
    may_edit = request.user.may(KIND_EDIT)
    listing = ListPage(
        request,
        rows,
        [
            Column("事项", "name"),
            Column("代码", "code", sort="code"),
            Column("门类", "group"),
            Column("职责依据", "basis"),
            Column("办理时限", lambda kind: length(kind, limits)),
            Column("时限依据", "limit_basis"),
            Column("接收", lambda kind: f"{kind.respond_hours} 小时内"),
            Column("首派", "get_first_handler_display"),
            Column("须持证", "wants_certificate"),
            Column("启用", "is_active"),
        ],
        order="code",
        name="事项库",
        filters=[Search("q", "事项", field="name__contains"), Choice("group", "门类", choices=groups)],
        link=lambda kind: reverse("events:kind", args=[kind.code]),
    )
    acts = [{"url": reverse("events:new_kind"), "label": "新增事项", "icon": "plus", "main": True}] if may_edit else []
    acts += [
        {"url": reverse("events:ladder"), "label": "提醒阶梯", "icon": "stairs-up"},
        {"url": reverse("events:phrases"), "label": "常用语", "icon": "quote"},
    ]
    return listing.response("ui/list_page.html", {"title": "事项库", "acts": acts})


@requires(EVENT_VIEW)
def kind(request: PersonRequest, code: str) -> HttpResponse:
    """A matter with all its versions; who may changes it here, which opens the next version."""
    found = get_object_or_404(Kind.objects.current(request.user.bureau_code), code=code)
    may_edit = request.user.may(KIND_EDIT)
    form = KindForm(request.POST or None, instance=found) if may_edit else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            try:
                # The form has already put its values on `found`: the service starts from the row itself.
                services.change_kind(found, values=form.values(), by=request.user, now=now())
                return redirect("events:kind", code)
            except Refused as refusal:
                form.add_error(None, refusal.message)
    versions = Kind.objects.filter(code=code, bureau_code__in=["", request.user.bureau_code])
    limits = deadlines.limits()
    context = {
        "kind": found,
        "form": form,
        "versions": [(each, length(each, limits)) for each in versions.select_related("changed_by").order_by("-pk")],
        "back": reverse("events:kinds"),
    }
    return render(request, "events/kind.html", context, status=422 if form and form.errors else 200)


@requires(KIND_EDIT)
def new_kind(request: PersonRequest) -> HttpResponse:
    form = NewKindForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.values()
        try:
            made = services.add_kind(values.pop("code"), values=values, by=request.user, now=now())
            return redirect("events:kind", made.code)
        except Refused as refusal:
            form.add_error("code", refusal.message)
    context = {"title": "新增事项", "form": form, "submit": "新增", "back": reverse("events:kinds")}
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


def length(kind: Kind, limits: dict[str, tuple[deadlines.Limit, ...]]) -> str:
    if kind.limit_key:
        return limits[kind.limit_key][-1].length if kind.limit_key in limits else kind.limit_key
    return f"{kind.limit_amount} {deadlines.Unit(kind.limit_unit).label}" if kind.limit_amount else "—"
