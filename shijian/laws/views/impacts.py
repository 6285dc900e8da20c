"""The impact list (影响清单): what new versions touch, and what was done about it."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Choice, Column, Fixed, ListPage, Search

from .. import services
from ..choices import ChangeKind, ImpactState
from ..forms import HandlingForm
from ..models import Change, Impact, Version
from ..permissions import LIBRARY_IMPORT, LIBRARY_VIEW
from ..queries import reading

TONES = {ImpactState.OPEN: "amber", ImpactState.DONE: "green", ImpactState.CURRENT: ""}


@requires(LIBRARY_VIEW)
@require_GET
def impacts(request: PersonRequest) -> HttpResponseBase:
    rows = reading.impacts_visible_to(request.user)
    versions = Version.objects.filter(impacts__bureau_code=request.user.bureau_code).select_related("law").distinct()
    listing = ListPage(
        request,
        rows,
        [
            Column("事项", "use_title"),
            Column("类别", "use_kind", css="narrow"),
            Column("新版本", lambda row: f"{row.version.law.short}（{row.version.starts_on} 施行）"),
            Column("原条文", "before_label", css="narrow"),
            Column("变化", lambda row: row.get_kind_display() + (f" → {row.after_label}" if row.after_label and row.after_label != row.before_label else "")),
            Column("状态", "get_state_display", show=_tag, css="narrow"),
            Column("处理", lambda row: f"{row.handled_by.name} {row.handled_at:%Y-%m-%d}" if row.handled_by else "", css="narrow"),
        ],
        order="-state",
        name="法规影响清单",
        filters=[
            Search("q", "事项", field="use_title__contains"),
            Choice("state", "状态", choices=ImpactState.choices),
            Choice("kind", "变化", choices=ChangeKind.choices),
            Fixed("version", "新版本", field="version", choices=[(str(each.pk), str(each)) for each in versions] if "version" in request.GET else []),
        ],
        link=lambda row: reverse("laws:impact", args=[row.pk]),
        empty="没有需要核对的事项。导入法规的新版本后，引用了变动条文的期限、事项、表单等会列在这里。",
        empty_icon="checks",
    )  # fmt: skip
    return listing.response("ui/list_page.html", {"title": "法规影响清单"})


def _tag(row: Impact) -> str:
    return format_html('<span class="tag tag-{}">{}</span>', TONES[ImpactState(row.state)], row.get_state_display())


@requires(LIBRARY_VIEW)
def impact(request: PersonRequest, key: int) -> HttpResponse:
    row = reading.impact_for(request.user, key)
    may_handle = request.user.may(LIBRARY_IMPORT) and row.state == ImpactState.OPEN
    form = HandlingForm(request.POST or None) if may_handle else None
    if request.method == "POST" and form and form.is_valid():
        try:
            services.handle(row, outcome=form.cleaned_data["outcome"], by=request.user, now=now())
            return redirect("laws:impact", row.pk)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    change = (
        Change.objects.filter(version=row.version, after=row.after).select_related("before", "after").first()
        if row.after
        else None
    )
    context = {
        "impact": row, "form": form, "tone": TONES[ImpactState(row.state)],
        "compared": reading.compare_one(change) if change else None,
    }  # fmt: skip
    return render(request, "laws/impact.html", context, status=422 if form and form.errors else 200)
