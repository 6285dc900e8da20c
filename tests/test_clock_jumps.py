"""Clocks that jump (R7): the server's by an hour, a day, a year, back again; a phone's; the turn of a year, a leap day, a zone.

0 wrong deadlines, 0 inversions of the audit log, no session and no confirmation that outlives its time.
"""

import os
import time
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone

from shijian.accounts.testing import PASSWORD
from shijian.audit import sealing, services, verification
from shijian.audit.models import Entry, Leaf

HERE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def clock(monkeypatch):
    """The server's clock; `clock(days=1)` sets it a day ahead of the true time, `clock()` right again."""
    true, moved = time.time, SimpleNamespace(by=timedelta())

    class Shifted(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + moved.by

    monkeypatch.setattr("django.utils.timezone.datetime", Shifted)
    monkeypatch.setattr(time, "time", lambda: true() + moved.by.total_seconds())

    def move(**by):
        moved.by = timedelta(**by)

    return move


@pytest.fixture
def zone():
    """The zone of the server's operating system."""
    before = os.environ.get("TZ")

    def change(name):
        os.environ["TZ"] = name
        time.tzset()

    yield change
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


def log_in(client, user):
    client.post("/login/", {"login": user.employee_no, "password": PASSWORD})
    assert client.get("/notices/").status_code == 200


@pytest.mark.parametrize("ahead", [{"hours": 1}, {"days": 1}, {"days": 80}])
@pytest.mark.django_db
def test_a_session_opened_while_the_clock_was_ahead_ends_when_it_is_right_again(cast, client, clock, ahead):
    clock(**ahead)
    log_in(client, cast.chief)
    clock()
    assert client.get("/notices/").status_code == 302
    log_in(client, cast.chief)


@pytest.mark.parametrize(
    ("jump", "stays"),
    [
        ({"minutes": 2}, True),
        ({"minutes": -2}, True),
        ({"hours": 1}, False),
        ({"days": 1}, False),
        ({"days": -1}, False),
    ],
)
@pytest.mark.django_db
def test_a_session_bears_a_small_step_and_no_jump(cast, client, clock, jump, stays):
    log_in(client, cast.chief)
    clock(**jump)
    assert (client.get("/notices/").status_code == 200) is stays


@pytest.mark.django_db
def test_a_confirmation_given_while_the_clock_was_ahead_does_not_last_until_then(cast, client, clock):
    address = f"/people/{cast.chief.pk}/standing/"
    log_in(client, cast.sysadmin)
    session = client.session
    record = {"method": "password", "at": time.time() + 400 * 86400, "reauthenticated": True}
    session["account_authentication_methods"] = [record]
    session["account_authentication_methods_user"] = str(cast.sysadmin.pk)
    session.save()
    assert client.post(address).url.startswith("/login/again/")
    cast.chief.refresh_from_db()
    assert cast.chief.is_active


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 12, 31, 23, 59, 59, tzinfo=HERE),
        datetime(2027, 1, 1, 0, 0, 0, tzinfo=HERE),
        datetime(2028, 2, 28, 23, 59, 59, tzinfo=HERE),
        datetime(2028, 2, 29, 0, 0, 0, tzinfo=HERE),
        datetime(2028, 2, 29, 23, 59, 59, tzinfo=HERE),
        datetime(2028, 3, 1, 0, 0, 0, tzinfo=HERE),
        datetime(2026, 11, 20, 0, 30, tzinfo=HERE),
    ],
    ids=str,
)
@pytest.mark.django_db
def test_a_deadline_is_that_of_the_day_here_whatever_zone_the_server_and_the_caller_think_in(world, zone, moment):
    """The same instant, told in three zones to a server in three: one limit, counted from the day in Shanghai."""
    found = set()
    for name in ("UTC", "America/New_York", "Pacific/Kiritimati"):
        zone(name)
        event = world.report(world.cast.chief, now=moment.astimezone(ZoneInfo(name)))
        found.add((event.due_on, event.due_at, event.number[:6]))
    assert len(found) == 1
    noon = datetime.combine(moment.astimezone(HERE).date(), datetime.min.time(), tzinfo=HERE).replace(hour=12)
    at_noon = world.report(world.cast.chief, now=noon)
    ((due_on, _, number),) = found
    assert due_on == at_noon.due_on
    assert number == at_noon.number[:6] == f"SJ{moment.year}"


@pytest.mark.parametrize("wrong", [timedelta(hours=48), timedelta(hours=-48), timedelta(days=-9999)], ids=str)
@pytest.mark.django_db
def test_the_clock_of_a_phone_moves_no_deadline(world, wrong):
    now = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    right = world.report(world.cast.chief, now=now, device_at=now)
    other = world.report(world.cast.chief, now=now, device_at=now + wrong)
    assert (right.due_on, right.due_at, right.reported_at) == (other.due_on, other.due_at, other.reported_at)


@pytest.mark.django_db(transaction=True)
def test_the_order_of_the_log_is_that_of_the_acts_and_not_of_the_clock(settings, tmp_path, clock):
    """Ten acts while the clock goes to and fro: sealed in their order, found whole, proved with one root."""
    settings.HOME, settings.KEYS_DIR = tmp_path, tmp_path / "keys"
    jumps = [
        {},
        {"hours": 1},
        {"hours": -1},
        {"days": 1},
        {"days": -1},
        {"days": 366},
        {},
        {"days": -400},
        {"hours": 1},
        {},
    ]
    for number, jump in enumerate(jumps):
        clock(**jump)
        with transaction.atomic():
            actor = SimpleNamespace(pk="1", employee_no="T1", name="程网一")
            services.record(by=actor, verb="t.t.done", on=("t", str(number), "件"), at=timezone.now(), detail={})
        if number % 3 == 0:
            sealing.seal(now=timezone.now())
    sealing.seal(now=timezone.now())
    sealed = list(Leaf.objects.order_by("index").values_list("entry_id", flat=True))
    order = [Entry.objects.get(pk=key).object_id for key in sealed]
    assert order == [str(number) for number in range(10)]
    report = verification.verify()
    assert report.ok, report.faults
    assert report.entries == 10


def test_a_year_of_days_each_has_its_own_date():
    """No day is counted twice and none left out where local dates are made of instants, leap years included."""
    begin = datetime(2027, 12, 30, 15, 59, tzinfo=UTC)
    days = [timezone.localdate(begin + timedelta(minutes=hour * 60)) for hour in range(24 * 500)]
    assert sorted(set(days)) == [date(2027, 12, 30) + timedelta(days=number) for number in range(len(set(days)))]
