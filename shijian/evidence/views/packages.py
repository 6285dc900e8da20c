"""Evidence packages on the page: asked for, made by a job, downloaded on record."""

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from shijian.accounts.requests import PersonRequest
from shijian.core.access import requires
from shijian.core.errors import Refused

from .. import queries, services, serving
from ..choices import PackageState
from ..forms import PackageForm
from ..models import Package
from ..permissions import PACKAGE_EXPORT


@requires(PACKAGE_EXPORT)
def packages(request: PersonRequest, kind: str, key: UUID) -> HttpResponse:
    """The packages of a record, how far each is, and a new one."""
    record = queries.record_of(request.user, kind, key, may=PACKAGE_EXPORT)
    form = PackageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_package(record, purpose=form.cleaned_data["purpose"], by=request.user, now=now())
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("evidence:packages", kind, key)
    rows = list(queries.packages_of(record))
    context = {
        "record": record,
        "form": form,
        "packages": rows,
        "is_working": any(row.state in {PackageState.WAITING, PackageState.WORKING} for row in rows),
        "back": reverse("evidence:record", args=[kind, key]),
    }
    template = "evidence/packages.html#rows" if getattr(request, "htmx", False) else "evidence/packages.html"
    return render(request, template, context, status=422 if form.errors else 200)


@requires(PACKAGE_EXPORT)
@require_GET
def package(request: PersonRequest, key: UUID) -> HttpResponseBase:
    """The package itself: a download, on record; taken up again where it broke off."""
    found = get_object_or_404(Package, pk=key, bureau_code=request.user.bureau_code, state=PackageState.READY)
    record = queries.record_of(request.user, found.record_kind, found.record_id, may=PACKAGE_EXPORT)
    if not found.path.exists():
        raise Http404
    services.note_download(found, record, by=request.user, now=now())
    return serving.package(request, found.path, f"证据包-{found.record_number}.zip", found.sha256)
