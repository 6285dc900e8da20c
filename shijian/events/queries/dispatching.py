"""Candidates for a dispatch, and what each officer has in hand."""

from datetime import date, datetime
from typing import Any

from django.db.models import (
    Count,
    Q,
)

from shijian.accounts.choices import CertificateStatus, UserKind
from shijian.accounts.models import User
from shijian.accounts.queries import holders
from shijian.grid.models import Staffing

from ..choices import Act, State
from ..metrics import OVERDUE
from ..models import Event, Watch
from ..permissions import (
    EVENT_DISPATCH,
    EVENT_HANDLE,
)
from ..rules.ranking import Candidate, Ranked, rank
from .acting import chain
from .door import visible_to

CANDIDATES = 300


def candidates(event: Event, *, on: date, named: str = "") -> list[Ranked]:
    """Officers who could be sent, best first, each with reasons: six statements for any number of people.

    Those of the unit where it happened and of the levels above it; with `named` also those of other units by name.
    """
    steps = chain(event)
    unit_code = steps[-2] if len(steps) > 1 else ""
    near = None if named else [unit_code]
    officers = holders(EVENT_HANDLE, bureau_code=event.bureau_code, on=on, touching=near).filter(kind=UserKind.OFFICER)
    if named:
        officers = officers.filter(Q(name__contains=named) | Q(employee_no=named))
    people = {str(user.pk): user for user in officers.select_related("unit")[:CANDIDATES]}
    load = dict(
        Event.objects.filter(handler__in=people.values(), state__in=[State.DISPATCHED, State.HANDLING])
        .values_list("handler")
        .annotate(Count("pk"))
    )
    certified = set(
        User.objects.filter(
            pk__in=people,
            certificates__status=CertificateStatus.VALID,
            certificates__valid_from__lte=on,
            certificates__valid_until__gte=on,
        ).values_list("pk", flat=True)
    )
    gave_up = {step.by_id for step in event.steps.all() if step.act in {Act.REFUSE, Act.ESCALATE}}
    codes: dict[str, list[str]] = {}
    duties: dict[str, str] = {}
    posts = Staffing.objects.filter(person__in=people.values(), valid__contains=on)
    for person, code, duty in posts.values_list("person_id", "area_code", "duty"):
        codes.setdefault(str(person), []).append(code)
        if duty == "chief" or str(person) not in duties:
            duties[str(person)] = duty
    return rank(
        (
            Candidate(
                key=key,
                name=user.name,
                unit=user.unit.name,
                codes=(*codes.get(key, []), *filter(None, [user.unit.area_code])),
                duty=duties.get(key) or ("station" if unit_code and user.unit.area_code == unit_code else ""),
                load=load.get(user.pk, 0),
                is_certified=user.pk in certified,
                gave_up=user.pk in gave_up,
            )
            for key, user in people.items()
        ),
        area_code=event.area_code,
        unit_code=unit_code,
        wants_certificate=event.kind.wants_certificate,
    )


def workload(user: User, *, now: datetime) -> list[dict[str, Any]]:
    """Who has what in hand where this person dispatches, whom he watches first, then the most overdue: two statements."""
    open_now = Q(state__in=[State.DISPATCHED, State.HANDLING])
    rows = (
        Event.objects.filter(user.scope(EVENT_DISPATCH).area_q(), open_now, handler__isnull=False)
        .order_by()
        .values("handler", "handler__name", "handler__is_active", "handler__unit__name")
        .annotate(
            in_hand=Count("pk"),
            overdue=OVERDUE.expression(now),
            unanswered=Count("pk", filter=Q(state=State.DISPATCHED, respond_by__lt=now)),
        )
    )
    watched = set(Watch.objects.filter(by=user).values_list("person", flat=True))
    made = [{**row, "is_watched": row["handler"] in watched} for row in rows]
    return sorted(made, key=lambda row: (not row["is_watched"], -row["overdue"], -row["in_hand"], row["handler__name"]))


def in_hand(user: User, person: User) -> int:
    """How many events a person has to accept or to handle, of those the asker sees."""
    return visible_to(user).open().filter(handler=person).count()


def watched_by(user: User) -> Any:
    return Watch.objects.filter(by=user).values("person")


def officers_under(user: User, *, on: date) -> list[User]:
    """Officers who may be sent where this person dispatches: those whose power to handle lies in or above his area."""
    areas = user.scope(EVENT_DISPATCH).prefixes
    rows = holders(EVENT_HANDLE, bureau_code=user.bureau_code, on=on, touching=areas).filter(kind=UserKind.OFFICER)
    return list(rows.select_related("unit").order_by("unit__name", "name")[:CANDIDATES])
