"""What the desk and the one search show of this module."""

from datetime import date

from django.urls import reverse
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.core.desk import Hits, Section, Task

from .permissions import LIBRARY_VIEW
from .queries.reading import impacts_for
from .queries.searching import Search

SHOWN = 6


def impacts(user: User, today: date) -> Section | None:
    """Things that rest on changed articles and wait for this person's check."""
    if not user.may(LIBRARY_VIEW):
        return None
    rows = list(impacts_for(user).order_by("found_at", "pk")[:50])
    tasks = [
        Task(
            f"{row.use_kind}：{row.use_title}",
            f"{row.version.law.short} {row.before_label} {row.get_kind_display()}，请核对引用",
            reverse("laws:impact", args=[row.pk]),
        )
        for row in rows
    ]
    address = f"{reverse('laws:impacts')}?mine=1"
    return Section("法规影响", tasks[:SHOWN], address, len(tasks)) if tasks else None


def found(user: User, text: str) -> Hits | None:
    """The article a text names (“行政处罚法 51”), and laws by title."""
    if not user.may(LIBRARY_VIEW):
        return None
    question = Search(text, localdate())
    rows = [(law.title, law.get_level_display(), reverse("laws:law", args=[law.pk])) for law in question.laws]
    if cited := question.direct:
        rows.insert(0, (cited.label, cited.text[:60], cited.url))
    return Hits("法律法规", rows, f"{reverse('laws:search')}?q={text}")
