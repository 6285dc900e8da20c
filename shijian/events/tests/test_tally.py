"""Counts kept by the database are those of the rows: after every act, added up or not, and after acts at the same time."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection

from shijian.core.ids import new_id
from shijian.events import services
from shijian.events.models import Event, Tally, TallyChange
from shijian.events.queries.tally import Wanted, tallied, whole_months
from shijian.events.services import tally
from shijian.events.testing import CLUE, NEXT_GRID, NOW, NOWHERE, OTHER_STATION, PLACE, build_scene

pytestmark = pytest.mark.django_db
COLUMNS = tally.COUNTED.split(", ")


def kept() -> dict:
    """All that is kept, at all grains: the tally with the changes that wait."""
    changes = "SELECT *, date_trunc('month', day)::date AS month FROM events_tallychange"
    waiting = tally.ADDED.format(sums=tally.SUMS, rows=changes)
    return summed(f"SELECT {tally.KEY}, {tally.COUNTED} FROM events_tally UNION ALL {waiting}")


def counted() -> dict:
    return summed(tally.ADDED.format(sums=tally.COUNT_ROWS, rows=tally.FROM_ROWS))


def summed(sql: str) -> dict:
    found: dict = {}
    with connection.cursor() as cursor:
        cursor.execute(sql)
        for row in cursor.fetchall():
            sums = found.setdefault(row[:6], [0] * 5)
            found[row[:6]] = [a + int(b) for a, b in zip(sums, row[6:], strict=True)]
    return {key: sums for key, sums in found.items() if any(sums)}


def walk(scene):
    """One act of each kind that changes a count; yields after each."""
    cast = scene.cast
    yield scene.report()
    yield scene.report(place=NOWHERE, source="media", kind=CLUE)
    fed = scene.fed_back()
    yield fed
    yield services.close(fed, by=cast.station_head, now=NOW)
    yield services.reopen(fed, reason="x", by=cast.leader, now=NOW)
    late = scene.fed_back(now=NOW - timedelta(days=120))
    yield services.close(late, by=cast.station_head, now=NOW)
    double = scene.report()
    yield services.merge(double, scene.report(place=NEXT_GRID), reason="x", by=cast.station_head, now=NOW)
    yield services.unmerge(Event.objects.get(pk=double.pk), reason="y", by=cast.station_head, now=NOW)
    lost = scene.report(place=NOWHERE)
    yield services.locate(lost, lon=OTHER_STATION[0], lat=OTHER_STATION[1], reason="x", by=cast.grid_office, now=NOW)


def test_what_is_kept_is_what_is_there_after_every_act(scene):
    for number, _ in enumerate(walk(scene)):
        assert kept() == counted(), f"act {number}"


def test_adding_up_changes_no_figure_and_leaves_nothing_to_add(scene, monkeypatch):
    list(walk(scene))
    before = kept()
    monkeypatch.setattr(tally, "BATCH", 3)
    assert services.add_up() > 3
    assert kept() == before == counted()
    assert not TallyChange.objects.exists()
    assert services.add_up() == 0


def test_acts_after_adding_up_are_added_to_it(scene):
    for number, _ in enumerate(walk(scene)):
        if number % 2:
            services.add_up()
        assert kept() == counted()


def test_an_act_that_changes_no_count_writes_nothing(scene):
    event = scene.report()
    services.add_up()
    services.accept(event, by=scene.cast.chief, now=NOW)
    assert not TallyChange.objects.exists()


def test_counting_anew_gives_the_same(scene):
    list(walk(scene))
    services.add_up()
    before = kept()
    Tally.objects.update(reported=999)
    services.count_anew()
    assert kept() == before == counted()


def test_a_deleted_row_is_counted_no_more(scene):
    event = scene.report()
    before = kept()
    event.pk, event.number, event._state.adding = new_id(), "SJ2026-999999", True
    event.save()
    assert kept() == counted() != before
    event.delete()
    assert kept() == counted() == before


def test_what_is_asked_of_place_matter_and_source_together_is_for_the_rows():
    days = (date(2026, 1, 1), date(2026, 2, 1))
    wanted = Wanted("610111", days, by="grid", kinds=(1,), source="complaint")
    assert tallied(wanted, today=date(2026, 11, 21)) == ({}, [days])


@pytest.mark.parametrize(
    ("first", "end", "whole", "rest"),
    [
        ((2026, 1, 1), (2026, 4, 1), [(2026, 1, 1), (2026, 4, 1)], []),
        ((2026, 1, 5), (2026, 4, 1), [(2026, 2, 1), (2026, 4, 1)], [[(2026, 1, 5), (2026, 2, 1)]]),
        ((2026, 1, 1), (2026, 4, 9), [(2026, 1, 1), (2026, 4, 1)], [[(2026, 4, 1), (2026, 4, 9)]]),
        ((2026, 1, 1), (2026, 11, 22), [(2026, 1, 1), (2026, 12, 1)], []),  # until today: the month that has begun is whole
        ((2026, 3, 5), (2026, 3, 9), [(2026, 3, 5), (2026, 3, 5)], [[(2026, 3, 5), (2026, 3, 9)]]),
        ((2026, 3, 5), (2026, 4, 9), [(2026, 4, 1), (2026, 4, 1)], [[(2026, 3, 5), (2026, 4, 1)], [(2026, 4, 1), (2026, 4, 9)]]),
    ],
)  # fmt: skip
def test_a_span_is_whole_months_and_the_days_around_them(first, end, whole, rest):
    inner, around = whole_months((date(*first), date(*end)), today=date(2026, 11, 21))
    days = (inner[1] - inner[0]).days + sum((b - a).days for a, b in around)
    assert days == (date(2026, 12, 1) if end == (2026, 11, 22) else date(*end)).toordinal() - date(*first).toordinal()
    if inner[0] < inner[1]:
        assert inner == tuple(date(*day) for day in whole)
        assert around == [tuple(date(*day) for day in each) for each in rest]


@pytest.mark.django_db(transaction=True)
def test_counts_are_right_after_acts_and_adding_up_at_the_same_time(cast, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    scene = build_scene(cast)
    failures: list[BaseException] = []
    done = threading.Event()

    def act(place):
        for _ in range(6):
            event = scene.report(place=place)
            services.accept(event, by=Event.objects.get(pk=event.pk).handler, now=NOW)

    def add():
        while not done.is_set():
            services.add_up()

    def anew():
        for _ in range(4):
            services.count_anew()

    def run(work, *arguments):
        try:
            work(*arguments)
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    adding = threading.Thread(target=run, args=(add,))
    acting = [threading.Thread(target=run, args=(act, place)) for place in (PLACE, NEXT_GRID, OTHER_STATION)]
    acting.append(threading.Thread(target=run, args=(anew,)))
    for thread in (adding, *acting):
        thread.start()
    for thread in acting:
        thread.join()
    done.set()
    adding.join()
    assert failures == []
    assert kept() == counted()
    assert sum(sums[0] for key, sums in kept().items() if key[1] == "matter") == 18
