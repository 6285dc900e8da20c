"""Grave acts are done by the person himself, now: he proves it again shortly before (ASVS 7.5.3)."""

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.http import HttpRequest


def ask_again(request: HttpRequest) -> None:
    """Before a grave act: ask for the password or the second factor, unless that was done in the last minutes.

    A view calls it when it knows that the act is possible: after the door and the form. What was sent is kept, and the
    same address is asked again with it after the confirmation.
    """
    raise_if_reauthentication_required(request, app="")
