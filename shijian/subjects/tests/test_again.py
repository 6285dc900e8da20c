"""A file that comes again, whole or in part, changed or not: only what is news is read, written and counted."""

import csv
from pathlib import Path

import pytest

from shijian.grid.rules.datum import Datum
from shijian.subjects.models import Entity
from shijian.subjects.services import importing
from shijian.subjects.testing import HEAD, INSIDE, NOW, credit_code, versions, write_csv

ROWS = [[f"西安第{n}便利店", credit_code(n), f"纺东街{n}号", *INSIDE, ""] for n in range(40)]


@pytest.fixture
def bring(scene, cast, tmp_path, monkeypatch):
    """Import rows in batches of `batch`; gives the run and the lines of its report."""

    def act(rows, *, batch=10, head=None, source="登记"):
        monkeypatch.setattr(importing, "BATCH", batch)
        path = write_csv(tmp_path / "a.csv", rows, head=head)
        run = importing.start_import(path, file_name="a.csv", source=source, datum=Datum.WGS84, by=cast.clerk, now=NOW)
        run = importing.run_import(run)
        with Path(run.report_path).open(encoding="utf-8-sig", newline="") as file:
            return run, [(int(row["line"]), row["reason"]) for row in csv.DictReader(file)]

    return act


def counts(run):
    return run.read, run.created, run.updated, run.unchanged, run.rejected


def changed(number, address="新址"):
    return [ROWS[number][0], ROWS[number][1], address, *INSIDE, ""]


def test_rows_as_they_were_are_not_read_again(bring, monkeypatch):
    assert counts(bring(ROWS)[0]) == (40, 40, 0, 0, 0)
    before = versions()
    monkeypatch.setattr(importing, "read_row", None)  # would fail if it were called
    assert counts(bring(ROWS)[0]) == (40, 0, 0, 40, 0)
    assert versions() == before


def test_bad_rows_are_reported_every_time(bring):
    bad = [["西安坏码便利店", credit_code(90)[:-1] + "_", "某路", *INSIDE, ""]]
    for _ in range(2):
        run, report = bring([*ROWS, *bad])
        assert run.rejected == 1
        assert report[0][0] == 42


def test_only_changed_rows_are_written(bring):
    bring(ROWS)
    assert counts(bring([*ROWS[:20], changed(20), *ROWS[21:]])[0]) == (40, 0, 1, 39, 0)
    assert Entity.objects.filter(address="新址").count() == 1
    assert counts(bring([changed(3, "再迁"), *ROWS[38:]])[0]) == (3, 0, 1, 2, 0)


@pytest.mark.parametrize("batch", [1, 3, 100])
@pytest.mark.parametrize("apart", [0, 5])
def test_a_second_row_of_an_entity_is_refused_whatever_it_says(bring, batch, apart):
    """The first row counts, even if it is the changed one; batches read ahead do not alter that."""
    bring(ROWS)
    between = ROWS[10 : 10 + apart]
    for first, second in [
        (ROWS[1], changed(1)),
        (changed(2), ROWS[2]),
        (ROWS[3], ROWS[3]),
        (changed(4), changed(4, "另址")),
    ]:
        run, report = bring([first, *between, second, *ROWS[30:]], batch=batch)
        assert report == [(apart + 3, "与第 2 行是同一主体，只保留先出现的一行")]
        assert run.rejected == 1
        assert run.read == run.created + run.updated + run.unchanged + run.rejected
        assert Entity.objects.get(credit_code=first[1]).address == first[2]


def test_the_same_facts_under_other_heads_write_nothing(bring):
    bring(ROWS)
    before = versions()
    heads = ["企业名称", "uscc", "地址", "lng", "lat", "编号"]
    assert counts(bring(ROWS, head=heads)[0]) == (40, 0, 0, 40, 0)
    assert versions() == before


def test_a_change_taken_back_is_a_change(bring):
    bring(ROWS)
    bring([changed(0), *ROWS[1:]])
    run, _ = bring(ROWS)
    assert counts(run) == (40, 0, 1, 39, 0)
    assert Entity.objects.get(credit_code=credit_code(0)).changes.count() == 2


def test_a_small_file_against_a_large_register_gives_the_same_counts(bring, monkeypatch):
    """Then no fingerprints are loaded; the merging itself sees what is news."""
    from shijian.subjects.services import fingerprints

    bring(ROWS)
    before = versions()
    empty = fingerprints.Known(fingerprints.prints_of([], b""))
    monkeypatch.setattr(fingerprints.Known, "of", classmethod(lambda cls, bureau_code, *, expected_rows: empty))
    assert counts(bring(ROWS[:5])[0]) == (5, 0, 0, 5, 0)
    assert versions() == before
    assert counts(bring([*ROWS[:4], changed(4), ROWS[4]])[0]) == (6, 0, 1, 4, 1)


def test_columns_may_stand_in_any_order(bring):
    order = [3, 1, 5, 0, 2, 4]
    run, _ = bring([[row[at] for at in order] for row in ROWS], head=[HEAD[at] for at in order])
    assert run.created == 40
    assert Entity.objects.get(credit_code=credit_code(7)).name == "西安第7便利店"
