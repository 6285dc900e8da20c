"""Pages for everybody: a request to the head of a grid, and its answer by receipt."""

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.timezone import localdate, now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused

from .. import queries
from ..forms import ReceiptForm, RequestForm
from ..models import Node, Opinion
from ..permissions import GRID_VIEW
from ..services import requests


@never_cache
def request_new(request: HttpRequest, bureau: str, code: str) -> HttpResponse:
    """The form behind the code on the wall of a shop."""
    node = Node.objects.approved().select_related("level", "unit").filter(bureau_code=bureau, area_code=code).first()
    if node is None:
        raise Http404
    chain = queries.chain_of(bureau, code, on=localdate())
    form, made = RequestForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        data = {name: value for name, value in form.cleaned_data.items() if name != "website"}
        try:
            made = requests.send_request(node, **data, address=request.META.get("REMOTE_ADDR", ""), now=now())
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {"node": node, "head": chain[0] if chain else None, "form": form, "made": made}
    return render(request, "grid/public_request.html", context, status=422 if form.errors else 200)


@never_cache
def request_answer(request: HttpRequest) -> HttpResponse:
    """What became of it: by the receipt alone, never by name or phone. It is sent in the body, so no log keeps it."""
    form, found = ReceiptForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data["receipt"].strip().upper()
        found = Opinion.objects.filter(receipt=asked).first() if asked else None
        if found is None:
            form.add_error("receipt", "没有这个回执号，请核对后重新输入。")
    context = {"form": form, "found": found}
    return render(request, "grid/public_answer.html", context, status=422 if form.errors else 200)


@requires(GRID_VIEW)
@require_GET
def request_code(request: PersonRequest, code: str) -> HttpResponse:
    """The code of a grid, to print and put up in its shops."""
    node = Node.objects.approved().filter(bureau_code=request.user.bureau_code, area_code=code).first()
    if node is None:
        raise Http404
    address = request.build_absolute_uri(reverse("grid:request_new", args=[node.bureau_code, node.area_code]))
    picture = mark_safe(segno.make(address, error="m").svg_inline(border=2, scale=6))  # noqa: S308 - our own address
    chain = queries.chain_of(node.bureau_code, code, on=localdate())
    context = {"node": node, "address": address, "picture": picture, "head": chain[0] if chain else None}
    return render(request, "grid/request_code.html", context)
