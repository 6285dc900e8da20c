"""Grave acts are done by the person himself, now: he proves it again shortly before (ASVS 7.5.3)."""

from collections.abc import Callable
from typing import TypeVar

from allauth.account.decorators import reauthentication_required
from django.http import HttpResponseBase

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def grave(view: View) -> View:
    """Ask for the password or the second factor before the act, unless that was done in the last minutes.

    The page is shown without asking; the form that was sent is kept and carried out after the confirmation.
    """
    guarded: View = reauthentication_required(view, allow_get=True)
    return guarded
