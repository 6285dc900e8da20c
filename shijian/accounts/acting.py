"""Standing in for a colleague on leave: chosen by the deputy, shown on every page, in force until ended."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localdate

from .choices import Lane
from .models import Delegation, User

SESSION_KEY = "acting"


class ActingMiddleware:
    """Asks anew at every request whether the delegation still holds: ended means ended with the next click."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.get(SESSION_KEY) if request.session.session_key else None
        if key and isinstance(request.user, User):
            delegation = _in_force(request.user, key)
            if delegation:
                request.user.acting = delegation
            else:
                del request.session[SESSION_KEY]
                messages.info(request, "代办已结束：委托已到期或已收回。")
        return self.get_response(request)


def _in_force(user: User, key: int) -> Delegation | None:
    """The delegation, if it is this person's, covers today, and he has not become an administrator meanwhile."""
    today = localdate()
    found = (
        Delegation.objects.filter(pk=key, deputy=user, valid__contains=today).select_related("principal__unit").first()
    )
    if found is None or any(grant.lane != Lane.BUSINESS for grant in user.grants_on(today)):
        return None
    return found
