from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.db import connection, transaction

from shijian.audit import sealing, services, verification
from shijian.audit.models import Entry

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


@pytest.fixture
def sealed(own_folder, transactional_db):
    """Ids of 37 entries sealed under two heads, found whole."""
    write(20)
    sealing.seal(now=AT)
    write(17, start=20)
    sealing.seal(now=AT)
    assert verification.verify().ok
    return [entry.pk for entry in Entry.objects.order_by("id")]
