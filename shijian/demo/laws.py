"""The legal base of the demo: an invented document of the bureau in two versions, its power list, duty lists and the line
between supervision and enforcement."""

from datetime import datetime
from pathlib import Path

from shijian.accounts.models import User
from shijian.laws import services
from shijian.laws.services import Outcome

DATA = Path(__file__).parent / "data" / "laws"


def play(staff: dict[str, User], *, now: datetime) -> Outcome:
    """Load everything by the services a bureau uses; the new version comes last, so that it touches what cites the old."""
    office = staff["B001"]
    services.import_laws(DATA / "first", by=office, now=now)
    services.import_powers((DATA / "powers.csv").read_bytes(), name="权力清单（演示）.csv", by=office, now=now)
    services.import_duties((DATA / "duties.csv").read_bytes(), name="事权清单（演示）.csv", by=office, now=now)
    for act, name in (
        (services.import_unit_duties, "unit-duties.csv"),
        (services.import_boundaries, "boundaries.csv"),
    ):
        act((DATA / name).read_bytes(), name=name, by=office, now=now)
    return services.import_laws(DATA / "then", by=office, now=now)
