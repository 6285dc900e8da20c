"""In whose name the scheduled jobs act."""

from django.contrib.auth.hashers import make_password

from ..choices import UserKind
from ..models import Unit, User


def clockwork(bureau_code: str) -> User:
    """The account in whose name the bureau's scheduled jobs act; nobody can log in with it."""
    if known := User.objects.filter(employee_no=f"SYS{bureau_code}").first():
        return known
    unit = Unit.objects.get(bureau_code=bureau_code, parent=None)
    made, _ = User.objects.get_or_create(
        employee_no=f"SYS{bureau_code}",
        defaults={
            "name": "系统提醒",
            "unit": unit,
            "bureau_code": bureau_code,
            "kind": UserKind.SYSTEM,
            "is_active": False,
            "password": make_password(None),
        },
    )
    return made
