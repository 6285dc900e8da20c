from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused

from .. import queries, services
from ..forms import RuleForm
from ..models import Run, Setting
from ..permissions import HIT_VIEW, RULE_EDIT


@requires(HIT_VIEW)
@require_GET
def rules(request: PersonRequest) -> HttpResponse:
    """Every rule with its basis, its numbers and how many open hits it has within the scope."""
    counts = queries.counts(request.user)["rule"]
    held = queries.in_force(request.user.bureau_code)
    groups: dict[str, list[dict[str, object]]] = {}
    for code, each in held.items():
        numbers = "，".join(f"{one.label} {each.numbers[one.name]}" for one in each.rule.parameters)
        row = {"held": each, "number": counts.get(code, 0), "numbers": numbers}
        groups.setdefault(each.rule.group, []).append(row)
    context = {"groups": sorted(groups.items()), "count": len(held), "back": reverse("watch:hits")}
    context["runs"] = Run.objects.filter(bureau_code=request.user.bureau_code).select_related("by")[:8]
    context["may_edit"] = request.user.may(RULE_EDIT)
    return render(request, "watch/rules.html", context)


@requires(RULE_EDIT)
def rule(request: PersonRequest, code: str) -> HttpResponse:
    held = queries.in_force(request.user.bureau_code).get(code)
    if held is None:
        raise Http404
    form = RuleForm(held, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data
            services.change_rule(
                code,
                is_active=data["is_active"],
                severity=data["severity"],
                numbers=form.numbers(),
                by=request.user,
                now=now(),
            )
            messages.success(request, "已保存，下次运行起生效。")
            return redirect("watch:rules")
        except Refused as refusal:
            form.add_error(None, refusal.message)
    past = Setting.objects.filter(bureau_code=request.user.bureau_code, rule=code).select_related("changed_by")[:20]
    context = {"held": held, "form": form, "past": past, "back": reverse("watch:rules")}
    return render(request, "watch/rule.html", context, status=422 if form.errors else 200)


@requires(RULE_EDIT)
@require_POST
def run(request: PersonRequest) -> HttpResponse:
    """Run every rule of the bureau now."""
    made = services.run(request.user.bureau_code, by=request.user, now=now())
    messages.success(request, f"已运行 {made.rules} 条规则：新增 {made.new}，消除 {made.gone}。")
    return redirect("watch:hits")
