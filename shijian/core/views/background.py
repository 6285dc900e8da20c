from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from shijian.core import background


@login_required
@require_GET
def background_json(request: HttpRequest) -> HttpResponse:
    """The lines under the grids. The address carries the version, so a browser asks once."""
    try:
        content = background.packed()
    except FileNotFoundError:
        raise Http404 from None
    headers = {"Content-Encoding": "gzip", "Cache-Control": "private, max-age=31536000, immutable"}
    return HttpResponse(content, content_type="application/geo+json", headers=headers)
