from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate

from shijian.core.permissions import Permission

from .devices import device_name
from .models import Delegation, Grant, PasswordReset, Unit, User
from .models.password_reset import HOLDS_FOR
from .permissions import PERSON_UNMASK, PERSON_VIEW


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


def holders(
    permission: Permission,
    *,
    bureau_code: str,
    on: date,
    at: Iterable[str] | None = None,
    touching: Iterable[str] | None = None,
) -> QuerySet[User]:
    """The active people of a bureau who hold a permission on a day, each once.

    `at` asks for grants of exactly these areas, `touching` for grants that lie within one of them or above it.
    """
    grants = Q(grants__valid__contains=on, grants__role__permissions__contains=[permission.code])
    if at is not None:
        grants &= Q(grants__area_prefix__in=list(at))
    if touching is not None:
        near = Q(pk__in=[])
        for code in touching:
            above = [code[:length] for length in range(len(code))]
            near |= Q(grants__area_prefix__startswith=code) | Q(grants__area_prefix__in=above)
        grants &= near
    return User.objects.filter(grants, bureau_code=bureau_code, is_active=True).distinct()


def nearest_holders(
    permission: Permission, *, bureau_code: str, area_code: str, on: date, besides: set[Any]
) -> list[User]:
    """Who is asked to decide something of an area: those whose grant is nearest to it, never who asked for it."""
    above = [area_code[:length] for length in range(len(area_code) + 1)]
    rows = holders(permission, bureau_code=bureau_code, on=on, at=above).exclude(pk__in=besides - {None})
    found = list(rows.annotate(held_for=F("grants__area_prefix")))
    nearest = max((len(user.held_for) for user in found), default=0)
    return [user for user in found if len(user.held_for) == nearest]


def units_of(user: User) -> QuerySet[Unit]:
    return Unit.objects.filter(bureau_code=user.bureau_code).order_by("path")


@dataclass(frozen=True, slots=True)
class Login:
    """One open login of a person, as its owner recognises it."""

    pk: int
    device: str
    ip: str
    created_at: datetime
    last_seen_at: datetime
    is_here: bool


def sessions_of(user: User, *, current: str, now: datetime) -> list[Login]:
    """The logins that would still be let in, the latest first."""
    rows = UserSession.objects.filter(
        user=user,
        last_seen_at__gt=now - timedelta(minutes=settings.SESSION_IDLE_MINUTES + 1),
        created_at__gt=now - timedelta(hours=settings.SESSION_ABSOLUTE_HOURS),
        session_key__in=Session.objects.filter(expire_date__gt=now).values("session_key"),
    ).order_by("-last_seen_at")
    return [
        Login(
            each.pk,
            device_name(each.user_agent),
            each.ip,
            each.created_at,
            each.last_seen_at,
            each.session_key == current,
        )
        for each in rows[:50]
    ]


def open_reset(user: User, *, now: datetime) -> PasswordReset | None:
    """A new password asked for this administrator, agreed to or not, that still holds."""
    found = PasswordReset.objects.filter(user=user, ended_at=None).select_related("asked_by", "agreed_by").first()
    return found if found and found.holds(now) else None


def resets_to_decide(user: User, *, now: datetime) -> QuerySet[PasswordReset]:
    """What waits for the word of this security administrator."""
    waiting = PasswordReset.objects.filter(ended_at=None, agreed_by=None, asked_at__gt=now - HOLDS_FOR)
    return waiting.filter(user__bureau_code=user.bureau_code).exclude(user=user).select_related("user", "asked_by")[:5]


def has_identity(user: User) -> bool:
    """Whether a subject of the identity provider may log in as this person."""
    return bool(settings.OIDC) and SocialAccount.objects.filter(user=user).exists()


def delegations_by(user: User, *, now: datetime) -> QuerySet[Delegation]:
    """What a person has handed to deputies: present, coming, and of the last ninety days."""
    since = localdate(now) - timedelta(days=90)
    return Delegation.objects.filter(principal=user, valid__endswith__gt=since).select_related("deputy__unit")


def delegations_to(user: User, *, on: date) -> QuerySet[Delegation]:
    """Whom the person may stand in for on that day."""
    return Delegation.objects.filter(deputy=user, valid__contains=on).select_related("principal__unit")


def roles_on(user: User, day: date) -> QuerySet[Grant]:
    return user.grants.filter(valid__contains=day).select_related("role")


def phone_owner_for(user: User, key: Any) -> User:
    """The door to a whole phone number: 404 outside the units where the person may unmask."""
    if not user.may(PERSON_UNMASK):
        raise PermissionDenied
    reach = user.scope(PERSON_UNMASK).unit_q("unit__path")
    return get_object_or_404(User.objects.filter(reach).select_related("unit"), pk=key)
