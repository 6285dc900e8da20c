"""The menu: one list, shown to each person as far as his permissions go."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from shijian.core.permissions import Permission


@dataclass(frozen=True, slots=True)
class Item:
    """`needs` is any of these permissions; none = everybody who is logged in."""

    label: str
    url_name: str
    icon: str
    needs: tuple[Permission, ...] = ()
    phone: bool = False  # shown in the bar at the bottom of a phone


MENU: list[Item] = [
    Item("工作台", "portal:desk", "layout-dashboard", phone=True),
]


def menu_for(request: HttpRequest) -> list[dict[str, Any]]:
    """Entries this person may open, the current one marked by the longest matching path."""
    entries = [
        {"label": item.label, "url": reverse(item.url_name), "icon": item.icon, "phone": item.phone}
        for item in MENU
        if not item.needs or any(request.user.may(need) for need in item.needs)  # type: ignore[union-attr]
    ]
    matching = [entry for entry in entries if request.path.startswith(str(entry["url"]))]
    current = max(matching, key=lambda entry: len(str(entry["url"])), default=None)
    return [{**entry, "current": entry is current} for entry in entries]
