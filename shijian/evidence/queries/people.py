"""Colleagues a form offers."""

from uuid import UUID

from shijian.accounts.choices import UserKind
from shijian.accounts.models import User

MOST = 60


def officers_near(user: User) -> list[User]:
    """Officers of the person's unit first, then of the bureau; himself among them when he is one."""
    rows = User.objects.filter(bureau_code=user.bureau_code, is_active=True, kind=UserKind.OFFICER)
    near = list(rows.filter(unit=user.unit_id).order_by("employee_no")[:MOST])
    far = rows.exclude(unit=user.unit_id).order_by("employee_no")[: MOST - len(near)] if len(near) < MOST else []
    return [*near, *far]


def colleague(user: User, named: str) -> User | None:
    """The active person of the bureau with this key, number or name; None for nobody and for several of a name."""
    rows = User.objects.filter(bureau_code=user.bureau_code, is_active=True)
    try:
        return rows.filter(pk=UUID(named)).first()
    except ValueError:
        found = list(rows.filter(employee_no=named)[:1]) or list(rows.filter(name=named)[:2])
        return found[0] if len(found) == 1 else None
