"""Examining sealed files: for colleagues, for anybody by code, and the time-stamp service."""

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from .. import queries
from ..crypto import timestamps, vault
from ..forms import FileForm
from ..pdf.intake import MOST_BYTES
from ..pdf.verification import Verdict
from ..services.stamping_time import LOCAL


@login_required
def verification(request: HttpRequest) -> HttpResponse:
    form, verdict, signed = _examined(request)
    context = {"title": "核验签章", "form": form, "verdict": verdict, "signed": signed}
    return render(request, "seals/verification.html", context, status=422 if form.errors else 200)


def check(request: HttpRequest, code: str) -> HttpResponse:
    """Anybody with the code learns which seal was pressed when, and may compare his file; not what the file says."""
    use = queries.use_by_code(code)
    form, verdict, _ = _examined(request)
    same = verdict is not None and verdict.digest == use.hash_after
    context = {"title": "核验用印", "use": use, "form": form, "verdict": verdict, "same": same}
    return render(request, "seals/check.html", context, status=422 if form.errors else 200)


@csrf_exempt
@require_POST
def time_stamp(request: HttpRequest) -> HttpResponse:
    """The service over HTTP (RFC 3161 3.4): asks for nobody's name and changes nothing."""
    if not vault.has(LOCAL):
        return HttpResponse("no time-stamp service here", status=404, content_type="text/plain")
    if not _granted(request):
        return HttpResponse("too many requests", status=429, content_type="text/plain", headers={"Retry-After": "60"})
    asked = request.read(timestamps.MOST + 1)
    answer = timestamps.respond(asked, vault.take(LOCAL), at=now())
    return HttpResponse(answer, content_type="application/timestamp-reply")


STAMPS_A_MINUTE = 60


def _granted(request: HttpRequest) -> bool:
    """At most so many stamps a minute for one address: each costs a signature."""
    key = f"seals.tsa.{request.META.get('REMOTE_ADDR', '')}.{int(now().timestamp()) // 60}"
    cache.add(key, 0, timeout=120)
    return int(cache.incr(key)) <= STAMPS_A_MINUTE


def _examined(request: HttpRequest) -> tuple[FileForm, Verdict | None, queries.Signed | None]:
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method != "POST" or not form.is_valid():
        return form, None, None
    data = form.cleaned_data["file"].read(MOST_BYTES + 1)
    return form, queries.verdict_on(data, at=now()), queries.signatures_on(data)
