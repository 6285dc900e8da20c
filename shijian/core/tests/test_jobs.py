"""The queue after a worker was killed."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.utils.timezone import now

from shijian.core.jobs import MORE_THAN_ONCE, forget_ended, retry_stalled

pytestmark = pytest.mark.django_db(transaction=True)

WORKER = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s) RETURNING id"
JOB = """INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, status, attempts, worker_id)
         VALUES ('default', 'a task', %s, %s, %s, %s, %s) RETURNING id"""


def one(sql: str, *values: object) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]


def state(job: object) -> object:
    return one("SELECT status::text FROM procrastinate_jobs WHERE id = %s", job)


@pytest.fixture
def killed() -> object:
    return one(WORKER, now() - timedelta(minutes=1))


@pytest.fixture(autouse=True)
def emptied() -> Iterator[None]:
    """The tables of the queue are not Django's: no flush empties them."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


def test_a_job_whose_worker_was_killed_is_tried_again(killed):
    job = one(JOB, None, None, "doing", 1, killed)
    async_to_sync(retry_stalled.func)(0)
    assert state(job) == "todo"


def test_a_job_whose_worker_lives_is_left_alone():
    job = one(JOB, None, None, "doing", 1, one(WORKER, now()))
    async_to_sync(retry_stalled.func)(0)
    assert state(job) == "doing"


def test_a_periodic_job_gives_way_to_the_one_that_waits_and_lets_go_of_its_lock(killed):
    stalled, waiting = one(JOB, "seal", "seal", "doing", 1, killed), one(JOB, "seal", "seal", "todo", 0, None)
    other = one(JOB, None, None, "doing", 1, killed)
    async_to_sync(retry_stalled.func)(0)
    assert (state(stalled), state(waiting), state(other)) == ("aborted", "todo", "todo")


def test_a_job_that_ended_its_worker_five_times_is_failed(killed):
    job = one(JOB, None, None, "doing", MORE_THAN_ONCE, killed)
    async_to_sync(retry_stalled.func)(0)
    assert state(job) == "failed"


def test_failed_jobs_are_kept_for_three_months_and_then_forgotten():
    old, young = one(JOB, None, None, "failed", 1, None), one(JOB, None, None, "failed", 1, None)
    event = "INSERT INTO procrastinate_events (job_id, type, at) VALUES (%s, 'failed', %s) RETURNING id"
    one(event, old, now() - timedelta(days=91))
    one(event, young, now() - timedelta(days=89))
    async_to_sync(forget_ended.func)(0)
    assert one("SELECT array_agg(id) FROM procrastinate_jobs") == [young]
