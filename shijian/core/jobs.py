"""What keeps the queue itself going."""

from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

MORE_THAN_ONCE = 5
KEPT_HOURS = 24 * 90


@app.periodic(cron="* * * * * */15")  # the sixth field is the second
@app.task(queueing_lock="core.retry_stalled", pass_context=False)
async def retry_stalled(timestamp: int) -> None:
    """Start again the jobs of a worker that was killed: they would stay in progress, and hold their locks, for ever.

    A job that ended five workers is failed instead, so that it does not end the next. One whose like is waiting already
    (a periodic job: the queue admits one in waiting) is given up for that one.
    """
    for job in await app.job_manager.get_stalled_jobs():
        if job.attempts >= MORE_THAN_ONCE:
            await _end(job.id, Status.FAILED)
            continue
        try:
            await app.job_manager.retry_job(job)
        except UniqueViolation:
            await _end(job.id, Status.ABORTED)


@app.periodic(cron="10 4 * * *")
@app.task(queueing_lock="core.forget_ended", pass_context=False)
async def forget_ended(timestamp: int) -> None:
    """Drop failed and given-up jobs after three months; the worker drops those that succeeded at once."""
    await app.job_manager.delete_old_jobs(KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True)


async def _end(job_id: int | None, status: Status) -> None:
    await app.job_manager.finish_job_by_id_async(job_id, status, delete_job=False)  # type: ignore[arg-type]
