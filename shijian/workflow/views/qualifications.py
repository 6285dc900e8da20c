"""执法资格和法律职业资格: who holds which, until when; the checks of a step read the same rows."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET

from shijian.accounts import queries as accounts
from shijian.accounts.choices import CertificateStatus, UserKind
from shijian.accounts.models import EnforcementCertificate, User
from shijian.accounts.permissions import CERTIFICATE_EDIT, PERSON_VIEW
from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Choice, Column, ListPage, Search

from .. import services
from ..forms import QualificationChangeForm, QualificationForm
from ..models import Qualification

SOON = timedelta(days=90)  # how far ahead the list warns; a habit of this page, no statutory term
STATES = [("none", "没有有效执法证"), ("soon", "执法证将到期"), ("legal", "有法律职业资格")]


@requires(PERSON_VIEW)
@require_GET
def qualifications(request: PersonRequest) -> HttpResponseBase:
    today = localdate()
    rows = accounts.people_visible_to(request.user).filter(is_active=True, kind=UserKind.OFFICER)
    rows = rows.select_related("unit").prefetch_related(
        Prefetch("certificates", EnforcementCertificate.objects.order_by("-valid_until")), "qualifications"
    )
    listing = ListPage(
        request, rows,
        [
            Column("姓名", "name", css="narrow"),
            Column("工号", "employee_no", sort="employee_no", css="narrow"),
            Column("机构", "unit__name"),
            Column("执法证", lambda row: _certificate(row, today)[0], show=lambda row: _tagged(*_certificate(row, today))),
            Column("执法证号", lambda row: "、".join(each.number for each in row.certificates.all()[:2])),
            Column("法律职业资格", lambda row: _legal(row, today)[0], show=lambda row: _tagged(*_legal(row, today))),
            Column("资格证号", lambda row: "、".join(each.number for each in row.qualifications.all())),
        ],
        order="employee_no", name="执法资格和法律职业资格",
        filters=[
            Search("q", "姓名、工号", narrow=lambda rows, text: rows.filter(Q(name__contains=text) | Q(employee_no__startswith=text))),
            Choice("state", "情况", choices=STATES, narrow=lambda rows, state: _narrowed(rows, state)),
        ],
        link=lambda row: reverse("workflow:qualification", args=[row.pk]),
    )  # fmt: skip
    lead = "办理时两次核对：分派任务时、办理任务时。执法证失效的不能办案，没有法律职业资格的不能初次从事法制审核。"
    return listing.response("ui/list_page.html", {"title": "执法资格和法律职业资格", "lead": lead})


def _certificate(row: User, today: Any) -> tuple[str, str]:
    """What is said of his certificate, and in which tone."""
    held = list(row.certificates.all())
    good = [
        each for each in held if each.status == CertificateStatus.VALID and each.valid_from <= today <= each.valid_until
    ]
    if good:
        until = max(each.valid_until for each in good)
        return (f"有效，至 {until}", "amber" if until <= today + SOON else "green")
    if not held:
        return ("未持证", "")
    last = held[0]
    said = "已过期" if last.status == CertificateStatus.VALID else last.get_status_display()
    return (f"{said}（{last.valid_until}）", "red")


def _legal(row: User, today: Any) -> tuple[str, str]:
    held = list(row.qualifications.all())
    if not held:
        return ("—", "none")
    good = [each for each in held if each.holds_on(today)]
    if not good:
        return ("已失效", "red")
    return (f"有效，至 {good[0].valid_until}" if good[0].valid_until else "有效", "green")


def _tagged(text: str, tone: str) -> SafeString:
    return format_html("{}", text) if tone == "none" else format_html('<span class="tag tag-{}">{}</span>', tone, text)


def _narrowed(rows: QuerySet[User], state: str) -> QuerySet[User]:
    today = localdate()
    held = EnforcementCertificate.objects.filter(
        user=OuterRef("pk"), status=CertificateStatus.VALID, valid_from__lte=today, valid_until__gte=today
    )
    if state == "none":
        return rows.filter(~Exists(held))
    if state == "soon":
        return rows.filter(Exists(held)).filter(~Exists(held.filter(valid_until__gt=today + SOON)))
    return rows.filter(Exists(Qualification.objects.holding(today).filter(user=OuterRef("pk"))))


@requires(PERSON_VIEW)
def qualification(request: PersonRequest, key: UUID) -> HttpResponse:
    """What one officer holds; whoever registers certificates registers qualifications here."""
    person = get_object_or_404(
        accounts.people_visible_to(request.user).filter(kind=UserKind.OFFICER).select_related("unit"), pk=key
    )
    may_edit = request.user.may(CERTIFICATE_EDIT, person)
    form = QualificationForm(request.POST or None) if may_edit else None
    if request.method == "POST" and form and form.is_valid():
        try:
            services.register_qualification(person, **form.cleaned_data, by=request.user, now=now())
            messages.success(request, "已登记法律职业资格。")
            return redirect("workflow:qualification", key)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {
        "person": person, "form": form, "may_edit": may_edit, "today": localdate(),
        "certificates": person.certificates.all(), "held": [(each, each.holds_on(localdate())) for each in person.qualifications.all()],
    }  # fmt: skip
    return render(request, "workflow/qualification.html", context, status=422 if form and form.errors else 200)


@requires(CERTIFICATE_EDIT)
def qualification_edit(request: PersonRequest, key: int) -> HttpResponse:
    people = accounts.people_visible_to(request.user)
    row = get_object_or_404(Qualification.objects.filter(user__in=people).select_related("user"), pk=key)
    form = QualificationChangeForm(request.POST or None, initial={"valid_until": row.valid_until})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_qualification(row, valid_until=form.cleaned_data["valid_until"], by=request.user, now=now())
            messages.success(request, "已保存。")
            return redirect("workflow:qualification", row.user_id)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {
        "title": f"{row.user.name}的法律职业资格 {row.number}", "form": form, "submit": "保存",
        "back": reverse("workflow:qualification", args=[row.user_id]),
    }  # fmt: skip
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)
