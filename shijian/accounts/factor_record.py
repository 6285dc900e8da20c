"""A second factor leaves its trace: bound, unbound, used, refused. Each entry stands in the transaction of its act."""

from typing import Any

from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_used
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils.timezone import now

from shijian.audit import services as audit

from .choices import Verb
from .models import User


def _record(verb: Verb, user: User, factor: Authenticator) -> None:
    with transaction.atomic():
        audit.record(
            by=user, verb=verb, on=user, at=now(), bureau_code=user.bureau_code, detail={"type": str(factor.type)}
        )


def _by_owner(factor: Authenticator) -> bool:
    """Whether the owner's own request runs; what others do to it, `services.remove_factors` records."""
    return bool(context.request) and context.request.user.pk == factor.user_id


@receiver(post_save, sender=Authenticator)
def bound(instance: Authenticator, created: bool, **kwargs: Any) -> None:
    if created and _by_owner(instance):
        _record(Verb.FACTOR_ADDED, instance.user, instance)


@receiver(post_delete, sender=Authenticator)
def unbound(instance: Authenticator, **kwargs: Any) -> None:
    if _by_owner(instance):
        _record(Verb.FACTOR_REMOVED, instance.user, instance)


@receiver(authenticator_used)
def used(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    _record(Verb.FACTOR_USED, user, authenticator)


@receiver(authentication_failed)
def refused(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    _record(Verb.FACTOR_REFUSED, user, authenticator)
