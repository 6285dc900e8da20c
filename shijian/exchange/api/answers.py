"""What all operations share: the errors each may answer with, the shapes of an answer, instants within reason."""

import json
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.utils.timezone import now

from shijian.core.errors import InvalidInput

from .. import schemas

OLDEST = timedelta(days=3 * 366)
READING = dict.fromkeys((401, 403, 404, 405, 422, 429), schemas.Problem)
WRITING = dict.fromkeys((400, 401, 403, 405, 409, 413, 415, 422, 429), schemas.Problem)


def within_years(at: datetime, *, field: str) -> datetime:
    if at.tzinfo is None:
        raise InvalidInput("时间须带时区", field=field, remedy="例如 2026-11-21T09:00:00+08:00。")
    if not timedelta(days=-366) <= now() - at <= OLDEST:
        raise InvalidInput("时间应在三年以内", field=field, remedy="请核对年份。")
    return at


def place_out(point: tuple[float, float] | None) -> dict[str, float] | None:
    return {"lon": point[0], "lat": point[1]} if point else None


def text(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False)


def answer(content: Any) -> HttpResponse:
    return HttpResponse(text(content), content_type="application/json")


def instant(text: str) -> datetime:
    return within_years(datetime.fromisoformat(text), field="after")
