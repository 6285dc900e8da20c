"""Files of body recorders: what their names say, and which record they belong to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

NAME = re.compile(
    r"(?P<no>[A-Za-z0-9]{2,20})[_-](?P<day>\d{8})[_-]?(?P<time>\d{6})(?:[_-](?P<seconds>\d{1,6}))?\.\w{2,4}"
)
MARGIN = timedelta(minutes=30)  # an act is often written down somewhat before or after the camera runs


@dataclass(frozen=True, slots=True)
class Named:
    """Who wore it, the local time it began, how long it ran if the name says so."""

    employee_no: str
    begun: datetime
    seconds: int | None


RecordKey = tuple[str, UUID]


@dataclass(frozen=True, slots=True)
class Act:
    record: RecordKey
    at: datetime


def read_name(name: str) -> Named | None:
    """工号_年月日时分秒[_秒数].后缀, as recorders write it; None for any other name or an impossible time."""
    found = NAME.fullmatch(name)
    if not found:
        return None
    try:
        begun = datetime.strptime(found["day"] + found["time"], "%Y%m%d%H%M%S")  # noqa: DTZ007 - the caller knows where
    except ValueError:
        return None
    return Named(found["no"], begun, int(found["seconds"]) if found["seconds"] else None)


def matching(acts: Sequence[Act], begun: datetime, ended: datetime) -> list[RecordKey]:
    """The records acted on while the camera ran, or shortly before or after; the nearest to it first, each once."""

    def distance(act: Act) -> timedelta:
        return max(begun - act.at, act.at - ended, timedelta(0))

    near = sorted((act for act in acts if distance(act) <= MARGIN), key=lambda act: (distance(act), act.at))
    return list(dict.fromkeys(act.record for act in near))
