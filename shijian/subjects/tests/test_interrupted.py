"""An import that is cut off keeps whole rows with their place and grid, and running it again finishes the work."""

import pytest
from django.db import connection

from shijian.grid.rules.datum import Datum
from shijian.subjects.choices import ImportState
from shijian.subjects.models import Entity, Import
from shijian.subjects.services import importing
from shijian.subjects.testing import INSIDE, NOW, credit_code, write_csv

ROWS = [[f"西安第{n}便利店", credit_code(n), f"纺东街{n}号", *INSIDE, ""] for n in range(1000)]


class Cut(Exception):
    """The power goes."""


def start(path, cast):
    return importing.start_import(path, file_name=path.name, source="登记", datum=Datum.WGS84, by=cast.clerk, now=NOW)


def test_a_run_cut_off_between_batches_is_finished_by_running_it_again(scene, cast, tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 300)
    run = start(write_csv(tmp_path / "a.csv", ROWS), cast)
    merged, real = [], importing._merge

    def cut_off(*given):
        if len(merged) == 2:
            raise Cut
        merged.append(1)
        real(*given)

    monkeypatch.setattr(importing, "_merge", cut_off)
    with pytest.raises(Cut):
        importing.run_import(run)
    assert Entity.objects.count() == 600
    assert Entity.objects.exclude(area_code="050101").count() == 0
    monkeypatch.setattr(importing, "_merge", real)
    again = importing.run_import(Import.objects.get(pk=run.pk))
    assert (again.state, again.created, again.unchanged, again.read) == (ImportState.DONE, 400, 600, 1000)
    assert Entity.objects.count() == 1000


def test_a_batch_that_fails_leaves_nothing_of_itself(scene, cast, tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 300)
    run = start(write_csv(tmp_path / "a.csv", ROWS), cast)
    real, saved = importing._save, []

    def fails_late(run, **more):
        saved.append(1)
        if len(saved) == 2:
            raise Cut
        real(run, **more)

    monkeypatch.setattr(importing, "_save", fails_late)
    with pytest.raises(Cut):
        importing.run_import(run)
    assert Entity.objects.count() == 300


def test_a_file_that_breaks_off_says_so_and_keeps_what_came_before(scene, cast, tmp_path, monkeypatch):
    from shijian.core.errors import InvalidInput
    from shijian.subjects.services import readers

    real = readers.open_table

    def breaks(path):
        table = real(path)

        def broken(rows):
            for number, row in enumerate(rows):
                if number == 500:
                    raise OSError("disk gone")
                yield row

        table.rows = broken(table.rows)
        return table

    monkeypatch.setattr(importing, "BATCH", 100)
    monkeypatch.setattr(readers, "open_table", breaks)
    run = start(write_csv(tmp_path / "a.csv", ROWS), cast)
    with pytest.raises(InvalidInput, match="损坏"):
        importing.run_import(run)
    run.refresh_from_db()
    assert run.state == ImportState.FAILED
    assert run.message
    assert Entity.objects.count() == 500


def test_a_cancelled_run_stops_at_the_next_batch_and_says_so(scene, cast, tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 300)
    run = start(write_csv(tmp_path / "a.csv", ROWS), cast)
    real = importing._merge

    def cancel_after(run, *rest):
        real(run, *rest)
        Import.objects.filter(pk=run.pk).update(state=ImportState.CANCELLED)

    monkeypatch.setattr(importing, "_merge", cancel_after)
    done = importing.run_import(run)
    assert (done.state, Entity.objects.count()) == (ImportState.CANCELLED, 300)
    assert "已取消" in done.message


def test_corrected_places_survive_the_next_import(scene, cast, tmp_path):
    from shijian.subjects import services

    importing.run_import(start(write_csv(tmp_path / "a.csv", ROWS[:1]), cast))
    entity = Entity.objects.get()
    services.locate(entity, lon=109.015, lat=34.205, by=cast.station_head, now=NOW)
    moved = [[*ROWS[0][:2], "纺东街 9 号", 109.006, 34.206, ""]]
    importing.run_import(start(write_csv(tmp_path / "b.csv", moved), cast))
    entity.refresh_from_db()
    assert (entity.area_code, entity.address) == ("050102", "纺东街 9 号")
    assert entity.location_wgs84 == (109.015, 34.205)


def test_a_changed_row_is_written_once_and_its_history_has_both_values(scene, cast, tmp_path):
    importing.run_import(start(write_csv(tmp_path / "a.csv", ROWS[:3]), cast))
    changed = [[ROWS[1][0], ROWS[1][1], "新址 1 号", *INSIDE, ""]]
    run = importing.run_import(start(write_csv(tmp_path / "b.csv", [ROWS[0], *changed, ROWS[2]]), cast))
    assert (run.updated, run.unchanged) == (1, 2)
    (change,) = Entity.objects.get(credit_code=credit_code(1)).changes.all()
    assert (change.before, change.after) == ({"address": "纺东街1号"}, {"address": "新址 1 号"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM subjects_staging")
        assert cursor.fetchone()[0] <= 3
