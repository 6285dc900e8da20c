"""Small things templates need: icons, clocks, addresses with one parameter changed."""

import re
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from shijian.core import deadlines
from shijian.core.rules.clock import Clock

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "", css: str = "icon") -> SafeString:
    """An outline icon of Tabler, inline. Without a label it is decoration and hidden from readers."""
    title = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="{}" {} width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        'stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{}</svg>',
        css,
        title,
        _paths(name),
    )


@lru_cache(maxsize=256)
def _paths(name: str) -> SafeString:
    file = Path(settings.NODE_MODULES) / "@tabler/icons/icons/outline" / f"{name}.svg"
    if not file.exists():
        return mark_safe("")
    inside = re.search(r"<svg[^>]*>(.*)</svg>", file.read_text(), re.DOTALL)
    drawn = re.sub(r'<path stroke="none"[^>]*/>', "", inside.group(1) if inside else "")
    return mark_safe(re.sub(r"\s+", " ", drawn).strip())  # noqa: S308 - a file of an installed package


@register.simple_tag(takes_context=True)
def address(context: template.Context, **changes: Any) -> str:
    """The present address with parameters changed; an empty value takes one out."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in ("", None):
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.filter
def clock(due: date | datetime | None) -> Clock | None:
    """How near a deadline is, for `ui/clock.html`."""
    if not due:
        return None
    now = timezone.now()
    if isinstance(due, datetime):
        return deadlines.clock_at(due, now)
    return deadlines.clock(due, deadlines.day_of(now), deadlines.calendar.current())


@register.filter
def get(mapping: dict[str, Any], key: str) -> Any:
    return mapping.get(key)


@register.filter
def weekday(day: date | datetime) -> str:
    """周一 … 周日"""
    if isinstance(day, datetime):
        day = timezone.localtime(day).date()
    return "周" + "一二三四五六日"[day.weekday()]
