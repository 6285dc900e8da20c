"""A past too long to be lived through the services: millions of events written by COPY, as they would have come out.

What this leaves out, and the short history does not: photos, files, audit entries of each act, the working of each
limit; older events keep the first and the last step only.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.utils.timezone import get_current_timezone
from numpy.typing import NDArray

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.core.models import Series
from shijian.events.choices import Source
from shijian.events.models import Event, Kind
from shijian.events.services import count_anew
from shijian.events.services.limits import set_limits
from shijian.subjects.models import Entity

from .history import DONE, WORDS, workdays

Say = Callable[[str], None]
CHUNK = 50_000
ENTITIES = 400_000  # at how many of the entities something was ever found
FRESH_DAYS, ALL_STEPS_DAYS = 30, 90
SOURCES = [Source.DAILY_CHECK, Source.COMPLAINT, Source.REPORT, Source.TRANSFER, Source.ORDER, Source.MEDIA]
SOURCE_SHARES = [0.6, 0.15, 0.1, 0.05, 0.07, 0.03]
EVENT_COLUMNS = (
    "id, number, bureau_code, area_code, kind_id, source, description, entity_id, location_wgs84, address, discovered_at, "
    "reported_by_id, reported_at, outside_no, payload_hash, state, holder_code, handler_id, handler_code, respond_by, "
    "due_on, due_at, limit_text, working, fed_back_at, closed_at, closed_by_id, reopened, warned"
)
STEP_COLUMNS = "id, event_id, act, by_id, at, note, to_user_id, to_code, content_hash"
TABLES = {"events_event": EVENT_COLUMNS, "events_step": STEP_COLUMNS}
NULL = r"\N"


@dataclass(frozen=True, slots=True)
class Limit:
    """What a kind's clock gives for a day: COPY texts of due day and basis, and hours until it must be taken up."""

    due_on: str
    due_hours: float | None
    text: str
    respond: timedelta


def play(
    staff: dict[str, User], *, bureau_code: str, count: int, days: int, seed: int, now: datetime, say: Say
) -> None:
    """`count` events over the working hours of the last `days` days: one transaction, indexes built at its end."""
    past = _Past(staff, bureau_code, days, seed, now)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing of before may wait while indexes change
        indexes = _drop_indexes(cursor)
        cursor.execute("SET LOCAL session_replication_role = replica")  # every key comes from a row just read
        for begin in range(0, count, CHUNK):
            texts = past.write(begin, min(CHUNK, count - begin), count)
            for (table, columns), text in zip(TABLES.items(), texts, strict=True):
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    copy.write(text)
            if begin // CHUNK % 10 == 9:
                say(f"  {begin + CHUNK:,} / {count:,}")
        say("  索引 …")
        for statement in indexes:
            cursor.execute(statement)
        for year, last in past.numbers.items():
            Series.objects.update_or_create(bureau_code=bureau_code, name="event", year=year, defaults={"last": last})
        audit.record(
            by=staff["B001"], verb="demo.history.loaded", on=("demo.history", str(seed), "演示历史"), at=now,
            bureau_code=bureau_code, detail={"events": count, "days": days},
        )  # fmt: skip
    say("  计数 …")
    count_anew()
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ANALYZE {table}")


def _drop_indexes(cursor: Any) -> list[str]:
    """Drop the indexes that hold no constraint; gives the statements that make them again."""
    cursor.execute(
        """SELECT schemaname || '.' || quote_ident(indexname), indexdef FROM pg_indexes
           WHERE tablename = ANY(%s) AND NOT EXISTS (
               SELECT 1 FROM pg_constraint WHERE conindid = (schemaname || '.' || quote_ident(indexname))::regclass)""",
        [list(TABLES)],
    )
    found = cursor.fetchall()
    for name, _ in found:
        cursor.execute(f"DROP INDEX {name}")
    return [statement for _, statement in found]


class _Past:
    """The made-up past: whom, where and what it may choose from, and how far each year's numbers have come."""

    def __init__(self, staff: dict[str, User], bureau_code: str, days: int, seed: int, now: datetime) -> None:
        self.staff = {number: user.pk.hex for number, user in staff.items()}
        self.bureau_code, self.now = bureau_code, now
        self.dice = np.random.default_rng([seed, 610])
        self.kinds = list(Kind.objects.current("").filter(is_active=True).order_by("code"))
        rows = Entity.objects.active().filter(bureau_code=bureau_code).exclude(area_code="").order_by("identity")
        self.entities = [
            (pk.hex, code, place or (0.0, 0.0), _plain(address))
            for pk, code, place, address in rows.values_list("pk", "area_code", "location_wgs84", "address")[:ENTITIES]
        ]
        self.days = workdays(now, days)[::-1]
        self.limits = {(kind.pk, day): _limit(kind, day) for kind in self.kinds for day in self.days}
        series = Series.objects.filter(bureau_code=bureau_code, name="event")
        self.numbers: dict[int, int] = dict(series.values_list("year", "last"))

    def write(self, begin: int, size: int, count: int) -> tuple[str, str]:
        """Events `begin` to `begin + size` of `count` in the order of their time, and their steps, as COPY texts."""
        dice, events, steps = self.dice, io.StringIO(), io.StringIO()
        spread = np.sort((begin + dice.random(size) * size) / count) * len(self.days)
        entities = dice.integers(len(self.entities), size=size)
        kinds = dice.integers(len(self.kinds), size=size)
        sources = dice.choice(len(SOURCES), size=size, p=SOURCE_SHARES)
        luck, number = dice.random((size, 4)), dice.integers(2, 30, size=size)
        for i in range(size):
            day = self.days[min(int(spread[i]), len(self.days) - 1)]
            at = _opening(day) + timedelta(seconds=32_400 * (spread[i] % 1))
            for line, into in self._event(begin + i, at, day, entities[i], kinds[i], sources[i], luck[i], number[i]):
                (events if into == 0 else steps).write(line)
        return events.getvalue(), steps.getvalue()

    def _event(
        self, serial: int, at: datetime, day: date, entity: int, kind_at: int, source: int,
        luck: NDArray[np.float64], number: int,
    ) -> Iterator[tuple[str, int]]:  # fmt: skip
        key, code, (lon, lat), address = self.entities[entity]
        kind = self.kinds[kind_at]
        limit = self.limits[kind.pk, day]
        year = day.year
        self.numbers[year] = self.numbers.get(year, 0) + 1
        words = WORDS[kind.code]
        text = words[number % len(words)].format(n=number)
        event_id = f"{int(at.timestamp() * 1000):012x}7000a{serial:015x}"
        reporter = self.staff["WXGD"[int(luck[0] * 4)] + code]
        chief, head = self.staff[f"W{code}"], self.staff[f"S{code[:4]}"]
        age = (self.now - at).total_seconds() / 86_400
        taken, done, closed = at + timedelta(hours=20 * luck[1]), at + timedelta(hours=60 * luck[2] + 21), None
        state = "dispatched"
        if age > FRESH_DAYS or (age > 5 and luck[3] < 0.85):
            state, closed = "closed", done + timedelta(hours=48 * luck[3])
        elif age > 3 and luck[3] < 0.95:
            state = "reviewing"
        elif age > 1:
            state = "handling"
        fed_back = done if state in {"reviewing", "closed"} else None
        due_at = f"{at + timedelta(hours=limit.due_hours)}" if limit.due_hours else NULL
        yield (
            f"{event_id}\tSJ{year}-{self.numbers[year]:06d}\t{self.bureau_code}\t{code}\t{kind.pk}\t{SOURCES[source]}\t"
            f"{text}\t{key}\t({lon:.6f},{lat:.6f})\t{address}\t{at}\t{reporter}\t{at}\t\t{event_id}\t{state}\t{code}\t"
            f"{chief}\t{code}\t{at + limit.respond}\t{limit.due_on}\t{due_at}\t{limit.text}\t{{}}\t{fed_back or NULL}\t"
            f"{closed or NULL}\t{head if closed else NULL}\t0\tunanswered\n",
            0,
        )

        def step(place: int, act: str, by: str, when: datetime, note: str, to: str = NULL) -> tuple[str, int]:
            step_id = f"{int(when.timestamp() * 1000):012x}7{place:03x}b{serial:015x}"
            return f"{step_id}\t{event_id}\t{act}\t{by}\t{when}\t{note}\t{to}\t\t\n", 1

        yield step(0, "report", reporter, at, text, chief)
        if age < ALL_STEPS_DAYS and state != "dispatched":
            yield step(1, "accept", chief, taken, "")
            if fed_back:
                yield step(2, "feed_back", chief, done, DONE[number % len(DONE)])
        if closed:
            yield step(3, "close", head, closed, "复核通过。")


def _limit(kind: Kind, day: date) -> Limit:
    at = _opening(day)
    found = set_limits(Event(kind=kind, discovered_at=at), start=at)
    due_on, due_at = found.get("due_on"), found.get("due_at")
    return Limit(
        due_on.isoformat() if due_on else NULL,
        (due_at - at).total_seconds() / 3600 if due_at else None,
        _plain(found.get("limit_text", "")),
        timedelta(hours=kind.respond_hours),
    )


def _opening(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=get_current_timezone())


def _plain(text: str) -> str:
    """Without what COPY reads as its own."""
    return text.replace("\\", "").replace("\t", " ").replace("\n", " ")
