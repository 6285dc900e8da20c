from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from .models import User


class WithUnit(AuthenticationBackend):  # type: ignore[misc]
    """Login as in django-allauth; the person of a request comes with his unit, which every page names."""

    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.select_related("unit").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
