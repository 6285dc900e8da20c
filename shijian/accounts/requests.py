from django.http import HttpRequest

from .models import User


class PersonRequest(HttpRequest):
    """A request behind `requires` or `login_required`: its user is a person we know."""

    user: User
