import secrets
from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_POST

from shijian.audit import services as audit
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Choice, Column, Flag, ListPage, Search
from shijian.core.permissions import registry
from shijian.core.personal import mask_phone

from .. import hooks, queries, services
from ..adapter import lockout_key
from ..choices import UserKind, Verb
from ..confirmation import ask_again
from ..factors import has_factor, rate_key
from ..forms import PersonForm, UnitForm
from ..models import Role
from ..permissions import CERTIFICATE_EDIT, GRANT_EDIT, GRANT_VIEW, PERSON_EDIT, PERSON_UNMASK, PERSON_VIEW
from ..requests import PersonRequest


@requires(PERSON_VIEW)
@require_GET
def people(request: PersonRequest) -> HttpResponseBase:
    user = request.user
    units = [(str(unit.pk), unit.name) for unit in queries.units_of(user)]
    listing = ListPage(
        request,
        queries.people_visible_to(user),
        [
            Column("姓名", "name", css="narrow"),
            Column("工号", "employee_no", sort="employee_no"),
            Column("机构", "unit__name"),
            Column("职务", "post"),
            Column("人员类别", "get_kind_display"),
            Column("电话", lambda person: mask_phone(person.phone)),
            Column("账号", lambda person: "启用" if person.is_active else "停用"),
        ],
        order="employee_no",
        name="人员",
        filters=[
            Search("q", "姓名、工号", narrow=lambda rows, text: rows.filter(name__contains=text) | rows.filter(employee_no__startswith=text)),
            Choice("unit", "机构", choices=units, field="unit_id"),
            Choice("kind", "类别", choices=UserKind.choices),
            Flag("off", "已停用", narrow=lambda rows, _: rows.filter(is_active=False)),
        ],
        link=lambda person: reverse("accounts:person", args=[person.pk]),
    )  # fmt: skip
    acts = []
    if user.may(PERSON_EDIT):
        acts.append({"url": reverse("accounts:person_new"), "label": "新建人员", "icon": "user-plus", "main": True})
        acts.append({"url": reverse("accounts:unit_new"), "label": "新建机构", "icon": "building"})
    if user.may(GRANT_EDIT):
        acts += [
            {
                "url": reverse("accounts:person", args=[each.user_id]),
                "label": f"待确认：重置 {each.user} 的密码",
                "icon": "key",
            }
            for each in queries.resets_to_decide(user, now=now())
        ]
    if user.may(GRANT_VIEW):
        acts.append({"url": reverse("accounts:roles"), "label": "角色和权限", "icon": "lock-access"})
    return listing.response("ui/list_page.html", {"title": "人员", "acts": acts})


@requires(PERSON_VIEW)
@require_GET
def person(request: PersonRequest, key: Any) -> HttpResponse:
    found = queries.person_for(request.user, key)
    may_grant = request.user.may(GRANT_EDIT, found) and found != request.user
    context = {
        "person": found,
        "phone": found.phone if found == request.user else mask_phone(found.phone),
        "may_unmask": found.phone and found != request.user and request.user.may(PERSON_UNMASK, found),
        "grants": found.grants.select_related("role").order_by("-valid") if request.user.may(GRANT_VIEW) else None,
        "certificates": found.certificates.all(),
        "reset": queries.open_reset(found, now=now()) if may_grant or request.user.may(PERSON_EDIT, found) else None,
        "sections": [section(found) for section in hooks.person_sections],
        "today": localdate(),
        "may": {
            "edit": request.user.may(PERSON_EDIT, found),
            "grant": may_grant,
            "unlink": may_grant and queries.has_identity(found),
            "unbind": may_grant and has_factor(found),
            "certify": request.user.may(CERTIFICATE_EDIT, found),
        },
    }
    return render(request, "accounts/person.html", context)


@requires(PERSON_EDIT)
def person_new(request: PersonRequest) -> HttpResponse:
    form = PersonForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        password = new_password()
        try:
            made = services.create_person(**form.cleaned_data, password=password, by=request.user, now=now())
            return render(request, "accounts/password.html", {"person": made, "password": password})
        except Refused as refusal:
            form.add_error(None, refusal.message)
    back = reverse("accounts:people")
    context = {"title": "新建人员", "form": form, "submit": "新建", "back": back}
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


@requires(PERSON_EDIT)
def person_edit(request: PersonRequest, key: Any) -> HttpResponse:
    found = queries.person_for(request.user, key, may=PERSON_EDIT)
    form = PersonForm(request.POST or None, user=request.user, person=found)
    if request.method == "POST" and form.is_valid():
        services.change_person(found, changes=form.cleaned_data, by=request.user, now=now())
        return redirect("accounts:person", key)
    context = {"title": f"修改 {found}", "form": form, "submit": "保存", "back": reverse("accounts:person", args=[key])}
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


@requires(PERSON_EDIT)
@require_POST
def standing(request: PersonRequest, key: Any) -> HttpResponse:
    """Stop an account at once, or open it again."""
    found = queries.person_for(request.user, key, may=PERSON_EDIT)
    act = services.disable if found.is_active else services.enable
    ask_again(request)
    act(found, by=request.user, now=now())
    return redirect("accounts:person", key)


@requires(PERSON_EDIT)
@require_POST
def password_reset(request: PersonRequest, key: Any) -> HttpResponse:
    """A new password at once; for an administrator after a security administrator has agreed."""
    found = queries.person_for(request.user, key, may=PERSON_EDIT)
    password = new_password()
    ask_again(request)
    if found.is_administrator(localdate()) and not (
        (reset := queries.open_reset(found, now=now())) and reset.agreed_by_id
    ):
        services.ask_reset(found, by=request.user, now=now())
        messages.success(request, "已提交。安全管理员核实本人并确认后，24 小时内再点一次“重置密码”。")
        return redirect("accounts:person", key)
    services.reset_password(found, password=password, by=request.user, now=now())
    return render(request, "accounts/password.html", {"person": found, "password": password})


@requires(GRANT_EDIT)
@require_POST
def reset_decision(request: PersonRequest, key: Any) -> HttpResponse:
    """The security administrator agrees to a new password for an administrator, or refuses it."""
    found = queries.person_for(request.user, key, may=GRANT_EDIT)
    reset = queries.open_reset(found, now=now())
    if reset is None:
        raise Http404
    ask_again(request)
    agreed = request.POST.get("agreed") == "1"
    services.decide_reset(reset, agreed=agreed, by=request.user, now=now())
    messages.success(request, "已确认，请系统管理员办理重置。" if agreed else "已驳回。")
    return redirect("accounts:person", key)


@requires(GRANT_EDIT)
@require_POST
def unlocking(request: PersonRequest, key: Any) -> HttpResponse:
    """End a lock-out before its time."""
    found = queries.person_for(request.user, key)
    for counted in (lockout_key(found.employee_no), rate_key(found)):
        ratelimit.clear(request, action="login_failed", key=counted)
    with transaction.atomic():
        audit.record(by=request.user, verb=Verb.USER_UNLOCKED, on=found, at=now(), bureau_code=found.bureau_code)
    messages.success(request, f"已解除 {found} 的登录锁定。")
    return redirect("accounts:person", key)


@requires(GRANT_EDIT)
@require_POST
def factors_end(request: PersonRequest, key: Any) -> HttpResponse:
    """Somebody has lost his phone or key: he logs in with the password alone and binds a new one."""
    found = queries.person_for(request.user, key)
    ask_again(request)
    services.remove_factors(found, by=request.user, now=now())
    messages.success(request, f"已解除 {found} 的两步验证，其所有登录已结束。")
    return redirect("accounts:person", key)


@requires(GRANT_EDIT)
@require_POST
def logout_everywhere(request: PersonRequest, key: Any) -> HttpResponse:
    """End every login of a person: a lost phone, a person who left, a suspicion."""
    found = queries.person_for(request.user, key)
    services.end_sessions(found, by=request.user, now=now())
    messages.success(request, f"{found} 的所有登录已结束。")
    return redirect("accounts:person", key)


@requires(PERSON_EDIT)
def unit_new(request: PersonRequest) -> HttpResponse:
    form = UnitForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            services.create_unit(bureau_code=request.user.bureau_code, **form.cleaned_data, by=request.user, now=now())
            return redirect("accounts:people")
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {"title": "新建机构", "form": form, "submit": "新建", "back": reverse("accounts:people")}
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)


@requires(GRANT_VIEW)
@require_GET
def roles(request: PersonRequest) -> HttpResponse:
    """Each role as the list of what it may do."""
    rows = [
        (role, [registry[code].name if code in registry else code for code in role.permissions])
        for role in Role.objects.all()
    ]
    return render(request, "accounts/roles.html", {"rows": rows})


def new_password() -> str:
    """A first password that meets the profile; it must be changed at the next login."""
    return f"Sj{secrets.randbelow(90) + 10}-{secrets.token_urlsafe(9)}"
