"""What every page needs: the menu of the person who is looking, and where live updates come from."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from shijian.core import background
from shijian.core.middleware import live_url
from shijian.notices import services as notices

from .menu import menu_for


def shell(request: HttpRequest) -> dict[str, Any]:
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"oidc": settings.OIDC}
    user = request.user
    return {
        "menu": menu_for(request),
        "live_url": live_url(request),
        "map_background": background.current,
        "unread": SimpleLazyObject(lambda: notices.unread_count(user)),  # counted only where a bell is drawn
    }
