import shutil
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.test import override_settings

from shijian.audit import sealing, services, verification
from shijian.audit.models import Entry, Leaf

AT = datetime(2026, 11, 20, 1, 2, 3, 4, tzinfo=UTC)
ACTOR = SimpleNamespace(pk="1", employee_no="T1", name="程网一")


@pytest.fixture
def own_folder(settings, tmp_path):
    """Keys and witness of this test alone."""
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
    return {(fault["entry"], fault["kind"]) for fault in verification.verify().faults}


def write_and_seal():
    """37 entries sealed under two heads, found whole."""
    write(20)
    sealing.seal(now=AT)
    write(17, start=20)
    sealing.seal(now=AT)
    assert verification.verify().ok


@pytest.fixture(scope="module")
def committed_log(django_db_setup, django_db_blocker, tmp_path_factory):
    """A sealed log the tests of a module share, each undoing what it does: sealing needs commits, which are slow."""
    home = tmp_path_factory.mktemp("log")

    def ready():
        with django_db_blocker.unblock(), override_settings(HOME=home, KEYS_DIR=home / "keys"):
            if not Leaf.objects.exists():
                shutil.rmtree(home / "witness", ignore_errors=True)
                write_and_seal()
        return home

    yield ready
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE audit_entry, audit_leaf, audit_node, audit_treehead")
        connection.close()


@pytest.fixture
def ready_log(committed_log):
    return committed_log()


@pytest.fixture
def sealed(ready_log, db, settings, tmp_path):
    """Ids of 37 entries sealed under two heads; what the test writes itself is never finished, so never sealed."""
    settings.HOME, settings.KEYS_DIR = tmp_path, ready_log / "keys"
    shutil.copytree(ready_log / "witness", tmp_path / "witness")
    return list(Entry.objects.order_by("id").values_list("id", flat=True))


@pytest.fixture
def sealed_for_real(transactional_db, own_folder):
    """The same for a test that goes on sealing."""
    write_and_seal()
    return list(Entry.objects.order_by("id").values_list("id", flat=True))
