"""The impact list (影响清单): what new versions touch, and what was done about it."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.choices import UserKind
from shijian.accounts.models import User
from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Bulk, Choice, Column, Fixed, Flag, ListPage, Search

from .. import services
from ..choices import ChangeKind, ImpactState
from ..forms import AssignmentForm, HandlingForm
from ..models import Change, Impact
from ..permissions import LIBRARY_IMPORT, LIBRARY_VIEW
from ..queries import reading

MOST_PICKED = 200
TONES = {ImpactState.OPEN: "amber", ImpactState.DONE: "green", ImpactState.CURRENT: ""}


@requires(LIBRARY_VIEW)
@require_GET
def impacts(request: PersonRequest) -> HttpResponseBase:
    rows = reading.impacts_visible_to(request.user)
    found = reading.progress(request.user)
    kinds = sorted({kind for each in found for kind, *_ in each.kinds})
    may_keep = request.user.may(LIBRARY_IMPORT)
    bulk = [Bulk("登记核对结果", reverse("laws:impact_handling"), "check")]
    if may_keep:
        bulk.append(Bulk("交办", reverse("laws:impact_assignment"), "send"))
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
            Column("处理", _who, css="narrow"),
        ],
        order="-state",
        name="法规影响清单",
        filters=[
            Search("q", "事项", field="use_title__contains"),
            Choice("state", "状态", choices=ImpactState.choices),
            Choice("use", "类别", choices=[(kind, kind) for kind in kinds], field="use_kind"),
            Choice("kind", "变化", choices=[pair for pair in ChangeKind.choices if pair[0] not in {"same", "new"}]),
            Flag("mine", "等我核对", narrow=lambda rows, _: rows.filter(pk__in=reading.impacts_for(request.user).values("pk"))),
            Fixed("version", "新版本", field="version", choices=[(str(each.version.pk), str(each.version)) for each in found]),
        ],
        link=lambda row: reverse("laws:impact", args=[row.pk]),
        empty="没有需要核对的事项。导入法规的新版本后，引用了变动条文的期限、事项、表单等会列在这里。",
        empty_icon="checks",
        bulk=bulk,
    )  # fmt: skip
    acts = []
    if may_keep:
        acts = [
            {"label": "导入记录", "url": reverse("laws:uploads"), "icon": "history"},
            {"label": "导入法规", "url": reverse("laws:upload_new"), "icon": "upload", "main": True},
        ]
    context = {"title": "法规影响清单", "progress": found[:6], "acts": acts}
    return listing.response("laws/impacts.html", context)


def _who(row: Impact) -> str:
    if row.handled_by:
        return f"{row.handled_by.name} {row.handled_at:%Y-%m-%d}"
    return f"交 {row.assigned_to.name}" if row.assigned_to else ""


def _tag(row: Impact) -> str:
    return format_html('<span class="tag tag-{}">{}</span>', TONES[ImpactState(row.state)], row.get_state_display())


@requires(LIBRARY_VIEW)
def impact(request: PersonRequest, key: int) -> HttpResponse:
    row = reading.impact_for(request.user, key)
    form = HandlingForm(request.POST or None) if services.may_handle(row, request.user) else None
    if request.method == "POST" and form and form.is_valid():
        try:
            services.handle(row, outcome=form.cleaned_data["outcome"], by=request.user, now=now())
            messages.success(request, "已登记核对结果。")
            return redirect("laws:impact", row.pk)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    change = _change(row)
    context = {
        "impact": row, "form": form, "tone": TONES[ImpactState(row.state)],
        "compared": reading.compare_one(change) if change else None,
    }  # fmt: skip
    return render(request, "laws/impact.html", context, status=422 if form and form.errors else 200)


def _change(row: Impact) -> Change | None:
    """What became of the article; of a deleted one only the old text is there."""
    changes = Change.objects.filter(version=row.version).select_related("before", "after")
    if row.after:
        return changes.filter(after=row.after).first()
    gone = changes.filter(kind=ChangeKind.DELETED)
    return next((each for each in gone if each.before and each.before.label == row.before_label), None)


@requires(LIBRARY_VIEW)
@require_POST
def handling(request: PersonRequest) -> HttpResponse:
    """One result for the ticked lines; what is not this person's to handle is named and left."""
    rows = _picked(request)
    form = HandlingForm(request.POST if "outcome" in request.POST else None)
    if form.is_bound and form.is_valid():
        done, refused = 0, []
        for row in rows:
            try:
                services.handle(row, outcome=form.cleaned_data["outcome"], by=request.user, now=now())
                done += 1
            except Refused as refusal:
                refused.append(f"{row.use_title}：{refusal.message}")
        messages.success(request, f"已登记 {done} 项。")
        for text in refused[:5]:
            messages.warning(request, text)
        return redirect("laws:impacts")
    context = {"title": "登记核对结果", "rows": rows, "form": form, "submit": "核对完毕"}
    return render(request, "laws/impact_picked.html", context, status=422 if form.errors else 200)


@requires(LIBRARY_IMPORT)
@require_POST
def assignment(request: PersonRequest) -> HttpResponse:
    """Give the ticked lines to somebody of the bureau."""
    rows = _picked(request)
    people = User.objects.filter(
        bureau_code=request.user.bureau_code, is_active=True, kind=UserKind.OFFICER
    ).select_related("unit").order_by("unit__path", "name")  # fmt: skip
    form = AssignmentForm(request.POST if "to" in request.POST else None, people=people)
    if form.is_bound and form.is_valid():
        try:
            count = services.assign(rows, to=form.cleaned_data["to"], by=request.user, now=now())
            messages.success(request, f"已把 {count} 项交给{form.cleaned_data['to'].name}。")
            return redirect("laws:impacts")
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {"title": "交办核对", "rows": rows, "form": form, "submit": "交办"}
    return render(request, "laws/impact_picked.html", context, status=422 if form.errors else 200)


def _picked(request: PersonRequest) -> list[Impact]:
    keys = [key for key in request.POST.getlist("pick")[:MOST_PICKED] if key.isdecimal() and len(key) < 19]
    return list(reading.impacts_visible_to(request.user).filter(pk__in=keys, state=ImpactState.OPEN))
