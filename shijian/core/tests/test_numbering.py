"""Numbers of a series: each once, none left out, whoever asks at the same time."""

import threading

import pytest
from django.db import connection, transaction

from shijian.core.numbering import Series, next_number

COMMITS = pytest.mark.django_db(transaction=True)


def take(name="案号", bureau_code="610111", year=2026):
    return next_number(name=name, bureau_code=bureau_code, year=year)


@pytest.mark.django_db
def test_every_series_counts_from_one_by_bureau_name_and_year():
    assert [take() for _ in range(3)] == [1, 2, 3]
    assert [take(name="文号"), take(bureau_code="330106"), take(year=2027), take()] == [1, 1, 1, 4]
    assert str(Series.objects.get(name="案号", bureau_code="610111", year=2026)) == "610111 案号 2026: 4"


@COMMITS
def test_a_number_of_an_act_that_was_undone_is_given_again():
    with transaction.atomic():
        assert take() == 1
    with transaction.atomic():
        assert take() == 2
        transaction.set_rollback(True)
    with transaction.atomic():
        assert take() == 2


@COMMITS
def test_outside_a_transaction_no_number_is_taken():
    with pytest.raises(RuntimeError, match=r"^a number is taken in the transaction that uses it$"):
        take()
    assert not Series.objects.exists()


@COMMITS
def test_who_asks_at_the_same_time_waits_and_gets_the_next():
    taken = []

    def work():
        try:
            for _ in range(10):
                with transaction.atomic():
                    taken.append(take())
        finally:
            connection.close()

    people = [threading.Thread(target=work) for _ in range(4)]
    for each in people:
        each.start()
    for each in people:
        each.join()
    assert sorted(taken) == list(range(1, 41))
