"""Numbers per grid, addresses of rows, and phrases for a form."""

from django.db.models import (
    Count,
    F,
    Q,
)
from django.urls import reverse
from django.utils.timezone import localtime

from shijian.accounts.models import User
from shijian.core.geo import Box

from ..models import Event, Phrase
from ..models.event import EventQuerySet

MAP_EVENTS = 1500
WIDE = 0.05  # degrees: a map this wide looks for the newest along the list, a narrower one by the index of places


def in_box(rows: EventQuerySet, box: Box) -> EventQuerySet:
    """Those of some open events that lie in a box."""
    is_wide = min(box[2] - box[0], box[3] - box[1]) > WIDE
    return rows.filter(location_wgs84__in_wide_box=box) if is_wide else rows.filter(location_wgs84__in_box=box)


def phrases_for(user: User, use: str, event: Event) -> list[tuple[str, str]]:
    """Titles and texts offered in a form, own ones first, with the facts of the event filled in."""
    rows = Phrase.objects.filter(Q(owner=user) | Q(owner=None), bureau_code=user.bureau_code, use=use, is_active=True)
    facts = {
        "{事件号}": event.number,
        "{事项}": event.kind.name,
        "{主体}": event.entity.name if event.entity else "当事人",
        "{地点}": event.address or event.area_code,
        "{今天}": f"{localtime():%Y年%-m月%-d日}",
    }
    made = []
    for phrase in rows.order_by(F("owner").asc(nulls_last=True), "title"):
        text = phrase.text
        for name, value in facts.items():
            text = text.replace(name, value)
        made.append((phrase.title, text))
    return made


def count_by_area(bureau_code: str, prefix: str) -> dict[str, int]:
    """Open events per grid, for the card and the map."""
    rows = Event.objects.open().filter(bureau_code=bureau_code, area_code__startswith=prefix).exclude(area_code="")
    return dict(rows.order_by().values_list("area_code").annotate(Count("pk")))


def list_url(area_code: str) -> str:
    return f"{reverse('events:list')}?area={area_code}&open=1"
