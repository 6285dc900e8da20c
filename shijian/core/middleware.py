"""Headers every page carries, and the one place where a refusal becomes an answer."""

import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from .errors import Refused

Handler = Callable[[HttpRequest], HttpResponse]


def live_url(request: HttpRequest) -> str:
    """Where live updates come from: an address, or as ":8001" a port of the host the page was asked from."""
    if settings.LIVE_URL.startswith(":"):
        host = urlsplit(f"//{request.get_host()}").hostname or "localhost"
        return f"{request.scheme}://{f'[{host}]' if ':' in host else host}{settings.LIVE_URL}"
    return str(settings.LIVE_URL)


def provider_origin() -> str:
    """Where the form of the login page is sent on to: browsers ask `form-action` about redirects as well."""
    if not settings.OIDC:
        return ""
    parts = urlsplit(settings.OIDC.issuer)
    return f" {parts.scheme}://{parts.netloc}"


class ContentSecurityPolicyMiddleware:
    """Scripts and styles from our own files only; the import map bears the nonce of the request."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        nonce = secrets.token_urlsafe(16)
        request.csp_nonce = nonce  # type: ignore[attr-defined]
        response = self.get_response(request)
        live = f" {live_url(request)}" if settings.LIVE_URL else ""
        response.headers.setdefault(
            "Content-Security-Policy",
            f"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
            f"connect-src 'self'{live}; worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; "
            f"form-action 'self'{provider_origin()}; object-src 'none'",
        )
        response.headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(self), microphone=(self)")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class RefusalMiddleware:
    """A refusal that no form has shown becomes a page (or, for htmx, a fragment) with status 409.

    An address with a null character leads nowhere: the database knows no such text.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        if "\x00" in request.path_info:
            raise Http404

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        template = "errors/refused.html#notice" if getattr(request, "htmx", False) else "errors/refused.html"
        return render(request, template, {"refusal": exception}, status=409)
