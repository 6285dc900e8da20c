"""The articles the matters of the catalogue rest on, for the law library."""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse

from shijian.core.deadlines import day_of
from shijian.laws.hooks import Use

from ..models import Kind
from ..permissions import KIND_EDIT

SHIPPED_FOR = date(2026, 4, 15)  # the law the shipped matters were written for


def uses_of_laws(bureau_code: str) -> Iterable[Use]:
    """Each matter in use with its basis; a bureau's own version was written on the day it began."""
    for kind in Kind.objects.offered(bureau_code):
        since = day_of(kind.since) if kind.since else SHIPPED_FOR
        yield Use(
            "事项", kind.code, kind.name, reverse("events:kind", args=[kind.code]), (kind.basis,), KIND_EDIT, since
        )
