"""R10: whatever a superuser does to the tables or the files is found and located; legal work raises no alarm."""

import random
import threading
import time

import psycopg
import pytest
from django.db import connection, transaction

from shijian.audit import keys, merkle, receipts, sealing, services, verification, witness
from shijian.audit.models import Entry, Leaf, Node, TreeHead

from .conftest import ACTOR, AT, faults, tamper, write

COMMITS = pytest.mark.django_db(transaction=True)
COLUMNS = {
    "uid": "gen_random_uuid()",
    "at": "at + interval '1 microsecond'",
    "actor_id": "'2'",
    "employee_no": "'T2'",
    "actor_name": "'别人'",
    "verb": "'x'",
    "object_type": "'u'",
    "object_id": "'9999'",
    "object_label": "object_label || ' '",
    "bureau_code": "'x'",
    "area_code": "'05'",
    "detail": "'{\"n\": 0.5}'",
    "mac": "reverse(mac)",
    "leaf_hash": "sha256('x')",
}


def copy_of(entry_id, **columns):
    """An INSERT of the entry's twin with some columns different."""
    names = [field.name for field in Entry._meta.fields if field.name != "id"]
    into, picked = ", ".join(names), ", ".join(columns.get(name, name) for name in names)
    return f"INSERT INTO audit_entry ({into}) SELECT {picked} FROM audit_entry WHERE id = {entry_id}"


def forge(entry_id, verb):
    """Another verb with all the entry's hashes, as somebody who has the keys too would compute them: SQL and leaf."""
    entry = Entry.objects.get(pk=entry_id)
    entry.verb = verb
    entry.sign()
    columns = f"verb = '{verb}', mac = '{entry.mac}', leaf_hash = '\\x{entry.leaf_hash.hex()}'"
    return f"UPDATE audit_entry SET {columns} WHERE id = {entry_id}", entry.leaf_hash.hex()


@pytest.mark.parametrize("column", COLUMNS)
def test_a_changed_column_is_located(sealed, column):
    for entry_id in random.sample(sealed, 4):
        tamper(f"UPDATE audit_entry SET {column} = {COLUMNS[column]} WHERE id = {entry_id}")
        assert (entry_id, "changed") in faults()
    assert len(faults()) <= 4


def test_a_changed_number_of_an_entry_is_located(sealed):
    tamper(f"UPDATE audit_entry SET id = 100000 WHERE id = {sealed[7]}")
    assert faults() == {(sealed[7], "deleted"), (100000, "inserted")}
    tamper(f"UPDATE audit_entry SET id = {sealed[7]} WHERE id = 100000", "UPDATE audit_entry SET xid = xid + 1")
    assert faults() == {(entry_id, "reordered") for entry_id in sealed} - {(sealed[-1], "x")}


@pytest.mark.parametrize("place", [0, 7, 19, 20, 36])
def test_a_deleted_entry_is_located(sealed, place):
    tamper(f"DELETE FROM audit_entry WHERE id = {sealed[place]}")
    assert faults() == {(sealed[place], "deleted")}


def test_a_deleted_entry_is_located_when_its_leaf_is_gone_too(sealed):
    tamper(f"DELETE FROM audit_entry WHERE id = {sealed[7]}", f"DELETE FROM audit_leaf WHERE entry_id = {sealed[7]}")
    assert faults() == {(sealed[7], "deleted")}


def test_a_deleted_leaf_is_located(sealed):
    tamper(f"DELETE FROM audit_leaf WHERE entry_id = {sealed[7]}")
    assert (sealed[7], "leaf_changed") in faults()


def test_a_changed_leaf_is_located(sealed):
    tamper(f"UPDATE audit_leaf SET hash = sha256('x') WHERE entry_id = {sealed[7]}")
    assert faults() == {(sealed[7], "leaf_changed")}


def test_an_entry_inserted_with_an_old_place_is_located(sealed):
    tamper(copy_of(sealed[7], uid="gen_random_uuid()", xid="xid - 1"))
    assert faults() == {(Entry.objects.order_by("id").values_list("id", flat=True).last(), "inserted")}


def test_an_entry_inserted_at_the_end_with_an_old_date_is_never_sealed(sealed_for_real):
    sealed = sealed_for_real
    columns = {"uid": "gen_random_uuid()", "at": "at - interval '1 year'", "xid": "audit_xid()"}
    tamper(copy_of(sealed[7], **columns), copy_of(sealed[8], **columns))
    first, second = sealed[-1] + 1, sealed[-1] + 2
    assert faults() == {(first, "inserted"), (second, "inserted")}
    write(1, start=50)
    assert sealing.seal(now=AT) == 1
    assert faults() == {(first, "inserted"), (second, "inserted")}


def test_an_entry_with_a_place_in_the_future_is_located(sealed):
    tamper(copy_of(sealed[7], uid="gen_random_uuid()", xid="xid + 1000000000"))
    assert faults() == {(Entry.objects.order_by("id").values_list("id", flat=True).last(), "inserted")}
    assert sealing.seal(now=AT) == 0


def test_swapped_leaves_are_located(sealed):
    a, b = sealed[3], sealed[4]
    tamper(
        f"UPDATE audit_leaf SET entry_id = -1 WHERE entry_id = {a}",
        f"UPDATE audit_leaf SET entry_id = {a} WHERE entry_id = {b}",
        f"UPDATE audit_leaf SET entry_id = {b} WHERE entry_id = -1",
    )
    assert faults() == {(a, "reordered"), (b, "reordered")}


def test_swapped_contents_are_located(sealed):
    a, b = sealed[3], sealed[24]
    tamper(
        f"UPDATE audit_entry SET id = -1 WHERE id = {a}",
        f"UPDATE audit_entry SET id = {a}, xid = (SELECT xid FROM audit_entry WHERE id = -1) WHERE id = {b}",
        f"UPDATE audit_entry SET id = {b}, xid = (SELECT xid FROM audit_leaf WHERE entry_id = {b}) WHERE id = -1",
    )
    assert faults() == {(a, "reordered"), (b, "reordered")}


def test_a_cut_tail_is_located(sealed_for_real):
    sealed = sealed_for_real
    tamper(
        f"DELETE FROM audit_entry WHERE id >= {sealed[20]}",
        "DELETE FROM audit_leaf WHERE index >= 20",
        "DELETE FROM audit_treehead WHERE size > 20",
        "DELETE FROM audit_node WHERE (index + 1) << level > 20",
    )
    cut = {(entry_id, "truncated") for entry_id in sealed[20:]}
    assert faults() - {("节点 4/1", "node_changed")} == cut | {("树根 37", "deleted")}
    write(3, start=90)
    with pytest.raises(witness.WitnessDiffers):
        sealing.seal(now=AT)
    assert {(entry_id, kind) for entry_id, kind in faults() if entry_id in sealed[23:]} == {
        (entry_id, "truncated") for entry_id in sealed[23:]
    }


def test_emptied_tables_are_found(sealed):
    tamper(*(f"DELETE FROM audit_{table}" for table in ("entry", "leaf", "node", "treehead")))
    assert {(entry_id, "truncated") for entry_id in sealed} <= faults()


def test_a_changed_node_is_located_and_stops_the_sealing(sealed_for_real):
    tamper("UPDATE audit_node SET hash = sha256('x') WHERE level = 4 AND index = 1")
    assert faults() == {("节点 4/1", "node_changed")}
    write(1, start=60)
    with pytest.raises(sealing.TreeBroken):
        sealing.seal(now=AT)
    tamper("DELETE FROM audit_node", "INSERT INTO audit_node VALUES (8, 9, 'x')")
    assert faults() == {(f"节点 {name}", "node_changed") for name in ("4/0", "4/1", "8/9")}


@pytest.mark.parametrize(
    "change", ["root = sha256('x')", "at = at + interval '1 second'", "signature = 'x'", "key_id = 'x'", "size = 21"]
)
def test_a_forged_head_is_found(sealed, change):
    tamper(f"UPDATE audit_treehead SET {change} WHERE size = 20")
    assert {kind for entry, kind in faults() if "树根" in str(entry)} <= {"head_forged", "deleted"}
    assert faults()


def test_a_deleted_head_is_found(sealed):
    tamper("DELETE FROM audit_treehead WHERE size = 20")
    assert faults() == {("树根 20", "deleted")}
    tamper("DELETE FROM audit_treehead WHERE size = 37")
    assert {("树根 20", "deleted"), ("树根 37", "deleted")} == faults()


def test_rewriting_everything_with_the_keys_is_located_by_the_witness(sealed):
    update, digest = forge(sealed[7], "t.t.forged")
    tamper(
        update,
        f"UPDATE audit_leaf SET hash = '\\x{digest}' WHERE entry_id = {sealed[7]}",
        "DELETE FROM audit_treehead",
        "DELETE FROM audit_node",
    )
    frontier = merkle.Frontier()
    for index, leaf in enumerate(Leaf.objects.order_by("index"), 1):
        for level, at, made in frontier.append(bytes(leaf.hash)):
            if level == 4:
                Node.objects.create(level=level, index=at, hash=made)
        if index in {20, 37}:
            sealing._sign(frontier, AT).save(force_insert=True)
    assert faults() == {(sealed[7], "witness_differs"), ("树根 20", "witness_differs"), ("树根 37", "witness_differs")}
    write(1, start=70)
    with pytest.raises(witness.WitnessDiffers):
        sealing.seal(now=AT)


def test_an_edited_witness_is_located(sealed):
    leaves = witness.folder() / "leaves.bin"
    packed = bytearray(leaves.read_bytes())
    packed[7 * witness.WIDTH + 20] ^= 1
    leaves.write_bytes(packed)
    assert faults() == {(sealed[7], "witness_differs")}


@pytest.mark.parametrize(
    ("name", "edit"),
    [
        ("heads.jsonl", lambda text: text.replace(b'"size": 20', b'"size": 19')),
        ("heads.jsonl", lambda text: text.replace(b'"signature": "', b'"signature": "AAAA')),
        ("heads.jsonl", lambda text: b"not json\n" + text),
        ("heads.jsonl", lambda text: b"[]\n" + text),
        ("leaves.bin", lambda packed: packed[: 30 * witness.WIDTH]),
    ],
)
def test_an_edited_witness_is_found(sealed, name, edit):
    file = witness.folder() / name
    file.write_bytes(edit(file.read_bytes()))
    assert "witness_differs" in {kind for _, kind in faults()}


def test_a_missing_witness_is_said(sealed):
    for file in witness.folder().iterdir():
        file.unlink()
    assert faults() == {("见证", "witness_missing")}


def test_what_a_crash_left_of_the_witness_is_completed(sealed):
    folder = witness.folder()
    lines = (folder / "heads.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "heads.jsonl").write_bytes(lines[0] + lines[1][:30])
    (folder / "leaves.bin").write_bytes((folder / "leaves.bin").read_bytes()[: 30 * witness.WIDTH + 11])
    assert verification.verify().ok
    sealing.seal(now=AT)
    assert verification.verify().ok
    assert (folder / "heads.jsonl").read_bytes() == b"".join(lines)
    assert witness.leaf_count() == 37


def test_an_entry_deleted_before_it_was_sealed_is_located(sealed_for_real):
    write(2, start=40)
    gone, changed = Entry.objects.order_by("id").values_list("id", flat=True)[37:]
    tamper(
        f"DELETE FROM audit_entry WHERE id = {gone}",
        forge(changed, "x")[0],
    )
    expected = {(gone, "deleted"), (changed, "deleted")}
    assert faults() == expected
    for _ in range(3):
        sealing.seal(now=AT)
        assert faults() == expected
    assert (witness.folder() / "lost.bin").stat().st_size == 2 * witness.WIDTH


@COMMITS
def test_receipts_are_kept_while_an_entry_waits_and_dropped_when_it_is_sealed(own_folder):
    write(3)
    receipts.clear()
    receipts.clear()
    receipts.clear()
    assert len(receipts.pending()) == 3
    sealing.seal(now=AT)
    sealing.seal(now=AT)
    assert receipts.pending() == []
    assert verification.verify().ok


def test_many_faults_are_listed_up_to_a_limit(sealed, monkeypatch):
    monkeypatch.setattr(verification, "SHOWN", 5)
    tamper("UPDATE audit_entry SET verb = 'x'")
    assert [fault["kind"] for fault in verification.verify().faults] == ["changed"] * 5 + ["more"]


@COMMITS
def test_a_log_of_many_chunks_is_checked_across_their_borders(own_folder):
    one = {"by": ACTOR, "verb": "t.t.done", "at": AT}
    for part in range(2):
        with transaction.atomic():
            services.record_many({**one, "on": ("t", f"{part}-{n}", "x")} for n in range(2100))
        sealing.seal(now=AT, batch=2000)
    report = verification.verify()
    assert (report.ok, report.entries, report.heads) == (True, 4200, 4)
    leaves = [bytes(leaf.hash) for leaf in Leaf.objects.order_by("index")]
    assert report.root == merkle.root_of(leaves).hex()
    at = {leaf.index: leaf.entry_id for leaf in Leaf.objects.filter(index__in=[4095, 4096, 4199])}
    tamper(f"DELETE FROM audit_entry WHERE id IN ({at[4095]}, {at[4096]}, {at[4199]})")
    assert faults() == {(entry_id, "deleted") for entry_id in at.values()}
    tamper("DELETE FROM audit_leaf WHERE index < 4096")
    assert len(faults()) == verification.SHOWN + 1


@COMMITS
def test_many_writers_and_rollbacks_raise_no_false_alarm(own_folder):
    failures = []

    def work(offset):
        try:
            for number in range(25):
                try:
                    with transaction.atomic():
                        on = ("t", str(offset + number), "x")
                        services.record(by=ACTOR, verb="t.t.done", on=on, at=AT)
                        if number % 5 == 1:
                            time.sleep(0.02)
                        if number % 5 == 3:
                            raise ZeroDivisionError
                        with transaction.atomic():
                            services.record_many([{"by": ACTOR, "verb": "t.t.done", "on": on, "at": AT}] * 2)
                except ZeroDivisionError:
                    pass
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(1000 * n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    checks = 0
    while any(thread.is_alive() for thread in threads):
        sealing.seal(now=AT, batch=7)
        assert verification.verify().faults == []
        checks += 1
    for thread in threads:
        thread.join()
    sealing.seal(now=AT)
    report = verification.verify()
    assert failures == []
    assert checks > 0
    assert report.faults == []
    assert (report.entries, report.unsealed) == (6 * 20 * 3, 0)


@COMMITS
def test_an_entry_of_an_open_transaction_holds_back_what_was_begun_after_it(own_folder):
    begun, go_on = threading.Event(), threading.Event()

    def hold():
        try:
            with transaction.atomic():
                services.record(by=ACTOR, verb="t.t.done", on=("t", "slow", "x"), at=AT)
                begun.set()
                go_on.wait(10)
        finally:
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    begun.wait(10)
    write(2)
    assert sealing.seal(now=AT) == 0
    assert verification.verify().unsealed == 2
    go_on.set()
    thread.join()
    assert sealing.seal(now=AT) == 3
    assert Entry.objects.get(pk=Leaf.objects.get(pk=0).entry_id).object_id == "slow"
    assert verification.verify().ok


@COMMITS
def test_a_transaction_of_another_database_on_the_server_holds_nothing_back(own_folder):
    where = connection.get_connection_params()
    with psycopg.connect(host=where["host"], port=where["port"], user=where["user"], dbname="postgres") as elsewhere:
        elsewhere.execute("SELECT pg_current_xact_id()")
        write(2)
        assert sealing.seal(now=AT) == 2
    assert verification.verify().ok


def test_what_the_running_transaction_wrote_is_not_sealed_yet(sealed):
    write(1, start=40)
    assert sealing.seal(now=AT) == 0


def test_only_one_seals_at_a_time(sealed_for_real):
    write(1, start=80)
    results = []

    def try_it():
        results.append(sealing.seal(now=AT))
        connection.close()

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [sealing.LOCK])
        thread = threading.Thread(target=try_it)
        thread.start()
        thread.join()
        cursor.execute("SELECT pg_advisory_unlock(%s)", [sealing.LOCK])
    assert results == [0]
    assert sealing.seal(now=AT) == 1


def test_the_order_goes_on_after_a_dump_was_restored_where_transactions_begin_anew(sealed_for_real):
    tamper(
        "UPDATE audit_entry SET xid = xid + 5000000000",
        "UPDATE audit_leaf SET xid = xid + 5000000000",
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('audit_xid_offset'::regproc)")
        before = cursor.fetchone()[0]
    try:
        sealing.settle()
        sealing.settle()
        write(2, start=40)
        assert sealing.seal(now=AT) == 2
        assert verification.verify().faults == []
    finally:
        with connection.cursor() as cursor:
            cursor.execute(before)


def test_a_lost_entry_key_is_no_reason_to_accuse_what_is_sealed(sealed_for_real, settings, tmp_path):
    (tmp_path / "keys" / "audit_entry").unlink()
    keys.file_key.cache_clear()
    write(1, start=40)
    sealing.seal(now=AT)
    assert verification.verify().ok


def test_few_statements_are_needed_to_seal(sealed_for_real, django_assert_max_num_queries):
    write(10, start=40)
    with django_assert_max_num_queries(24):
        sealing.seal(now=AT)
    assert TreeHead.objects.count() == 3
