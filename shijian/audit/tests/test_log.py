import json
import threading
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from shijian.audit import exports, keys, proof, sealing, services, verification, witness
from shijian.audit.models import Entry, Leaf, Node, TreeHead

AT = datetime(2026, 11, 20, 1, 2, 3, 4, tzinfo=UTC)
ACTOR = SimpleNamespace(pk="1", employee_no="T1", name="程网一")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.HOME, settings.KEYS_DIR = tmp_path, tmp_path / "keys"


def write(count, *, start=0):
    for number in range(start, start + count):
        with transaction.atomic():
            services.record(by=ACTOR, verb="t.t.done", on=("t", str(number), "件"), at=AT, detail={"n": number})


def tamper(*statements):
    """What a superuser can do: switch the triggers off and write."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)


def faults():
    report = verification.verify()
    return {(fault["entry"], fault["kind"]) for fault in report.faults}


def act_and_record():
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO core_series (bureau_code, name, year, last) VALUES ('x', 'x', 2026, 1)")
    services.record(by=ACTOR, verb="t.t.done", on=("t", "1", "x"), at=AT)


@pytest.fixture
def sealed():
    write(20)
    sealing.seal(now=AT)
    write(17, start=20)
    sealing.seal(now=AT)
    assert verification.verify().ok
    return [entry.pk for entry in Entry.objects.order_by("id")]


def test_an_act_outside_a_transaction_is_not_recorded():
    with pytest.raises(RuntimeError):
        services.record(by=ACTOR, verb="t.t.done", on=("t", "1", "x"), at=AT)


def test_an_act_is_undone_when_the_log_cannot_be_written(django_assert_num_queries):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry ADD CONSTRAINT full_up CHECK (verb <> 't.t.done') NOT VALID")
    try:
        with pytest.raises(IntegrityError), transaction.atomic():
            act_and_record()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM core_series WHERE name = 'x'")
            assert cursor.fetchone()[0] == 0
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE audit_entry DROP CONSTRAINT full_up")


def test_recording_costs_one_statement(django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(1):
        services.record(by=ACTOR, verb="t.t.done", on=("t", "1", "x"), at=AT)


def test_the_tables_refuse_change_and_deletion(sealed):
    for statement in (
        "UPDATE audit_entry SET verb = 'x'",
        "DELETE FROM audit_leaf",
        "DELETE FROM audit_treehead",
        "DELETE FROM audit_node",
        "ALTER TABLE audit_entry ENABLE TRIGGER no_truncate; TRUNCATE audit_entry",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize(
    "column",
    [
        "at = at + interval '1 day'",
        "actor_name = '别人'",
        "verb = 'x'",
        "object_id = '9'",
        "area_code = '05'",
        "detail = '{\"n\": 0.5}'",
        "leaf_hash = sha256('x')",
        "employee_no = 'T2'",
        "bureau_code = 'x'",
    ],
)
def test_a_changed_column_is_located(sealed, column):
    tamper(f"UPDATE audit_entry SET {column} WHERE id = {sealed[7]}")
    assert faults() == {(sealed[7], "changed")}


def test_a_deleted_entry_is_located(sealed):
    tamper(f"DELETE FROM audit_entry WHERE id = {sealed[7]}")
    assert faults() == {(sealed[7], "deleted")}


def test_an_entry_inserted_with_an_old_place_is_located(sealed):
    columns = "uid, at, actor_id, employee_no, actor_name, verb, object_type, object_id, object_label, bureau_code"
    columns += ", area_code, detail, leaf_hash"
    tamper(
        f"INSERT INTO audit_entry ({columns}, xid) SELECT gen_random_uuid(), {columns.removeprefix('uid, ')}, xid - 1"
        f" FROM audit_entry WHERE id = {sealed[7]}"
    )
    assert {kind for _, kind in faults()} == {"inserted"}


def test_swapped_entries_are_located(sealed):
    a, b = sealed[3], sealed[4]
    tamper(
        f"UPDATE audit_leaf SET entry_id = -1 WHERE entry_id = {a}",
        f"UPDATE audit_leaf SET entry_id = {a} WHERE entry_id = {b}",
        f"UPDATE audit_leaf SET entry_id = {b} WHERE entry_id = -1",
    )
    assert {entry for entry, _ in faults()} == {a, b}


def test_a_cut_tail_is_found(sealed):
    tamper(
        f"DELETE FROM audit_entry WHERE id >= {sealed[30]}",
        "DELETE FROM audit_leaf WHERE index >= 30",
        "DELETE FROM audit_treehead WHERE size > 30",
        "DELETE FROM audit_node WHERE (index + 1) << level > 30",
    )
    assert ("叶 30 起", "truncated") in faults()


def test_a_forged_head_is_found(sealed):
    tamper("UPDATE audit_treehead SET root = sha256('x') WHERE size = 20")
    assert faults() == {("树根 20", "head_forged")}


def test_rewriting_everything_with_new_hashes_and_heads_is_located_by_the_witness(sealed):
    entry = Entry.objects.get(pk=sealed[7])
    entry.verb = "t.t.forged"
    digest = proof.merkle.leaf_hash(entry.content_bytes()).hex()
    tamper(
        f"UPDATE audit_entry SET verb = 't.t.forged', leaf_hash = '\\x{digest}' WHERE id = {sealed[7]}",
        f"UPDATE audit_leaf SET hash = '\\x{digest}' WHERE entry_id = {sealed[7]}",
        "DELETE FROM audit_treehead",
        "DELETE FROM audit_node",
    )
    leaves = [bytes(leaf) for leaf in Leaf.objects.order_by("index").values_list("hash", flat=True)]
    frontier = proof.merkle.Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    sealing._sign(frontier, AT).save(force_insert=True)
    assert (sealed[7], "witness_differs") in faults()


def test_a_missing_witness_is_said(sealed):
    for file in witness.folder().iterdir():
        file.unlink()
    assert faults() == {("见证", "witness_missing")}


def test_many_writers_and_rollbacks_raise_no_false_alarm():
    def work(offset):
        try:
            for number in range(15):
                try:
                    with transaction.atomic():
                        on = ("t", str(offset + number), "x")
                        services.record(by=ACTOR, verb="t.t.done", on=on, at=AT)
                        if number % 4 == 3:
                            raise ZeroDivisionError
                except ZeroDivisionError:
                    pass
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(1000 * n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        sealing.seal(now=AT, batch=7)
    for thread in threads:
        thread.join()
    sealing.seal(now=AT)
    report = verification.verify()
    assert report.ok
    assert report.entries == 6 * 12


def test_a_proof_convinces_without_the_database(sealed, tmp_path, capsys):
    made = exports.proof_of(Entry.objects.get(pk=sealed[11]))
    assert proof.faults_of(made) == []
    assert proof.faults_of(made, trusted_key=keys.public_key()) == []
    for change in ({"entry": {**made["entry"], "verb": "x"}}, {"index": 3}, {"path": made["path"][:-1]}, {"format": 9}):
        assert proof.faults_of({**made, **change})
    assert proof.faults_of({"entry": {}})
    file = tmp_path / "proof.json"
    call_command("audit", "prove", str(sealed[0]), "--out", str(file))
    call_command("audit", "check-proof", str(file), "--json")
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"ok": True, "faults": []}


def test_a_leaf_without_seal_is_told_to_wait():
    write(1)
    with pytest.raises(exports.NotSealedYet):
        exports.proof_of(Entry.objects.get())
    assert sealing.unsealed() == 1


def test_proofs_read_few_rows(sealed, django_assert_max_num_queries):
    entry = Entry.objects.get(pk=sealed[5])
    with django_assert_max_num_queries(14):
        exports.proof_of(entry)
    assert Node.objects.count() < 40
    assert TreeHead.objects.count() == 2
