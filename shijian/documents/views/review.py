"""A paper before its approver: submitted, taken back, returned, approved; or settled on the spot."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_http_methods, require_POST

from shijian.accounts.requests import PersonRequest
from shijian.core import facts as lineages
from shijian.core.access import requires
from shijian.core.pages import form_page
from shijian.seals.permissions import SIGNATURE_COLLECT

from .. import lineage, queries, services
from ..forms import PaperForm, ReturnForm
from ..models import Paper
from ..permissions import PAPER_APPROVE, PAPER_WRITE


@requires(PAPER_APPROVE)
@require_POST
def approval(request: PersonRequest, key: UUID) -> HttpResponse:
    found, record = queries.paper_for(request.user, key, PAPER_APPROVE)
    done = services.approve(found, by=request.user, now=now())
    lineages.count(
        lineage.PAPER, bureau_code=found.bureau_code, asked=found.form_version.read().fields, offered=found.offered, sent=found.data,
        known=found.offered | queries.record_facts(record),
    )  # fmt: skip
    messages.success(request, f"已审批。{f'文号：{done.number}。' if done.number else ''}")
    return redirect("documents:paper", key)


@requires(PAPER_WRITE)
@require_POST
def submission(request: PersonRequest, key: UUID) -> HttpResponse:
    """What is typed is kept first, so that nobody submits an older text than he sees."""
    found, _ = queries.paper_for(request.user, key, PAPER_WRITE)
    done = services.submit(_written(request, found), by=request.user, now=now())
    names = "、".join(person.name for person in queries.approvers_of(done, on=localdate())[:5])
    messages.success(request, f"已送审，已通知{names}。" if names else "已送审。这里还没有人有审批权限，请联系网格办。")
    return redirect("documents:paper", key)


@requires(PAPER_WRITE)
@require_POST
def recall(request: PersonRequest, key: UUID) -> HttpResponse:
    found, _ = queries.paper_for(request.user, key, PAPER_WRITE)
    services.recall(found, by=request.user, now=now())
    messages.success(request, "已撤回，可以继续修改。")
    return redirect("documents:paper", key)


@requires(PAPER_APPROVE)
@require_http_methods(["GET", "POST"])
def returning(request: PersonRequest, key: UUID) -> HttpResponse:
    found, _ = queries.paper_for(request.user, key, PAPER_APPROVE)
    form = ReturnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.send_back(found, reason=form.cleaned_data["reason"], by=request.user, now=now())
        messages.success(request, "已退回制作人。")
        return redirect("documents:paper", key)
    return form_page(
        request, form,
        title=f"退回 {found.form_version.name}", submit="退回", back=reverse("documents:paper", args=[key]),
        lead="文书回到草稿，制作人收到通知和理由，修改后可以再次送审。",
    )  # fmt: skip


@requires(PAPER_WRITE)
@require_POST
def settling(request: PersonRequest, key: UUID) -> HttpResponse:
    """Fix a record on the spot; the next step is signing."""
    found, _ = queries.paper_for(request.user, key, PAPER_WRITE)
    services.settle(_written(request, found), by=request.user, now=now())
    messages.success(request, "已定稿，内容不能再改。请在场人员核对后签名。")
    return redirect("documents:signers" if request.user.may(SIGNATURE_COLLECT) else "documents:paper", key)


def _written(request: PersonRequest, found: Paper) -> Paper:
    """The draft with what was typed and not yet saved, where the button stands beside the form."""
    content = found.form_version.read()
    form = PaperForm(content.fields, request.POST)
    if not found.is_draft or "csrfmiddlewaretoken" not in request.POST or len(request.POST) < 2 or not form.is_valid():
        return found
    return services.write(found, form.data_of_paper(), by=request.user, now=now())
