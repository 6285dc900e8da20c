from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_POST

from shijian.core.access import requires
from shijian.core.errors import Refused

from .. import queries, services
from ..confirmation import ask_again
from ..forms import CertificateChangeForm, CertificateForm, GrantForm
from ..models import EnforcementCertificate, Grant, User
from ..permissions import CERTIFICATE_EDIT, GRANT_EDIT
from ..requests import PersonRequest


@requires(GRANT_EDIT)
def grant_new(request: PersonRequest, key: Any) -> HttpResponse:
    person = queries.person_for(request.user, key, may=GRANT_EDIT)
    form = GrantForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            ask_again(request)
            services.grant(
                person,
                data["role"].pk,
                bureau_code=person.bureau_code,
                area_prefix=data["area_prefix"],
                unit_path=data["unit"].path if data["unit"] else None,
                valid_from=data["valid_from"],
                valid_until=data["valid_until"],
                by=request.user,
                now=now(),
            )
            return redirect("accounts:person", key)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    return _page(request, form, f"授予 {person} 角色", person, "授权")


@requires(GRANT_EDIT)
@require_POST
def grant_end(request: PersonRequest, key: Any, grant: int) -> HttpResponse:
    person = queries.person_for(request.user, key, may=GRANT_EDIT)
    held = get_object_or_404(Grant, pk=grant, user=person)
    ask_again(request)
    services.end_grant(held, on=localdate(), by=request.user, now=now())
    return redirect("accounts:person", key)


@requires(CERTIFICATE_EDIT)
def certificate_new(request: PersonRequest, key: Any) -> HttpResponse:
    person = queries.person_for(request.user, key, may=CERTIFICATE_EDIT)
    form = CertificateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.register_certificate(person, **form.cleaned_data, by=request.user, now=now())
            return redirect("accounts:person", key)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    return _page(request, form, f"登记 {person} 的执法证", person, "登记")


@requires(CERTIFICATE_EDIT)
def certificate_edit(request: PersonRequest, key: Any, certificate: int) -> HttpResponse:
    person = queries.person_for(request.user, key, may=CERTIFICATE_EDIT)
    held = get_object_or_404(EnforcementCertificate, pk=certificate, user=person)
    form = CertificateChangeForm(request.POST or None, certificate=held)
    if request.method == "POST" and form.is_valid():
        try:
            ask_again(request)
            services.change_certificate(held, **form.cleaned_data, by=request.user, now=now())
            return redirect("accounts:person", key)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    return _page(request, form, f"变更执法证 {held}", person, "保存")


def _page(request: PersonRequest, form: Any, title: str, person: User, submit: str) -> HttpResponse:
    back = reverse("accounts:person", args=[person.pk])
    context = {"title": title, "form": form, "submit": submit, "back": back}
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)
