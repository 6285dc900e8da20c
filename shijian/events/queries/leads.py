"""Reads of leads and field tasks."""

from typing import Any

from django.db.models import Q, QuerySet

from shijian.accounts.models import User

from ..choices import LeadState
from ..models import FieldTask, Lead
from ..permissions import LEAD_RECEIVE, LEAD_SEND, TASK_REGISTER


def leads_of(user: User) -> QuerySet[Lead]:
    """Leads of the person's areas, those his unit receives, those he sent."""
    own = Q(sent_by__in=user.hats) | Q(to_unit__path__startswith=user.unit.path)
    seen = user.scope(LEAD_SEND).area_q() | user.scope(LEAD_RECEIVE).area_q() | own
    return Lead.objects.filter(seen, bureau_code=user.bureau_code).select_related("to_unit", "sent_by", "decided_by")


def may_receive(user: User, lead: Lead) -> bool:
    """Whoever may receive leads and works in the receiving unit or below it."""
    return user.may(LEAD_RECEIVE) and user.unit.path.startswith(lead.to_unit.path)


def receivers_of(lead: Lead) -> list[User]:
    people = User.objects.filter(bureau_code=lead.bureau_code, unit=lead.to_unit, is_active=True).select_related("unit")
    return [person for person in people if person.may(LEAD_RECEIVE)]


def waiting_leads(user: User) -> QuerySet[Lead]:
    """What waits for this person to receive."""
    if not user.may(LEAD_RECEIVE):
        return Lead.objects.none()
    rows = Lead.objects.filter(
        state=LeadState.SENT, bureau_code=user.bureau_code, to_unit__path__startswith=user.unit.path
    )
    return rows.exclude(sent_by__in=user.hats).order_by("due_on")


def tasks_of(user: User) -> QuerySet[FieldTask]:
    """Tasks of the person's areas, those of his unit and his own."""
    own: Any = Q(officers__in=user.hats) | Q(registered_by__in=user.hats) | Q(unit=user.unit)
    rows = FieldTask.objects.filter(user.scope(TASK_REGISTER).area_q() | own, bureau_code=user.bureau_code)
    return FieldTask.objects.filter(pk__in=rows.values("pk")).select_related("unit", "event", "registered_by")
