"""For whoever holds a paper: is it genuine, is it in force. Asks for nobody's name, tells nothing the paper says."""

from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods

from shijian.seals.pdf.intake import MOST_BYTES
from shijian.seals.queries import verdict_on

from .. import queries
from ..forms import FileForm


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, code: str) -> HttpResponse:
    """By the code printed on the paper; a file may be compared with the one on record."""
    paper = queries.paper_by_code(code)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    verdict = same = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data["file"].read(MOST_BYTES + 1)
        same = sha256(data).hexdigest() in {
            each.sha256 for each in (paper.pdf, paper.signed_pdf, paper.sealed_pdf) if each
        }
        verdict = verdict_on(data, at=now()) if paper.sealed_pdf else None
    context = {
        "paper": paper, "office": queries.office_facts(paper.bureau_code)["bureau_name"], "form": form, "same": same,
        "verdict": verdict, "asked": request.method == "POST" and form.is_valid(),
    }  # fmt: skip
    return render(request, "documents/check.html", context, status=422 if form.errors else 200)
