"""Recording: one statement, in the transaction of the act, with one spelling of every value."""

import json
from datetime import UTC, datetime

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shijian.audit import proof, queries, services
from shijian.audit.models import Entry

from .conftest import ACTOR, AT

texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)


def act_and_record():
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO core_series (bureau_code, name, year, last) VALUES ('x', 'x', 2026, 1)")
    services.record(by=ACTOR, verb="t.t.done", on=("t", "1", "x"), at=AT)


def acts():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_series WHERE name = 'x'")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_an_act_outside_a_transaction_is_not_recorded():
    with pytest.raises(RuntimeError):
        services.record(by=ACTOR, verb="t.t.done", on=("t", "1", "x"), at=AT)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("break_it", "mend_it"),
    [
        ("ALTER TABLE audit_entry RENAME TO elsewhere", "ALTER TABLE elsewhere RENAME TO audit_entry"),
        (
            "ALTER TABLE audit_entry ADD CONSTRAINT full_up CHECK (verb <> 't.t.done') NOT VALID",
            "ALTER TABLE audit_entry DROP CONSTRAINT full_up",
        ),
        (
            "CREATE ROLE audit_test; GRANT ALL ON core_series, core_series_id_seq TO audit_test; SET ROLE audit_test",
            "RESET ROLE; DROP OWNED BY audit_test; DROP ROLE audit_test",
        ),
    ],
    ids=["table gone", "table refuses", "no privilege"],
)
def test_an_act_is_undone_when_the_log_cannot_be_written(break_it, mend_it):
    with connection.cursor() as cursor:
        cursor.execute(break_it)
    try:
        with pytest.raises(Exception, match=r"audit_entry"), transaction.atomic():
            act_and_record()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(mend_it)
    assert acts() == 0


@pytest.mark.django_db
def test_recording_costs_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        services.record(by=ACTOR, verb="t.t.done", on=("t", "1", "x"), at=AT)


@pytest.mark.django_db
def test_many_acts_cost_one_statement_and_each_has_its_entry(django_assert_num_queries):
    one = {"by": ACTOR, "verb": "t.t.done", "at": AT, "bureau_code": "610111", "area_code": "050101"}
    with django_assert_num_queries(1):
        assert services.record_many({**one, "on": ("t", str(n), "x"), "detail": {"n": n}} for n in range(500)) == 500
    assert all(entry.is_ours() for entry in Entry.objects.filter(bureau_code="610111"))


@pytest.mark.django_db
def test_the_entries_of_a_row_are_found_newest_first():
    first = services.record(by=ACTOR, verb="t.t.done", on=("t", "1", "x"), at=AT)
    second = services.record(by=ACTOR, verb="t.t.undone", on=first, at=AT)
    third = services.record(by=ACTOR, verb="t.t.done", on=first, at=AT)
    assert list(queries.entries_for(first)) == [third, second]
    assert second.object_type == "audit.entry"
    assert str(second) == f"程网一 t.t.undone {first}"


@pytest.mark.django_db
@pytest.mark.parametrize("detail", [{"a": AT}, {1: "a"}, {"a": {1, 2}}, {"a": float("nan")}, {"a": "\ud800"}])
def test_a_detail_that_is_not_json_is_refused(detail):
    with pytest.raises((TypeError, ValueError)):
        services.record(by=ACTOR, verb="t.t.done", on=("t", "1", "x"), at=AT, detail=detail)


@pytest.mark.django_db
def test_a_text_the_database_cannot_hold_is_refused():
    with pytest.raises((DataError, ValueError)), transaction.atomic():
        services.record(by=ACTOR, verb="t.t.done", on=("t", "1", "x"), at=AT, detail={"a": "\x00"})


def test_the_tables_refuse_change_and_deletion(sealed):
    for statement in (
        "UPDATE audit_entry SET verb = 'x'",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_leaf",
        "UPDATE audit_leaf SET index = index + 1",
        "DELETE FROM audit_treehead",
        "DELETE FROM audit_node",
        "ALTER TABLE audit_entry ENABLE TRIGGER no_truncate; TRUNCATE audit_entry",
        "ALTER TABLE audit_leaf ENABLE TRIGGER no_truncate; TRUNCATE audit_leaf",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(texts, values, max_size=4), texts, st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)))
def test_python_and_the_database_spell_an_entry_alike(detail, label, at):
    on = ("t", "1", label)
    entry = services.record(by=ACTOR, verb="t.t.done", on=on, at=at.replace(tzinfo=UTC), detail=detail)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT json_build_array(1, uid, at, actor_id, employee_no, actor_name, verb, object_type, object_id,"
            " object_label, bureau_code, area_code, detail, mac)::text FROM audit_entry WHERE id = %s",
            [entry.pk],
        )
        text = cursor.fetchone()[0]
    assert text.encode() == proof.canonical(entry.content())
    read = Entry.objects.get(pk=entry.pk)
    assert read.is_ours()
    assert proof.canonical(json.loads(json.dumps(read.content()))) == text.encode()
