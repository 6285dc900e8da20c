"""The guard of a view: logged in, and holding one of the permissions somewhere. The object's door decides the rest."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from .permissions import Permission

View = Callable[..., HttpResponseBase]


def requires(*permissions: Permission) -> Callable[[View], View]:
    """Anonymous visitors log in first; who holds none of the permissions gets 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not any(request.user.may(permission) for permission in permissions):  # type: ignore[union-attr]
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return login_required(guarded)

    return decorate
