"""The page that tells another system how to call us, made from the description of the interface itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from shijian.core.access import requires

from .api import api
from .permissions import TOKEN_ISSUE


@requires(TOKEN_ISSUE)
@require_GET
def guide(request: HttpRequest) -> HttpResponse:
    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    operations = [
        {
            "method": method.upper(),
            "path": path,
            "summary": operation["summary"],
            "note": operation.get("description", ""),
        }
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    context = {"operations": operations, "address": request.build_absolute_uri("/api/v1")}
    return render(request, "exchange/guide.html", context)
