"""R14: what is sealed stands in no file of the database: not in its tables, not in its log."""

import os
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from django.db import connection
from django.utils.timezone import localdate

from shijian.accounts.models import User
from shijian.core import sealed
from shijian.core.personal import registry
from shijian.grid.models import Opinion
from shijian.grid.services import work

from .world import NOW

pytestmark = pytest.mark.django_db
PHONE, NAME, PLAIN = "13977440911", "金丝雀氏之名", "一只未加密的金丝雀在此"


@pytest.fixture
def planted(world):
    chief = world.cast.chief
    User.objects.filter(pk=chief.pk).update(phone=PHONE)
    return work.log_opinion(
        world.nodes["050101"], source="resident", from_name=NAME, text=PLAIN, received_on=localdate(NOW), assignee=chief,
        due_on=localdate(NOW), by=chief, now=NOW,
    )  # fmt: skip


def test_the_product_reads_what_the_database_does_not_know(planted, world):
    assert User.objects.get(pk=world.cast.chief.pk).phone == PHONE
    assert Opinion.objects.get(pk=planted.pk).from_name == NAME
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM accounts_user WHERE id = %s", [world.cast.chief.pk])
        assert cursor.fetchone()[0].startswith(sealed.MARK)
        cursor.execute("SELECT from_name FROM grid_opinion WHERE id = %s", [planted.pk])
        assert NAME not in cursor.fetchone()[0]


def test_no_file_of_the_database_has_the_canaries(planted):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('data_directory'), (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        folder, number = cursor.fetchone()
        if not os.access(folder, os.R_OK):
            pytest.skip("the server's data folder is not on this machine, or not ours to read")
        cursor.execute("CHECKPOINT")
    found = {PHONE: 0, NAME: 0, PLAIN: 0}
    for part in (Path(folder) / "base" / str(number), Path(folder) / "pg_wal"):
        for file in part.rglob("*"):
            content = file.read_bytes() if file.is_file() else b""
            for canary in found:
                found[canary] += canary.encode() in content
    assert found[PLAIN] > 0, "the search itself must find what is not sealed"
    assert (found[PHONE], found[NAME]) == (0, 0)


def test_a_sealed_value_that_was_changed_or_moved_to_another_column_is_not_read():
    stored = sealed.seal(PHONE, "accounts.user.phone")
    assert sealed.unseal(stored, "accounts.user.phone") == PHONE
    with pytest.raises(InvalidTag):
        sealed.unseal(stored, "grid.opinion.from_name")
    with pytest.raises(InvalidTag):
        sealed.unseal(stored[:-6] + ("AAAA==" if stored[-6:] != "AAAA==" else "BBBB=="), "accounts.user.phone")


def test_equal_values_look_different_and_nothing_stays_nothing():
    assert sealed.seal(PHONE, "a") != sealed.seal(PHONE, "a")
    assert sealed.seal("", "a") == ""
    assert sealed.unseal("写在加密之前的", "a") == "写在加密之前的"
    assert sealed.print_of(PHONE) == sealed.print_of(PHONE) != sealed.print_of("13977440912")


def test_rows_written_before_are_sealed_by_the_migration(planted, world):
    before = "13977440912"  # unsealed in the log for good: not the number the test above looks for
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET phone = %s WHERE id = %s", [before, world.cast.chief.pk])
    sealed.seal_rows(User, "phone")
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM accounts_user WHERE id = %s", [world.cast.chief.pk])
        assert cursor.fetchone()[0].startswith(sealed.MARK)
    assert User.objects.get(pk=world.cast.chief.pk).phone == before


def test_the_register_says_what_is_sealed():
    assert {key for key, field in registry.items() if field.is_sealed} >= {
        "accounts.user.phone",
        "grid.opinion.from_name",
    }
