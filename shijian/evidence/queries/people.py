"""Colleagues and registered tasks a form offers."""

from datetime import datetime
from uuid import UUID

from shijian.accounts.choices import UserKind
from shijian.accounts.models import User
from shijian.core.records import Record

from .. import hooks
from ..models import Item

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


def tasks_offered(user: User, record: Record, at: datetime) -> list[hooks.FieldTask]:
    """The registered tasks evidence of a record may be taken under; only the first usual one is preselected."""
    return [task for book in hooks.tasks for task in book.offered(user, record, at)]


def task_url(item: Item) -> str:
    """The page of the task an item was taken under; "" without one."""
    return next((book.url(item.task_id) for book in hooks.tasks), "") if item.task_id else ""
