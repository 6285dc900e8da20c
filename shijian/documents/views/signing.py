"""Hands and seals on a paper: who signs where, and the seal applied for."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.pages import form_page
from shijian.seals.permissions import SIGNATURE_COLLECT
from shijian.seals.queries import usable_seals

from .. import queries, services
from ..forms import SignersForm
from ..permissions import PAPER_WRITE


@requires(PAPER_WRITE)
@require_http_methods(["GET", "POST"])
def signers(request: PersonRequest, key: UUID) -> HttpResponse:
    """Who signs where: names suggested by the paper, several on one line parted by 、."""
    found, record = queries.paper_for(request.user, key, PAPER_WRITE)
    if not request.user.may(SIGNATURE_COLLECT):
        raise PermissionDenied
    if asked := queries.signing_of(found):
        return redirect("seals:signing", asked.pk)
    if not found.approved_at:
        raise Http404
    form = SignersForm(queries.places_of(found, found.form_version.read()), request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = services.ask_signers(found, form.names(), record, by=request.user, now=now())
        return redirect("seals:signing", asked.pk)
    return form_page(
        request, form,
        title=f"请人签名：{found.form_version.name}", submit="开始签名", back=reverse("documents:paper", args=[key]),
        lead="填写在这份文书上签名的人。没有的（如没有见证人）留空。签名与这一版文件的内容绑定，签名后不能再改。",
    )  # fmt: skip


@requires(PAPER_WRITE)
@require_POST
def sealing(request: PersonRequest, key: UUID) -> HttpResponse:
    """Apply for a seal on an approved paper; it is decided and pressed on the pages of seals."""
    found, record = queries.paper_for(request.user, key, PAPER_WRITE)
    seal = get_object_or_404(usable_seals(request.user), pk=_uuid(request.POST.get("seal", "")))
    use = services.ask_seal(found, seal, record, by=request.user, now=now())
    messages.success(request, f"已申请用印（{use.number}），批准后由印章保管人盖章。")
    return redirect("seals:use", use.pk)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error
