"""The hand-made INSERT writes what `save` would have written."""

from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from shijian.core import inserts
from shijian.core.models import Series

pytestmark = pytest.mark.django_db
Entry = apps.get_model("audit.Entry")  # core lies below audit


def series(name="event", year=2026):
    return Series(bureau_code="610111", name=name, year=year, last=3)


def entry(label="甲"):
    return Entry(
        at=datetime(2026, 11, 21, tzinfo=UTC), actor_id="1", employee_no="W1", actor_name="程网一", verb="x.y.z",
        object_type="t", object_id="1", object_label=label, mac="m", leaf_hash=b"\0" * 32, detail={"words": "“引号” \\ '"},
    )  # fmt: skip


def test_a_row_comes_back_as_it_was_written():
    row = series()
    inserts.insert([row])
    assert row.pk is not None
    kept = Series.objects.get(pk=row.pk)
    assert (kept.bureau_code, kept.name, kept.year, kept.last) == ("610111", "event", 2026, 3)


def test_the_row_is_known_as_written_so_that_saving_it_again_updates_it():
    row = series()
    inserts.insert([row])
    row.last = 4
    row.save()
    assert Series.objects.get().last == 4


def test_json_bytes_defaults_and_what_the_database_fills_in_arrive():
    row = entry()
    inserts.insert([row])
    kept = Entry.objects.get(pk=row.pk)
    assert (kept.detail, bytes(kept.leaf_hash), kept.uid) == (row.detail, b"\0" * 32, row.uid)
    assert kept.xid > 0


def test_rows_of_several_models_are_one_statement_and_each_gets_its_own_key():
    labels = [f"第{number}条" for number in range(40)]
    rows = [entry(label) for label in labels]
    with CaptureQueriesContext(connection) as caught:
        inserts.insert([*rows, series()])
    assert len(caught) == 1
    assert [Entry.objects.get(pk=row.pk).object_label for row in rows] == labels


def test_together_writes_at_the_end_of_the_outer_block_with_one_statement():
    with CaptureQueriesContext(connection) as caught, inserts.together():
        inserts.insert([entry()])
        with inserts.together():
            inserts.insert([series()])
        assert len(caught) == 0
    assert len(caught) == 1
    assert (Entry.objects.count(), Series.objects.count()) == (1, 1)


def test_a_block_that_fails_writes_nothing_and_leaves_nothing_behind():
    def fail():
        with inserts.together():
            inserts.insert([series()])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert Series.objects.count() == 0
    inserts.insert([series("other")])
    assert Series.objects.get().name == "other"


def test_a_clash_is_the_same_error_as_with_save():
    inserts.insert([series()])
    with pytest.raises(IntegrityError), transaction.atomic():
        inserts.insert([series()])


def test_nothing_to_write_asks_nothing():
    with CaptureQueriesContext(connection) as caught:
        inserts.insert([])
    assert len(caught) == 0
