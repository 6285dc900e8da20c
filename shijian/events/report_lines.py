"""Figures of a period for the grid's monthly, quarterly and yearly reports."""

from datetime import date, datetime, time, timedelta

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.timezone import get_current_timezone

from shijian.grid.hooks import Line

from .choices import State
from .models import Event


def of_period(bureau_code: str, prefix: str, first: date, last: date) -> list[Line]:
    """Reported, closed, closed late and still open at the end; both days included. One statement."""
    zone = get_current_timezone()
    since, until = (datetime.combine(day, time(), tzinfo=zone) for day in (first, last + timedelta(days=1)))
    reported = Q(reported_at__gte=since, reported_at__lt=until)
    closed = Q(state=State.CLOSED, closed_at__gte=since, closed_at__lt=until)
    sums = Event.objects.filter(bureau_code=bureau_code, area_code__startswith=prefix).aggregate(
        reported=Count("pk", filter=reported),
        closed=Count("pk", filter=closed),
        late=Count("pk", filter=closed & Q(due_on__isnull=False, closed_at__date__gt=F("due_on"))),
        open=Count(
            "pk",
            filter=Q(reported_at__lt=until)
            & ~Q(state=State.MERGED)
            & (~Q(state=State.CLOSED) | Q(closed_at__gte=until)),
        ),
    )
    base = f"{reverse('events:list')}?area={prefix}"
    return [
        Line("上报事件", sums["reported"], f"{base}&at_from={first}&at_to={last}"),
        Line("办结事件", sums["closed"]),
        Line("其中超期办结", sums["late"]),
        Line("期末未办结", sums["open"]),
    ]
