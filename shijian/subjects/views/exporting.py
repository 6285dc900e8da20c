from collections.abc import Callable

from django.db import transaction
from django.utils.timezone import now

from shijian.accounts.requests import PersonRequest
from shijian.audit import services as audit

from ..choices import Verb


def on_export(request: PersonRequest, name: str) -> Callable[[str, int], None]:
    """For a list: who took which rows out, with the filter, goes on record before the file is made."""

    def exported(kind: str, count: int) -> None:
        user = request.user
        detail = {"format": kind, "rows": count, "query": request.GET.urlencode()[:300]}
        with transaction.atomic():
            audit.record(
                by=user,
                verb=Verb.EXPORTED,
                on=("subjects.list", user.bureau_code, name),
                at=now(),
                bureau_code=user.bureau_code,
                detail=detail,
            )

    return exported
