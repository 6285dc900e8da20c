from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from shijian.core.permissions import Permission

from .models import Unit, User
from .permissions import PERSON_VIEW


def people_visible_to(user: User) -> QuerySet[User]:
    return User.objects.filter(user.scope(PERSON_VIEW).unit_q("unit__path")).select_related("unit")


def person_for(user: User, key: Any, *, may: Permission = PERSON_VIEW) -> User:
    """The door to a person: 404 outside the units in scope, 403 inside but not allowed."""
    person = people_visible_to(user).filter(pk=key).first()
    if person is None:
        raise Http404
    if not user.may(may, person):
        raise PermissionDenied
    return person


def units_of(user: User) -> QuerySet[Unit]:
    return Unit.objects.filter(bureau_code=user.bureau_code).order_by("path")


def masked(phone: str) -> str:
    """138****1234"""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 8 else "****" if phone else ""
