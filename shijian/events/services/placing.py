"""Where it really is: a wrong or missing place is put right, and the event goes to the grid it lies in (P-05)."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.core.errors import Refused
from shijian.grid import queries as grid

from .. import queries
from ..choices import Act, State
from ..models import Event
from .reporting import first_handler
from .steps import act, begin, needs_reason


class SamePlace(Refused):
    code = "events.same_place"


@act
def locate(
    event: Event, *, lon: float, lat: float, reason: str, step_id: UUID | None = None, by: User, now: datetime
) -> Event:
    """Move the event to a point (degrees, WGS 84). The clock goes on.

    While nobody works on it, it goes to the grid it now lies in: proposed to that grid's chief, or left to the
    dispatchers. Who already handles it keeps it, wherever it turns out to be.
    """
    needs_reason(reason)
    doing = begin(event, Act.LOCATE, by=by, now=now, step_id=step_id, content=[lon, lat, reason], place=(lon, lat))
    event = doing.event
    if event.location_wgs84 and (event.lon, event.lat) == (lon, lat):
        raise SamePlace("位置没有变化，请在地图上点选正确的位置。")
    before, code = event.area_code, grid.code_at(event.bureau_code, lon, lat, on=localdate(now))
    changes: dict[str, object] = {"location_wgs84": (lon, lat), "accuracy_m": None, "area_code": code}
    told = [event.handler]
    if code != before:
        event.area_code = event.holder_code = code
        changes["holder_code"] = code
        if event.state != State.HANDLING:
            chief = first_handler(event, on=localdate(now))
            changes |= {
                "holder_code": event.holder_code,
                "state": State.DISPATCHED if chief else State.REPORTED,
                "handler": chief,
                "handler_code": event.holder_code if chief else "",
                "respond_by": now + timedelta(hours=event.kind.respond_hours),
            }
    doing.move(**changes)
    step_to = event.handler if code != before and event.state == State.DISPATCHED else None
    doing.keep(f"{before or '未落格'} → {code or '未落格'}：{reason}", to_user=step_to, to_code=code)
    if event.state == State.REPORTED:
        told += queries.dispatchers(event, on=localdate(now))
    doing.tell([*told, event.handler], f"位置已校正，现属 {code or '未落格'}", reason)
    return event
